import type { ErrorReasonJson } from '../../gen/numer/errors/v1/error_reason_pb.ts';

/** A problem with one part of a request. */
export interface FieldProblem {
  /** JSON pointer to the field in the body that was sent, e.g. `/lines/0/quantity`. */
  readonly pointer?: string;
  /** Name of the path or query parameter. */
  readonly parameter?: string;
  /** Name of the header. */
  readonly header?: string;
  /** What is wrong, as a text for people. */
  readonly detail: string;
}

/** The body of every error response (RFC 9457, `application/problem+json`). */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  /** What went wrong this time, as a text for people. */
  readonly detail?: string;
  /** Path of the request. */
  readonly instance?: string;
  /** Why it went wrong; undefined when the response did not come from Numer. */
  readonly reason?: ErrorReasonJson;
  /** Facts that belong to the reason, e.g. `dueMinor` with OVERPAYMENT; `docs/errors.md` of Numer says which. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** The id under which the server's log knows the request. */
  readonly requestId?: string;
  /** The problems with parts of the request, e.g. with INVALID_ARGUMENT and OVERPAYMENT. */
  readonly errors?: readonly FieldProblem[];
}

/** An error response of the REST API. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: Problem;
  /** How long to wait before the next attempt, in milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(problem: Problem, retryAfterMs?: number) {
    super(`${problem.status} ${problem.reason ?? problem.title}${problem.detail ? `: ${problem.detail}` : ''}`);
    this.problem = problem;
    this.retryAfterMs = retryAfterMs;
  }

  /** The HTTP status. */
  get status(): number {
    return this.problem.status;
  }

  /** Why it went wrong; see the reasons in `docs/errors.md` of Numer. */
  get reason(): ErrorReasonJson | undefined {
    return this.problem.reason;
  }
}

/** Reads the problem from an error response. That of a proxy, in any format, has no reason. */
export async function readProblem(response: Response): Promise<Problem> {
  const { status, statusText } = response;
  const unknown = { type: 'about:blank', title: statusText === '' ? 'Error' : statusText, status };
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json') === true;
  if (!isProblem) {
    // The body is not read, so the rest of it need not arrive.
    response.body?.cancel().catch(() => undefined);
    return unknown;
  }
  const problem = (await response.json()) as Problem; // as its type says
  return { ...unknown, ...problem };
}
