import { create, type DescMessage, type Message } from '@bufbuild/protobuf';
import {
  createContextValues,
  type HandlerContext,
  type Interceptor,
  type StreamRequest,
  type StreamResponse,
  type UnaryRequest,
  type UnaryResponse,
} from '@connectrpc/connect';
import type { CallSignal } from './call-signal.ts';
import type { UnaryRoute } from './routes.ts';

/** What the serving side knows of a call. The headers and trailers of its answer are filled while it runs. */
export interface ServedCall {
  readonly route: UnaryRoute;
  readonly url: string;
  readonly life: CallSignal;
  readonly requestHeader: Headers;
  readonly responseHeader: Headers;
  readonly responseTrailer: Headers;
}

type AnyResponse = UnaryResponse | StreamResponse;
type AnyCall = (request: UnaryRequest | StreamRequest) => Promise<AnyResponse>;

/** Puts interceptors around a call; the first is the outermost. */
export function intercept(
  call: (request: UnaryRequest) => Promise<UnaryResponse>,
  by: readonly Interceptor[],
): AnyCall {
  let next = call as AnyCall; // given a unary request, interceptors pass on a unary one
  for (let index = by.length - 1; index >= 0; index--) {
    const interceptor = by[index];
    if (interceptor !== undefined) next = interceptor(next);
  }
  return next;
}

/** Runs the interceptors and the implementation of a method, with all that Connect gives them. */
export async function invoke(call: ServedCall, message: Message): Promise<Message> {
  const { route, life } = call;
  const { method } = route;
  const implementation = async (request: UnaryRequest): Promise<UnaryResponse> => {
    const context = contextOf(call, request);
    const init = await route.impl(request.message, context);
    return {
      stream: false,
      service: method.parent,
      method,
      header: call.responseHeader,
      trailer: call.responseTrailer,
      message: create<DescMessage>(method.output, init),
    };
  };
  const response = await intercept(
    implementation,
    route.interceptors,
  )({
    stream: false,
    service: method.parent,
    method,
    requestMethod: 'POST',
    url: call.url,
    signal: life.signal,
    header: call.requestHeader,
    contextValues: createContextValues(),
    message,
  });
  replace(call.responseHeader, response.header);
  replace(call.responseTrailer, response.trailer);
  return response.message as Message; // a unary call is answered with one message
}

function contextOf(call: ServedCall, request: UnaryRequest): HandlerContext {
  return {
    service: request.service,
    method: call.route.method,
    protocolName: 'grpc',
    requestMethod: 'POST',
    url: call.url,
    signal: request.signal,
    timeoutMs: () => call.life.remainingMs,
    requestHeader: request.header,
    responseHeader: call.responseHeader,
    responseTrailer: call.responseTrailer,
    values: request.contextValues,
  };
}

/** An interceptor may answer with headers of its own. */
function replace(target: Headers, source: Headers): void {
  if (source === target) return;
  for (const name of [...target.keys()]) target.delete(name);
  for (const [name, value] of source) target.append(name, value);
}
