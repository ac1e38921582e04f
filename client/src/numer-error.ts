import { Code, ConnectError } from '@connectrpc/connect';
import { BadRequestSchema, ErrorInfoSchema } from '../../gen/google/rpc/error_details_pb.ts';
import type { ErrorReasonJson } from '../../gen/numer/errors/v1/error_reason_pb.ts';
import { readRetryAfter } from './attempts.ts';

/** Something wrong with one field of a request. */
export interface Violation {
  /** Path of the field in proto names, e.g. `invoice.lines[0].quantity`, or the name of a header. */
  readonly field: string;
  /** What is wrong, for a person to read. */
  readonly description: string;
}

/**
 * What every failed call of a Connect client rejects with: a ConnectError that says in addition what Numer says of its
 * errors. `docs/errors.md` of Numer tells what to do about each reason.
 */
export class NumerError extends ConnectError {
  /**
   * Why the call failed. UNAVAILABLE also when no answer came; undefined when whoever answered was not Numer, or the
   * caller gave up.
   */
  readonly reason: ErrorReasonJson | undefined;
  /** Facts that belong to the reason, e.g. `state` and `action` with INVOICE_STATE. */
  readonly facts: Readonly<Record<string, string>>;
  /** What is wrong with the fields of the request, where some are at fault, as with INVALID_ARGUMENT and OVERPAYMENT. */
  readonly violations: readonly Violation[];
  /** The id under which the server's log knows the call. */
  readonly requestId: string | undefined;
  /** How long to wait before the next attempt, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(error: ConnectError, reason?: ErrorReasonJson) {
    super(error.rawMessage, error.code, error.metadata, undefined, error.cause);
    this.details = error.details;
    const info = error.findDetails(ErrorInfoSchema).find(({ domain }) => domain === 'numer');
    // Reasons are never taken away; a newer server may have one that this version does not know yet.
    this.reason = reason ?? (info?.reason as ErrorReasonJson | undefined);
    this.facts = info?.metadata ?? {};
    this.violations = error
      .findDetails(BadRequestSchema)
      .flatMap(({ fieldViolations }) => fieldViolations.map(({ field, description }) => ({ field, description })));
    this.requestId = error.metadata.get('x-request-id') ?? undefined;
    this.retryAfterMs = readRetryAfter(error.metadata.get('retry-after'));
  }

  /** ConnectError recognizes its kind by its members, so that this class has to tell itself from it. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof ConnectError && 'violations' in value && 'facts' in value;
  }

  /** The error as a NumerError, whatever it was. */
  static override from(error: unknown): NumerError {
    if (error instanceof NumerError) return error;
    return new NumerError(ConnectError.from(error));
  }

  /** For an attempt without an answer: the server cannot be reached, or the connection was cut. */
  static unreachable(cause: unknown): NumerError {
    const text = 'The server cannot be reached.';
    return new NumerError(new ConnectError(text, Code.Unavailable, undefined, undefined, cause), 'UNAVAILABLE');
  }
}
