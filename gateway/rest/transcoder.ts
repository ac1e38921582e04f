import type { DescMessage, DescMethod, DescService, JsonValue, Registry } from '@bufbuild/protobuf';
import { Code, ConnectError, type ContextValues, type Transport } from '@connectrpc/connect';
import { type Call, callStream, callUnary, checkAccept } from './call.ts';
import { type ProblemAnswer, type ProblemOptions, type ProblemPlace, problemOf } from './connect-problem.ts';
import { compileEndpoints, type Endpoint } from './endpoint.ts';
import { passRequestHeaders, readTimeout, requestHeadersDefault } from './headers.ts';
import { ProblemError, problemResponse } from './problem.ts';
import type { BodyReader } from './request-body.ts';
import { type ReadOptions, readMessage } from './request-message.ts';
import { compileRoutes, type Route } from './route.ts';
import type { Success } from './success.ts';

/** A call that is about to be made, for the hook `beforeCall`. */
export interface PendingCall {
  readonly request: Request;
  readonly route: Route;
  /** The metadata for the service; the hook may change it. */
  readonly header: Headers;
  /** What was given to `handle`. */
  readonly context: RequestContext;
}

/** What the server around the transcoder knows about a request. */
export interface RequestContext {
  /** Shown in problems, and passed to the service as `x-request-id`. */
  readonly requestId?: string | undefined;
  /** Values for the transport's interceptors. */
  readonly contextValues?: ContextValues | undefined;
  /** Reads the body where the server knows a shorter way than the fetch API: see node-body.ts. */
  readonly readBody?: BodyReader | undefined;
  /**
   * Breaks off the answer, so that the client sees that a raw body is not complete. Default: the body fails, which some servers
   * print themselves.
   */
  readonly breakOff?: (() => void) | undefined;
}

/** A failure that was answered, for the hook `onError`. */
export interface Failure {
  readonly error: unknown;
  /** The HTTP status that it was answered with, or would have been, had the answer not begun. */
  readonly status: number;
  readonly request: Request;
  readonly route: Route | undefined;
  /** What was given to `handle`. */
  readonly requestId: string | undefined;
}

/** Settings of a transcoder. */
export interface TranscoderOptions {
  readonly services: readonly DescService[];
  /** Gives the transport that reaches a service; asked once for each service, at the start. */
  readonly transport: (service: DescService) => Transport;
  /** False for an RPC that is not served over REST in spite of its rule. Default: all are served. */
  readonly expose?: (rpc: DescMethod) => boolean;
  /** Status and Location of an RPC's success. Default: 200. */
  readonly success?: (rpc: DescMethod) => Success | undefined;
  /**
   * Called before each call, when the route is known and before the body is read: the place to authenticate, to limit and
   * to add metadata. What it throws (a ConnectError, as a rule) is answered instead.
   */
  readonly beforeCall?: (call: PendingCall) => void | Promise<void>;
  /**
   * Called with each request as the JSON of its message, before it is decoded. What it throws (a ConnectError, as a rule) is
   * answered instead.
   */
  readonly beforeDecode?: (message: DescMessage, json: JsonValue) => void;
  /** Called for every failure, client errors included: the place to log. */
  readonly onError?: (failure: Failure) => void;
  /** Lower-case names of the request headers that become metadata. */
  readonly requestHeaders?: readonly string[];
  /** Lower-case names of the metadata that become headers of the answer. */
  readonly responseHeaders?: readonly string[];
  /** Default 4 MiB. */
  readonly maxBodyBytes?: number;
  /**
   * How many values the JSON of a body may have: objects, lists and what is in them. Default 100 000. Decoding a small body
   * can take much memory and time, so its size alone is no bound.
   */
  readonly maxBodyValues?: number;
  /** Deadline of a unary call; the header Request-Timeout (seconds) can shorten it. Default 30 000. */
  readonly timeoutMs?: number;
  /** Deadline of a stream. Default: none. */
  readonly streamTimeoutMs?: number;
  /** Milliseconds between the heartbeats of server-sent events. Default 15 000. */
  readonly heartbeatMs?: number;
  /** Whether answers also have the fields with default values, so that they always look the same. Default true. */
  readonly alwaysEmitImplicit?: boolean;
  /** The messages that a google.protobuf.Any can hold in JSON. */
  readonly registry?: Registry;
  /** HTTP status by google.rpc.ErrorInfo reason, e.g. `{ ETAG_MISMATCH: 412 }`. */
  readonly statusByReason?: Readonly<Record<string, number>>;
  /** Reason by HTTP status, for problems that come without one, such as the transcoder's own: `{ 415: 'NOT_JSON' }`. */
  readonly reasonByStatus?: Readonly<Record<number, string>>;
  /** Challenge of a 401, for WWW-Authenticate. Default `Bearer`. */
  readonly challenge?: string;
  /** The `type` URI of a problem with a reason. Default: `about:blank`. */
  readonly problemType?: (reason: string) => string;
}

/** REST for Connect services. */
export interface Transcoder {
  /** Every binding that is served, in the order of declaration. */
  readonly routes: readonly Route[];
  /**
   * Answers a request. Undefined when no rule has its path, so that the caller can go on with other routes. The caller has to
   * answer CORS preflights before. Throws only what `onError` throws.
   */
  readonly handle: (request: Request, context?: RequestContext) => Promise<Response | undefined>;
}

interface Server {
  readonly options: TranscoderOptions;
  readonly problems: ProblemOptions;
  readonly endpoints: ReadonlyMap<Route, Endpoint>;
  readonly requestHeaders: readonly string[];
  readonly read: ReadOptions;
}

const maxBodyBytesDefault = 4 * 1024 * 1024;
const maxBodyValuesDefault = 100_000;
const timeoutMsDefault = 30_000;

/**
 * Makes REST handlers for all RPCs with a `google.api.http` rule.
 *
 * @throws RuleError when rules or Location templates are misdeclared, naming all of them
 */
export function createTranscoder(options: TranscoderOptions): Transcoder {
  const { routes, router } = compileRoutes(options.services, options.expose ?? (() => true));
  const { statusByReason = {}, reasonByStatus = {}, challenge = 'Bearer', problemType } = options;
  const server: Server = {
    options,
    problems: {
      statusByReason: new Map(Object.entries(statusByReason)),
      reasonByStatus,
      challenge,
      typeOf: problemType,
    },
    endpoints: compileEndpoints(routes, options),
    requestHeaders: options.requestHeaders ?? requestHeadersDefault,
    read: {
      maxBodyBytes: options.maxBodyBytes ?? maxBodyBytesDefault,
      maxBodyValues: options.maxBodyValues ?? maxBodyValuesDefault,
      registry: options.registry,
      beforeDecode: options.beforeDecode,
    },
  };
  const handle = async (request: Request, context: RequestContext = {}): Promise<Response | undefined> => {
    const { path, search } = splitUrl(request.url);
    const found = router.find(request.method, path);
    if (found === undefined) {
      return undefined;
    }
    const route = 'target' in found ? found.target : undefined;
    const place = { instance: path, requestId: context.requestId, route };
    try {
      if ('allow' in found) {
        const headers = { allow: found.allow.join(', ') };
        throw new ProblemError(405, `This route does not support ${request.method}.`, { headers });
      }
      const breakOff = (error: unknown) => breakBody(server, error, { request, place, context });
      const call = { ...prepareCall(server, found.target, request, context), breakOff };
      if (options.beforeCall !== undefined) {
        await options.beforeCall({ request, route: found.target, header: call.header, context });
      }
      const parts = { request, readBody: context.readBody, segments: found.segments, search };
      const reading = readMessage(found.target, parts, server.read);
      const input = reading instanceof Promise ? await reading : reading;
      return await (call.endpoint.isUnary
        ? callUnary(call, input)
        : callStream(call, input, (error) => reportFailure(server, error, request, place).problem));
    } catch (error) {
      return answerFailure(server, error, request, place);
    }
  };
  return { routes, handle };
}

/** Works out what a call needs. Refuses a request that could not be answered. */
function prepareCall(server: Server, route: Route, request: Request, context: RequestContext): Omit<Call, 'breakOff'> {
  const { options } = server;
  const endpoint = server.endpoints.get(route);
  if (endpoint === undefined) {
    throw new Error(`no endpoint for ${route.httpMethod} ${route.path}`);
  }
  checkAccept(endpoint, request.headers.get('accept'));
  const header = headerOf(server, request, context);
  const nextHeader = async () => {
    const next = headerOf(server, request, context);
    await options.beforeCall?.({ request, route, header: next, context });
    return next;
  };
  const maxMs = endpoint.isUnary ? (options.timeoutMs ?? timeoutMsDefault) : options.streamTimeoutMs;
  const timeoutMs = readTimeout(request.headers, maxMs);
  return { endpoint, request, header, timeoutMs, contextValues: context.contextValues, nextHeader };
}

function headerOf({ requestHeaders }: Server, request: Request, { requestId }: RequestContext): Headers {
  const header = passRequestHeaders(requestHeaders, request.headers);
  if (requestId !== undefined) {
    header.set('x-request-id', requestId);
  }
  return header;
}

function answerFailure(server: Server, error: unknown, request: Request, place: ProblemPlace): Response {
  const { problem, headers } = reportFailure(server, error, request, place);
  return problemResponse(problem, headers, request.method !== 'HEAD');
}

/** The request that a broken body belongs to. */
interface BrokenAnswer {
  readonly request: Request;
  readonly place: ProblemPlace;
  readonly context: RequestContext;
}

function breakBody(server: Server, error: unknown, { request, place, context }: BrokenAnswer): void {
  reportFailure(server, error, request, place);
  if (context.breakOff === undefined) {
    throw error;
  }
  context.breakOff();
}

function reportFailure(server: Server, error: unknown, request: Request, place: ProblemPlace): ProblemAnswer {
  // A failure after the client has left is not the server's fault.
  const cause = request.signal.aborted ? new ConnectError('', Code.Canceled) : error;
  const answer = problemOf(cause, place, server.problems);
  const { route, requestId } = place;
  server.options.onError?.({ error, status: answer.problem.status, request, route, requestId });
  return answer;
}

/** Takes path and query out of an absolute URL, without decoding or normalizing them as `URL` would. */
function splitUrl(url: string): { path: string; search: string } {
  const start = url.indexOf('/', url.indexOf('//') + 2);
  const hash = url.indexOf('#', start);
  const end = hash === -1 ? url.length : hash;
  const mark = url.indexOf('?', start);
  const isQuery = mark !== -1 && mark < end;
  return { path: url.slice(start, isQuery ? mark : end), search: isQuery ? url.slice(mark + 1, end) : '' };
}
