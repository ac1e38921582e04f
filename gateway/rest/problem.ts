/**
 * One field that is wrong: of the body by JSON pointer (RFC 6901, camelCase, relative to the body that was sent), of path
 * or query by parameter name, or a header.
 */
export type FieldProblem =
  | { readonly pointer: string; readonly detail: string }
  | { readonly parameter: string; readonly detail: string }
  | { readonly header: string; readonly detail: string };

/** A problem of RFC 9457, as it is sent. */
export interface Problem {
  /** A URI for the kind of problem; `about:blank` when the status says it all. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  /** A sentence for a person, about this occurrence. */
  readonly detail?: string;
  /** The requested path. */
  readonly instance?: string;
  /** The reason of google.rpc.ErrorInfo: stable, for programs. */
  readonly reason?: string;
  /** Further facts for programs: the metadata of google.rpc.ErrorInfo. */
  readonly metadata?: Readonly<Record<string, string>>;
  readonly requestId?: string;
  readonly errors?: readonly FieldProblem[];
}

/** What a ProblemError may carry beside its status and detail. */
export interface ProblemExtras {
  readonly errors?: readonly FieldProblem[];
  /** Headers of the answer, e.g. `allow`. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request that fails in the transcoder itself. The message is public: it becomes the problem's `detail`. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  /** The HTTP status, 4xx. */
  readonly status: number;
  readonly errors: readonly FieldProblem[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, detail: string, extras: ProblemExtras = {}) {
    super(detail);
    this.status = status;
    this.errors = extras.errors;
    this.headers = extras.headers ?? {};
  }
}

const mediaType = 'application/problem+json';

const titles: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  408: 'Request Timeout',
  409: 'Conflict',
  410: 'Gone',
  412: 'Precondition Failed',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  417: 'Expectation Failed',
  422: 'Unprocessable Content',
  428: 'Precondition Required',
  429: 'Too Many Requests',
  431: 'Request Header Fields Too Large',
  499: 'Client Closed Request',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/** Members of a problem; `type` and `title` are filled in from the status when they are left out. */
export type ProblemInit = Omit<Problem, 'type' | 'title'> & Partial<Pick<Problem, 'type' | 'title'>>;

/** Makes a problem, with its members in the order that a reader expects. */
export function createProblem(init: ProblemInit): Problem {
  const { type = 'about:blank', title = titles[init.status] ?? 'Error', ...members } = init;
  return { type, title, ...members };
}

/**
 * Makes the answer for a problem. Also meant for requests that are refused outside of the transcoder, e.g. for an unknown
 * path, so that all errors of an API look alike.
 *
 * @param headers more headers, by lower-case name
 * @param withBody false for the answer to a HEAD
 */
export function problemResponse(
  problem: Problem,
  headers: Readonly<Record<string, string>> = {},
  withBody = true,
): Response {
  return new Response(withBody ? JSON.stringify(problem) : null, {
    status: problem.status,
    headers: { ...headers, 'content-type': mediaType },
  });
}
