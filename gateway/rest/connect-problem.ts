import { Code, ConnectError } from '@connectrpc/connect';
import { ErrorInfoSchema, RetryInfoSchema } from './gen/google/rpc/error_details_pb.ts';
import { createProblem, type FieldProblem, type Problem, ProblemError } from './problem.ts';
import type { Route } from './route.ts';
import { readViolations } from './violations.ts';

/** How errors become problems. */
export interface ProblemOptions {
  /** HTTP status by google.rpc.ErrorInfo reason, where the status of the code says too little: 412, 422. */
  readonly statusByReason: ReadonlyMap<string, number>;
  /** Reason by HTTP status, for errors that come without a reason. */
  readonly reasonByStatus: Readonly<Record<number, string>>;
  /** The challenge of a 401, for the header WWW-Authenticate. */
  readonly challenge: string;
  /** The `type` URI of a problem with a reason. */
  readonly typeOf: ((reason: string) => string) | undefined;
}

/** Where an error happened. */
export interface ProblemPlace {
  /** The requested path. */
  readonly instance: string;
  readonly requestId: string | undefined;
  /** Undefined when no route was found. */
  readonly route: Route | undefined;
}

/** A problem with the headers that go with it. */
export interface ProblemAnswer {
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;
}

const statuses: Readonly<Record<Code, number>> = {
  [Code.Canceled]: 499,
  [Code.Unknown]: 500,
  [Code.InvalidArgument]: 400,
  [Code.DeadlineExceeded]: 504,
  [Code.NotFound]: 404,
  [Code.AlreadyExists]: 409,
  [Code.PermissionDenied]: 403,
  [Code.ResourceExhausted]: 429,
  [Code.FailedPrecondition]: 409,
  [Code.Aborted]: 409,
  [Code.OutOfRange]: 400,
  [Code.Unimplemented]: 501,
  [Code.Internal]: 500,
  [Code.Unavailable]: 503,
  [Code.DataLoss]: 500,
  [Code.Unauthenticated]: 401,
};

// Messages with these codes may come from a transport and name hosts and ports. They are shown only when a service gave a
// reason with them: then the text was written for the caller.
const plainDetails: Readonly<Partial<Record<Code, string>>> = {
  [Code.Canceled]: 'The request was canceled.',
  [Code.DeadlineExceeded]: 'The request took too long; it may have taken effect nevertheless.',
  [Code.Unimplemented]: 'This is not available here.',
  [Code.Unavailable]: 'The service cannot be reached right now; try again.',
};

// Seconds that a caller is told to wait when the service names no time.
const retryAfterDefault = '1';

/** Turns whatever was thrown into a problem. The caller is told nothing about an unexpected error. */
export function problemOf(error: unknown, place: ProblemPlace, options: ProblemOptions): ProblemAnswer {
  if (error instanceof ProblemError) {
    const { status, message: detail, errors, headers } = error;
    const members = { status, detail, ...reasonOf(status, undefined, options), ...(errors && { errors }) };
    return { problem: locate(members, place), headers };
  }
  const failure = ConnectError.from(error);
  const info = failure.findDetails(ErrorInfoSchema)[0];
  const status = options.statusByReason.get(info?.reason ?? '') ?? statuses[failure.code] ?? 500;
  const detail = detailOf(failure, status, info !== undefined);
  const errors = place.route === undefined ? [] : readViolations(failure, place.route);
  const members = {
    status,
    ...(detail !== '' && { detail }),
    ...reasonOf(status, info?.reason, options),
    ...(status !== 500 && { metadata: info?.metadata }),
    ...(errors.length > 0 && { errors }),
  };
  return { problem: locate(members, place), headers: headersOf(failure, status, options) };
}

interface Members {
  readonly type?: string;
  readonly status: number;
  readonly detail?: string;
  readonly reason?: string;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  readonly errors?: readonly FieldProblem[];
}

/** The reason of a problem and the type that goes with it. The reason that a service gives for a 500 is not shown. */
function reasonOf(
  status: number,
  given: string | undefined,
  { reasonByStatus, typeOf }: ProblemOptions,
): Pick<Members, 'reason' | 'type'> {
  const reason = (status === 500 ? undefined : given) ?? reasonByStatus[status];
  if (reason === undefined) {
    return {};
  }
  const type = typeOf?.(reason);
  return { reason, ...(type !== undefined && { type }) };
}

function locate(
  { errors, reason, metadata = {}, ...members }: Members,
  { instance, requestId }: ProblemPlace,
): Problem {
  return createProblem({
    ...members,
    instance,
    ...(reason !== undefined && { reason }),
    ...(Object.keys(metadata).length > 0 && { metadata }),
    ...(requestId !== undefined && { requestId }),
    ...(errors !== undefined && errors.length > 0 && { errors }),
  });
}

function detailOf(error: ConnectError, status: number, hasReason: boolean): string {
  if (status === 500) {
    return '';
  }
  return hasReason ? error.rawMessage : (plainDetails[error.code] ?? error.rawMessage);
}

function headersOf(error: ConnectError, status: number, options: ProblemOptions): Record<string, string> {
  if (status === 401) {
    return { 'www-authenticate': error.metadata.get('www-authenticate') ?? options.challenge };
  }
  if (status === 429 || status === 503) {
    const delay = error.findDetails(RetryInfoSchema)[0]?.retryDelay;
    const seconds = delay && String(delay.seconds + (delay.nanos > 0 ? 1n : 0n));
    return { 'retry-after': error.metadata.get('retry-after') ?? seconds ?? retryAfterDefault };
  }
  return {};
}
