import { create, type DescMessage, type DescMethodUnary, type MessageInitShape } from '@bufbuild/protobuf';
import {
  ConnectError,
  type ContextValues,
  createContextValues,
  type Interceptor,
  type Transport,
  type UnaryRequest,
  type UnaryResponse,
} from '@connectrpc/connect';
import { CallSignal } from './call-signal.ts';
import { intercept } from './invoke.ts';

/** Headers of a call, as Connect takes them. */
type RequestHeader = Parameters<Transport['unary']>[3];

/** What a caller gives with a method: the arguments of `Transport.unary` that follow it. */
export type UnaryArguments<Input extends DescMessage> = [
  signal: AbortSignal | undefined,
  timeoutMs: number | undefined,
  header: RequestHeader,
  input: MessageInitShape<Input>,
  contextValues?: ContextValues | undefined,
];

/** What a transport does with every call. */
export interface CallSettings {
  readonly interceptors: readonly Interceptor[];
  /** Deadline of a call whose caller sets none; undefined for none. */
  readonly defaultTimeoutMs: number | undefined;
  /**
   * The call itself, inside the interceptors. It has to end when its life does, which the request's signal also tells.
   */
  send(request: UnaryRequest, life: CallSignal): Promise<UnaryResponse>;
}

/**
 * Runs a call of the calling side through its interceptors, under its deadline and the caller's signal. Rejects with a
 * ConnectError; once the signal is aborted, with its reason.
 */
export async function runUnaryCall<Input extends DescMessage, Output extends DescMessage>(
  method: DescMethodUnary<Input, Output>,
  [signal, timeoutMs, header, input, contextValues]: UnaryArguments<Input>,
  url: string,
  settings: CallSettings,
): Promise<UnaryResponse<Input, Output>> {
  const life = new CallSignal(chooseTimeout(timeoutMs, settings.defaultTimeoutMs), signal);
  const request: UnaryRequest = {
    stream: false,
    service: method.parent,
    method,
    requestMethod: 'POST',
    url,
    signal: life.signal,
    header: new Headers(header),
    contextValues: contextValues ?? createContextValues(),
    message: create<DescMessage>(method.input, input),
  };
  const next = intercept(
    (sent) => (sent.signal === life.signal ? settings.send(sent, life) : sendOther(sent, life, settings)),
    settings.interceptors,
  );
  try {
    const response = await next(request);
    return response as UnaryResponse<Input, Output>; // a unary request of this method has such a response
  } catch (error) {
    throw life.isAborted ? life.error : ConnectError.from(error);
  } finally {
    life.release();
  }
}

/** Sends a request to which an interceptor has given another signal. */
async function sendOther(request: UnaryRequest, life: CallSignal, settings: CallSettings): Promise<UnaryResponse> {
  const own = new CallSignal(life.remainingMs, request.signal);
  try {
    return await settings.send(request, own);
  } finally {
    own.release();
  }
}

/** The deadline of a call: its own, or the default. As everywhere in Connect, zero or less means none. */
function chooseTimeout(timeoutMs: number | undefined, defaultMs: number | undefined): number | undefined {
  if (timeoutMs === undefined) return defaultMs;
  return timeoutMs <= 0 ? undefined : timeoutMs;
}
