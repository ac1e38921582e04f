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

/** How to reach Numer, and as whom. */
export interface RestClientOptions extends CallLimits, Pick<SessionOptions, 'storage' | 'onSessionEnd'> {
  /** Where Numer is, e.g. `https://numer.example`. */
  readonly baseUrl: string;
  /** An API key, in place of signing in. */
  readonly apiKey?: string | undefined;
  /** The session of another client, to be shared. Default: one of its own. */
  readonly session?: Session | undefined;
  /** Makes the requests. Default: the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch | undefined;
}

/** A successful answer. */
export interface Answer<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** A client whose calls are typed by route. */
export interface RestClient {
  /**
   * Calls a route and gives the body of its answer:
   * `await client.call('PATCH /invoices/{invoiceId}', { path: { invoiceId }, body: { memo: null } })`.
   *
   * Rejects with a ProblemError when the answer is no success; as `fetch` does when there is none; and with the signal's
   * reason when the call is given up or takes too long.
   */
  call<R extends Route>(route: R, ...args: RouteArguments<R>): Promise<RouteResponse<R>>;
  /** The same with status and headers. */
  send<R extends Route>(route: R, ...args: RouteArguments<R>): Promise<Answer<RouteResponse<R>>>;
  /** Signs in and out. With an API key it is of no use. */
  readonly session: Session;
}

/** Makes a client of the REST API. Calls that are not public carry the API key, or the token of whoever is signed in. */
export function createRestClient(options: RestClientOptions): RestClient {
  const session = options.session ?? createSession(exchangeOver(options), options);
  const send: RestClient['send'] = (route, ...[request]) => sendRepeatedly(options, session, route, request ?? {});
  return { session, send, call: async (...call) => (await send(...call)).body };
}

/** One call with its repetitions. */
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

/** Sends with the session's token and, when the server refuses it before anything has happened, once more with another. */
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
  // What the route's contract says that its answer is.
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

/** The statuses of servers and proxies that did not get an answer themselves. */
const UNANSWERED: ReadonlySet<number> = new Set([502, 503, 504]);

/** What an attempt failed with, as far as repeating it goes. `fetch` says nothing but TypeError of a network that fails. */
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

/** A session's way to the server: requests that carry no other credentials and are not repeated. */
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
