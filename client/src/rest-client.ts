import { routeTraits } from '../../gen/client/routes.ts';
import type { CreateSessionResponseJson } from '../../gen/numer/user/v1/session_service_pb.ts';
import {
  type CallLimits,
  createIdempotencyKey,
  DEFAULT_LIMITS,
  type FailedAttempt,
  IDEMPOTENCY_KEY,
  orAborted,
  readRetryAfter,
  repeatedly,
} from './attempts.ts';
import { ProblemError, readProblem } from './problem-error.ts';
import { type AnyRequest, bodyOf, type Route, type RouteArguments, type RouteResponse, urlOf } from './rest-request.ts';
import { createSession, type Grant, type Session, type SessionExchange, type SessionOptions } from './session.ts';

/** How to reach Numer, and with which credentials. */
export interface RestClientOptions extends CallLimits, Pick<SessionOptions, 'storage' | 'onSessionEnd'> {
  /** The URL of Numer, e.g. `https://numer.example`. */
  readonly baseUrl: string;
  /** An API key, instead of signing in. */
  readonly apiKey?: string | undefined;
  /** The session of another client, to share it. Default: a session of its own. */
  readonly session?: Session | undefined;
  /** Sends the requests. Default: the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch | undefined;
}

/** A successful response. */
export interface Answer<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** A client whose calls are typed by route. */
export interface RestClient {
  /**
   * Calls a route and gives the body of the response:
   * `await client.call('PATCH /invoices/{invoiceId}', { path: { invoiceId }, body: { memo: null } })`.
   *
   * Rejects with a ProblemError for an error response, with the error of `fetch` when there is no response, and with
   * the signal's reason when the caller gives up or the deadline passes.
   */
  call<R extends Route>(route: R, ...args: RouteArguments<R>): Promise<RouteResponse<R>>;
  /** The same, with the status and headers of the response. */
  send<R extends Route>(route: R, ...args: RouteArguments<R>): Promise<Answer<RouteResponse<R>>>;
  /** Signs in and out. Not used with an API key. */
  readonly session: Session;
}

/**
 * Makes a client of the REST API. Calls that are not public carry the API key, or else the token of the signed-in user.
 */
export function createRestClient(options: RestClientOptions): RestClient {
  const session = options.session ?? createSession(exchangeOver(options), options);
  const send: RestClient['send'] = (route, ...[request]) => sendRepeatedly(options, session, route, request ?? {});
  return { session, send, call: async (...call) => (await send(...call)).body };
}

/** Makes one call with its repetitions. */
async function sendRepeatedly<R extends Route>(
  options: RestClientOptions,
  session: Session,
  route: R,
  request: AnyRequest,
): Promise<Answer<RouteResponse<R>>> {
  const { isPublic, repetition } = routeTraits[route];
  const key = request.idempotencyKey ?? (repetition === 'with-key' ? createIdempotencyKey() : undefined);
  const signal = signalOf(request, options);
  const url = urlOf(options.baseUrl, route, request);
  const attempt = (token: string | undefined) => sendOnce(options, route, request, { url, key, token, signal });
  const authorized = (): Promise<Answer<RouteResponse<R>>> => {
    if (isPublic) return attempt(undefined);
    return options.apiKey === undefined ? sendAuthorized(session, signal, attempt) : attempt(options.apiKey);
  };
  return repeatedly(authorized, {
    attemptsMax: options.attemptsMax ?? DEFAULT_LIMITS.attemptsMax,
    mayRepeat: key !== undefined || repetition === 'safe',
    signal,
    explain,
  });
}

/**
 * Sends with the session's token. If the server refuses it, nothing has happened yet, so sends once more with another.
 */
async function sendAuthorized<Result>(
  session: Session,
  signal: AbortSignal,
  attempt: (token: string | undefined) => Promise<Result>,
): Promise<Result> {
  const token = await orAborted(session.accessToken(), signal);
  try {
    return await attempt(token);
  } catch (error) {
    if (token === undefined || !isRefusal(error)) throw error;
    const other = await orAborted(session.replace(token), signal);
    if (other === undefined) throw error;
    return attempt(other);
  }
}

/** What the attempts of a call have in common. */
interface Attempt {
  readonly url: string;
  readonly key: string | undefined;
  readonly token: string | undefined;
  readonly signal: AbortSignal;
}

async function sendOnce<R extends Route>(
  options: RestClientOptions,
  route: R,
  request: AnyRequest,
  { url, key, token, signal }: Attempt,
): Promise<Answer<RouteResponse<R>>> {
  const [method = ''] = route.split(' ');
  const { body, contentType } = bodyOf(request.body);
  const headers = new Headers(request.headers);
  headers.set('accept', 'application/json, */*;q=0.5');
  if (contentType !== undefined) headers.set('content-type', contentType);
  if (key !== undefined) headers.set(IDEMPOTENCY_KEY, key);
  if (request.ifMatch !== undefined) headers.set('if-match', request.ifMatch);
  if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
  const init: RequestInit = { method, headers, signal, ...(body === undefined ? {} : { body }) };
  const response = await (options.fetch ?? globalThis.fetch)(url, init);
  if (!response.ok) {
    throw new ProblemError(await readProblem(response), readRetryAfter(response.headers.get('retry-after')));
  }
  // The type that the route's contract gives its response.
  const answer = (await readBody(response)) as RouteResponse<R>;
  return { status: response.status, headers: response.headers, body: answer };
}

async function readBody(response: Response): Promise<unknown> {
  const type = response.headers.get('content-type');
  if (type === null || response.status === 204) return undefined;
  return type.startsWith('application/json') ? response.json() : response.blob();
}

function signalOf({ signal, timeoutMs }: AnyRequest, options: RestClientOptions): AbortSignal {
  const deadline = AbortSignal.timeout(timeoutMs ?? options.timeoutMs ?? DEFAULT_LIMITS.timeoutMs);
  return signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
}

/** The statuses of servers and proxies that got no answer themselves. */
const UNANSWERED: ReadonlySet<number> = new Set([502, 503, 504]);

/** What repeating depends on. For a network failure `fetch` rejects with no more than a TypeError. */
function explain(error: unknown): FailedAttempt {
  if (!(error instanceof ProblemError)) {
    return { reason: undefined, isUnanswered: error instanceof TypeError, retryAfterMs: undefined };
  }
  const { status, reason, retryAfterMs } = error;
  return { reason, isUnanswered: UNANSWERED.has(status) && reason !== 'DEADLINE_EXCEEDED', retryAfterMs };
}

function isRefusal(error: unknown): boolean {
  return error instanceof ProblemError && error.status === 401;
}

/** The requests of a session to the server. They carry no other credentials and are not repeated. */
function exchangeOver(options: RestClientOptions): SessionExchange {
  const once = <R extends Route>(route: R, request: AnyRequest, token?: string) =>
    sendOnce(options, route, request, {
      url: urlOf(options.baseUrl, route, request),
      key: undefined,
      token,
      signal: signalOf(request, options),
    });
  return {
    signIn: async (credentials) => grantOf((await once('POST /sessions', { body: credentials })).body),
    refresh: async (refreshToken) => grantOf((await once('POST /sessions/refresh', { body: { refreshToken } })).body),
    async signOut(accessToken) {
      await once('DELETE /sessions/current', {}, accessToken);
    },
    isRefusal,
  };
}

function grantOf({ userId = '', accessToken = '', refreshToken = '', expireTime }: CreateSessionResponseJson): Grant {
  return { userId, accessToken, refreshToken, expireMs: expireTime === undefined ? 0 : Date.parse(expireTime) };
}
