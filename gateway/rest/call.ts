import type { DescField, DescMethodStreaming, DescMethodUnary, Message } from '@bufbuild/protobuf';
import type { ContextValues } from '@connectrpc/connect';
import { negotiate } from './accept.ts';
import type { RawWriter } from './answer.ts';
import { attachmentNamed } from './attachment.ts';
import type { Endpoint, PartTokens } from './endpoint.ts';
import { matchesEtag, passResponseHeaders } from './headers.ts';
import { type Problem, ProblemError } from './problem.ts';
import { createRawBody, createStreamBody, type Framing, ndjson, serverSentEvents, settledWithin } from './stream.ts';

/** One call. */
export interface Call {
  readonly endpoint: Endpoint;
  readonly request: Request;
  readonly header: Headers;
  readonly contextValues: ContextValues | undefined;
  readonly timeoutMs: number | undefined;
  /** The metadata for another call of the same request, which is let in like the first one. */
  readonly nextHeader: () => Promise<Headers>;
  /** Breaks off a raw body that has begun. What it throws fails the body. */
  readonly breakOff: (error: unknown) => void;
}

// How long the first message of a stream may take before the answer begins without it. Within this time a failure is
// still reported by the status.
const streamStartMs = 500;

const framings: Readonly<Record<string, Framing>> = {
  'application/x-ndjson': ndjson,
  'application/json': ndjson,
  'text/event-stream': serverSentEvents,
};
const jsonTypes = ['application/json'];
const streamTypes = Object.keys(framings);

/**
 * Refuses a request whose `Accept` excludes all types of the answer, before the request has any effect. The type of a raw body
 * is not known until the body is there, so a request for one is never refused.
 *
 * @throws ProblemError 406
 */
export function checkAccept({ isUnary, writer, status }: Endpoint, accept: string | null): void {
  if (writer.kind === 'raw' || status === 204) {
    return;
  }
  const offered = isUnary ? jsonTypes : streamTypes;
  if (negotiate(accept, offered) === undefined) {
    throw new ProblemError(406, `The response is ${offered.join(' or ')}, which the header Accept excludes.`);
  }
}

/** Calls a unary RPC and writes its answer. */
export async function callUnary(call: Call, input: Message): Promise<Response> {
  const { endpoint, request, header, timeoutMs, contextValues } = call;
  const { route, transport, writer } = endpoint;
  // The caller dispatches by methodKind, which the descriptor's type does not carry through.
  const method = route.rpc as DescMethodUnary;
  const response = await transport.unary(method, request.signal, timeoutMs, header, input, contextValues);
  const headers: Record<string, string> = {};
  passResponseHeaders(endpoint.responseHeaders, response.header, headers);
  passResponseHeaders(endpoint.responseHeaders, response.trailer, headers);
  const { status } = endpoint;
  const withBody = request.method !== 'HEAD';
  if (status === 204) {
    return new Response(null, { status, headers });
  }
  if (writer.kind === 'raw') {
    addEntityHeaders(endpoint, response.message, headers);
    if (isNotModified(request, headers.etag)) {
      return new Response(null, { status: 304, headers });
    }
    addFileName(endpoint, response.message, headers);
    const body = writer.read(response.message);
    headers['content-type'] = body?.contentType || 'application/octet-stream';
    if (!withBody) {
      return new Response(null, { status, headers });
    }
    const { parts } = endpoint;
    if (parts === undefined || textOf(response.message, parts.next) === '') {
      return new Response(toBodyBytes(body?.data), { status, headers });
    }
    const chunks = partsAfter(call, input, response.message, parts, writer);
    const { breakOff } = call;
    const file = createRawBody({ first: toBodyBytes(body?.data), chunks, breakOff, cancel: () => undefined });
    return new Response(file, { status, headers });
  }
  addEntityHeaders(endpoint, writer.bodyOf(response.message), headers);
  if (isNotModified(request, headers.etag)) {
    return new Response(null, { status: 304, headers });
  }
  headers['content-type'] = 'application/json';
  return new Response(withBody ? writer.write(response.message) : null, { status, headers });
}

/**
 * The other parts of a file. Each is asked for when the client has read the one before, so there is never more than one in
 * memory, and no call lasts as long as a slow client reads.
 */
async function* partsAfter(
  { endpoint, request, timeoutMs, contextValues, nextHeader }: Call,
  input: Message,
  first: Message,
  { requested, next }: PartTokens,
  writer: RawWriter,
): AsyncGenerator<Uint8Array> {
  const method = endpoint.route.rpc as DescMethodUnary; // only a unary RPC has PartTokens
  let token = textOf(first, next);
  while (token !== '') {
    const part: Message = { ...input, [requested.localName]: token };
    const header = await nextHeader();
    const { message } = await endpoint.transport.unary(method, request.signal, timeoutMs, header, part, contextValues);
    yield writer.read(message)?.data ?? new Uint8Array();
    token = textOf(message, next);
  }
}

function textOf(message: Message, field: DescField): string {
  // The descriptor says that the generated type has a string under this name.
  return (message as unknown as Record<string, string>)[field.localName] ?? '';
}

/** Calls a server-streaming RPC and answers with its messages as they come. */
export async function callStream(
  call: Call,
  input: Message,
  problemOf: (error: unknown) => Problem,
): Promise<Response> {
  const { endpoint, request } = call;
  const { writer, heartbeatMs, status } = endpoint;
  const abort = new AbortController();
  const cancel = () => abort.abort();
  const headers: Record<string, string> = {};
  const signal = AbortSignal.any([request.signal, abort.signal]);
  const responses = openStream(call, input, signal, headers);
  if (writer.kind === 'raw') {
    return await answerRaw(
      call,
      mapped(responses, (message) => writer.read(message)),
      headers,
      cancel,
    );
  }
  const framing = framings[negotiate(request.headers.get('accept'), streamTypes) ?? ''] ?? ndjson;
  const messages = mapped(responses, writer.write);
  const first = messages.next();
  // The reader of the body awaits it again. If there is none, its failure must not count as unhandled.
  first.catch(() => undefined);
  await settledWithin(first, streamStartMs);
  headers['content-type'] = framing.contentType;
  headers['cache-control'] ??= 'no-store';
  if (request.method === 'HEAD') {
    cancel();
    return new Response(null, { status, headers });
  }
  const body = createStreamBody({ framing, messages, first, heartbeatMs, problemOf, signal, cancel });
  return new Response(body, { status, headers });
}

/**
 * Opens the upstream call when the first message is asked for, and puts its metadata into `headers`. One generator does
 * both, since a server may send its metadata only with its first message.
 */
async function* openStream(
  { endpoint, header, timeoutMs, contextValues }: Call,
  input: Message,
  signal: AbortSignal,
  headers: Record<string, string>,
): AsyncGenerator<Message> {
  // As in callUnary.
  const method = endpoint.route.rpc as DescMethodStreaming;
  const response = await endpoint.transport.stream(method, signal, timeoutMs, header, once(input), contextValues);
  passResponseHeaders(endpoint.responseHeaders, response.header, headers);
  yield* response.message;
}

type RawChunk = { readonly contentType: string; readonly data: Uint8Array } | undefined;

async function answerRaw(
  { endpoint, request, breakOff }: Call,
  bodies: AsyncGenerator<RawChunk>,
  headers: Record<string, string>,
  cancel: () => void,
): Promise<Response> {
  // The first message gives the type of the bytes.
  const { value: first } = await bodies.next();
  headers['content-type'] = first?.contentType || 'application/octet-stream';
  if (request.method === 'HEAD') {
    cancel();
    return new Response(null, { status: endpoint.status, headers });
  }
  const chunks = mapped(bodies, (body) => body?.data ?? new Uint8Array());
  const body = createRawBody({ first: first?.data ?? new Uint8Array(), chunks, breakOff, cancel });
  return new Response(body, { status: endpoint.status, headers });
}

function addEntityHeaders(
  { etag, location, status }: Endpoint,
  body: Message | undefined,
  headers: Record<string, string>,
): void {
  if (etag !== undefined && body !== undefined && headers.etag === undefined) {
    const value = textOf(body, etag);
    if (value !== '') {
      headers.etag = value.endsWith('"') ? value : `"${value}"`;
    }
  }
  if (location !== undefined && status === 201) {
    const value = headers.location ?? (body === undefined ? undefined : location(body));
    if (value !== undefined) {
      headers.location = value;
    }
  }
}

/** Gives the name under which to save the bytes (RFC 6266), in characters that need no escape in a header. */
function addFileName({ fileName }: Endpoint, message: Message, headers: Record<string, string>): void {
  const name = fileName === undefined ? '' : textOf(message, fileName);
  if (name !== '') {
    headers['content-disposition'] ??= attachmentNamed(name);
  }
}

function isNotModified(request: Request, etag: string | undefined): boolean {
  if (etag === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) {
    return false;
  }
  const condition = request.headers.get('if-none-match');
  return condition !== null && matchesEtag(condition, etag);
}

/** Copies the bytes: their buffer might be a shared one, which a Response does not take. */
function toBodyBytes(data: Uint8Array | undefined): Uint8Array<ArrayBuffer> {
  return new Uint8Array(data ?? []);
}

async function* once<T>(value: T): AsyncGenerator<T> {
  yield value;
}

async function* mapped<T, U>(source: AsyncIterable<T>, map: (value: T) => U): AsyncGenerator<U> {
  for await (const value of source) {
    yield map(value);
  }
}
