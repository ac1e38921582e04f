import { create } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import { BadRequestSchema, ErrorInfoSchema } from '../../gen/google/rpc/error_details_pb.ts';
import type { ErrorReason } from '../../gen/numer/errors/v1/error_reason_pb.ts';
import { isDatabaseUnavailable, isTransient } from '../database/postgres-error.ts';

/** The name of a reason, as ErrorInfo and problem+json carry it. */
export type ErrorReasonName = Exclude<keyof typeof ErrorReason, 'ERROR_REASON_UNSPECIFIED'>;

/** What went wrong, in the terms of the domain; each kind has one gRPC code. */
export type ErrorKind = keyof typeof CODES;

const CODES = {
  invalid: Code.InvalidArgument,
  unauthenticated: Code.Unauthenticated,
  forbidden: Code.PermissionDenied,
  missing: Code.NotFound,
  exists: Code.AlreadyExists,
  state: Code.FailedPrecondition,
  conflict: Code.Aborted,
  exhausted: Code.ResourceExhausted,
  unavailable: Code.Unavailable,
} as const;

/** The domain of every ErrorInfo of this system (AIP-193). */
const ERROR_DOMAIN = 'numer';

/** One field of a request and what is wrong with it. */
export interface FieldViolation {
  /** Path from the request message, in proto names: `invoice.lines[0].quantity`. */
  readonly field: string;
  /** What is wrong, for a person: `must be more than 0`. */
  readonly description: string;
}

/** Further facts of an error: texts for programs, and the fields at fault. */
export interface ErrorFacts {
  /** Facts that a program can act on, e.g. `{ dueMinor: "1200" }`. `retryAfterSeconds` becomes Retry-After. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** The fields at fault. */
  readonly violations?: readonly FieldViolation[];
}

/**
 * A failure that the caller is meant to see. Its message is written for them; nothing else about the failure leaves the
 * process. {@link toConnectError} tells what the caller gets for any other error.
 */
export class DomainError extends Error {
  override readonly name = 'DomainError';
  readonly kind: ErrorKind;
  readonly reason: ErrorReasonName;
  readonly facts: ErrorFacts;

  constructor(kind: ErrorKind, reason: ErrorReasonName, message: string, facts: ErrorFacts = {}) {
    super(message);
    this.kind = kind;
    this.reason = reason;
    this.facts = facts;
  }
}

/** The error for one bad field. `field` is its path from the request message, in proto names. */
export function invalidField(field: string, description: string): DomainError {
  return invalidFields([{ field, description }]);
}

/** The error for bad fields. Its message describes the first. */
export function invalidFields(violations: readonly FieldViolation[]): DomainError {
  const [first] = violations;
  // A rule of the whole message names no field.
  const message = `${first?.field} ${first?.description}`.trimStart();
  return new DomainError('invalid', 'INVALID_ARGUMENT', message, { violations });
}

/** Throws INVALID_ARGUMENT naming the fields at fault, when there are any. */
export function requireNoViolations(violations: readonly FieldViolation[]): void {
  if (violations.length > 0) throw invalidFields(violations);
}

/** The ConnectError for a reason, with google.rpc.ErrorInfo and, when fields are at fault, google.rpc.BadRequest. */
export function connectErrorOf(error: DomainError): ConnectError {
  return errorWithReason(CODES[error.kind], error.reason, error.message, error.facts);
}

/**
 * What the caller gets for anything that was thrown. A DomainError becomes the error it describes, and a ConnectError
 * stays as it is. A database that cannot be reached or is too busy becomes UNAVAILABLE. Everything else becomes
 * INTERNAL, without a word about its cause.
 */
export function toConnectError(error: unknown): ConnectError {
  if (error instanceof DomainError) return connectErrorOf(error);
  if (error instanceof ConnectError) return error;
  if (isDatabaseUnavailable(error)) {
    return errorWithReason(Code.Unavailable, 'UNAVAILABLE', 'The database cannot be reached at the moment; try again.');
  }
  if (isTransient(error)) {
    return errorWithReason(
      Code.Unavailable,
      'UNAVAILABLE',
      'The database is too busy at the moment, and has changed nothing; try again.',
    );
  }
  return errorWithReason(Code.Internal, 'INTERNAL', 'Something went wrong on our side.');
}

/** A ConnectError that carries a reason of this system. */
export function errorWithReason(
  code: Code,
  reason: ErrorReasonName,
  message: string,
  facts: ErrorFacts = {},
): ConnectError {
  const info = create(ErrorInfoSchema, { reason, domain: ERROR_DOMAIN, metadata: { ...facts.metadata } });
  const fieldViolations = (facts.violations ?? []).map(({ field, description }) => ({ field, description, reason }));
  const { retryAfterSeconds } = info.metadata;
  // Also as the HTTP header Retry-After, which Connect and gRPC carry as metadata.
  const headers = retryAfterSeconds === undefined ? undefined : { 'retry-after': retryAfterSeconds };
  return new ConnectError(message, code, headers, [
    { desc: ErrorInfoSchema, value: info },
    ...(fieldViolations.length === 0
      ? []
      : [{ desc: BadRequestSchema, value: create(BadRequestSchema, { fieldViolations }) }]),
  ]);
}

/** The reason that a ConnectError carries, or undefined when it was not made by this system. */
export function reasonOf(error: ConnectError): string | undefined {
  return error.findDetails(ErrorInfoSchema).find((info) => info.domain === ERROR_DOMAIN)?.reason;
}
