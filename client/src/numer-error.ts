import { Code, ConnectError } from '@connectrpc/connect';
import { BadRequestSchema, ErrorInfoSchema } from '../../gen/google/rpc/error_details_pb.ts';
import type { ErrorReasonJson } from '../../gen/numer/errors/v1/error_reason_pb.ts';
import { readRetryAfter } from './attempts.ts';

/** A problem with one field of a request. */
export interface Violation {
  /** Path of the field in proto names, e.g. `invoice.lines[0].quantity`, or the name of a header. */
  readonly field: string;
  /** What is wrong, as a text for people. */
  readonly description: string;
}

/**
 * The error with which every failed call of a Connect client rejects: a ConnectError with the details that Numer gives
 * about its errors. `docs/errors.md` of Numer says what to do about each reason.
 */
export class NumerError extends ConnectError {
  /**
   * Why the call failed. UNAVAILABLE also when no answer came. Undefined when the answer did not come from Numer, or
   * when the caller gave up.
   */
  readonly reason: ErrorReasonJson | undefined;
  /** Facts that belong to the reason, e.g. `state` and `action` with INVOICE_STATE. */
  readonly facts: Readonly<Record<string, string>>;
  /** The problems with fields of the request, e.g. with INVALID_ARGUMENT and OVERPAYMENT. Empty without any. */
  readonly violations: readonly Violation[];
  /** The id under which the server's log knows the call. */
  readonly requestId: string | undefined;
  /** How long to wait before the next attempt, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(error: ConnectError, reason?: ErrorReasonJson) {
    super(error.rawMessage, error.code, error.metadata, undefined, error.cause);
    this.details = error.details;
    const info = error.findDetails(ErrorInfoSchema).find(({ domain }) => domain === 'numer');
    // Reasons are never removed. A newer server may have one that this version does not know yet.
    this.reason = reason ?? (info?.reason as ErrorReasonJson | undefined);
    this.facts = info?.metadata ?? {};
    this.violations = error
      .findDetails(BadRequestSchema)
      .flatMap(({ fieldViolations }) => fieldViolations.map(({ field, description }) => ({ field, description })));
    this.requestId = error.metadata.get('x-request-id') ?? undefined;
    this.retryAfterMs = readRetryAfter(error.metadata.get('retry-after'));
  }

  /** ConnectError recognizes its instances by their members, so this class has to distinguish its own. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof ConnectError && 'violations' in value && 'facts' in value;
  }

  /** Any error as a NumerError. */
  static override from(error: unknown): NumerError {
    if (error instanceof NumerError) return error;
    return new NumerError(ConnectError.from(error));
  }

  /** The error of an attempt without an answer: the server cannot be reached, or the connection was cut. */
  static unreachable(cause: unknown): NumerError {
    const text = 'The server cannot be reached.';
    return new NumerError(new ConnectError(text, Code.Unavailable, undefined, undefined, cause), 'UNAVAILABLE');
  }
}
