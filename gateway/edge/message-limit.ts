import type { DescMessage } from '@bufbuild/protobuf';
import { base64Decode } from '@bufbuild/protobuf/wire';
import { Code, ConnectError, type HandlerContext } from '@connectrpc/connect';
import type {
  Compression,
  UniversalHandler,
  UniversalHandlerFn,
  UniversalServerRequest,
} from '@connectrpc/connect/protocol';
import { checkBinary } from './check-binary.ts';
import { checkJson } from './check-json.ts';

/**
 * Most values (fields, and items of lists) in a message, the same limit as for a REST body. Two bytes on the wire can become
 * hundreds in memory, so a body of a few megabytes could use up all memory and take minutes to decode.
 */
const VALUES_MAX = 100_000;
/** A binary message of at most this many bytes is decoded in a moment, whatever is in it. */
const BYTES_UNCHECKED = 20_000;
/** What gRPC and gRPC-web put in front of a message: flags, and its length. */
const ENVELOPE_BYTES = 5;
const COMPRESSED_FLAG = 1;

/** Limits of the handlers. */
export interface MessageLimits {
  /** Largest message, before and after it is decompressed. */
  readonly maxBytes: number;
  /** The compressions that callers may use for messages. */
  readonly compressions: readonly Compression[];
}

/**
 * The handler of a unary RPC, with checks before a message is decoded: how much is in it and, in JSON, each of its values. Other
 * handlers stay as they are.
 */
export function limitMessages(handler: UniversalHandler, limits: MessageLimits): UniversalHandlerFn {
  if (handler.method.methodKind !== 'unary') return handler;
  const { input } = handler.method;
  return (request) => handler({ ...request, body: checked(request, input, limits) });
}

/** The body in one piece. It is read when the handler asks for it, which is after the call was let in. */
async function* checked(
  request: UniversalServerRequest,
  input: DescMessage,
  limits: MessageLimits,
): AsyncGenerator<Uint8Array> {
  const body = request.body as AsyncIterable<Uint8Array>; // else a framework would have parsed it
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Not `for await`: leaving that early destroys the request, and then nobody reads what else arrives on the connection or stream.
  const arriving = body[Symbol.asyncIterator]();
  for (let next = await arriving.next(); next.done !== true; next = await arriving.next()) {
    chunks.push(next.value);
    length += next.value.byteLength;
    if (length <= limits.maxBytes + ENVELOPE_BYTES) continue;
    void passOver(arriving);
    throw tooLarge(`it is larger than ${limits.maxBytes} bytes`);
  }
  const [first] = chunks;
  const bytes = first !== undefined && chunks.length === 1 ? first : Buffer.concat(chunks);
  const message = await messageIn(bytes, request.header, limits);
  check(message, contentTypeOf(request.header).includes('json'), input);
  yield bytes;
}

/** Reads the rest of the body, for which the listener sets a time limit, and keeps nothing of it. */
async function passOver(arriving: AsyncIterator<Uint8Array>): Promise<void> {
  try {
    while ((await arriving.next()).done !== true);
  } catch {
    // The caller has left.
  }
}

/**
 * Checks the message of a call by GET, which is in its URL, in the same way. Ignores other calls. The gate of a router uses it
 * once it has let the call in.
 *
 * @throws ConnectError
 */
export async function limitQuery(
  { requestMethod, url, method }: Pick<HandlerContext, 'requestMethod' | 'url' | 'method'>,
  limits: MessageLimits,
): Promise<void> {
  if (requestMethod !== 'GET') return;
  const { searchParams } = new URL(url);
  const text = searchParams.get('message') ?? '';
  const bytes = searchParams.get('base64') === '1' ? fromBase64(text) : Buffer.from(text);
  const message = await decompress(bytes, searchParams.get('compression'), limits);
  check(message, searchParams.get('encoding') === 'json', method.input);
}

function fromBase64(text: string): Uint8Array {
  try {
    return base64Decode(text);
  } catch {
    throw new ConnectError('the message is not base64', Code.InvalidArgument);
  }
}

function check(message: Uint8Array | undefined, isJson: boolean, input: DescMessage): void {
  if (message === undefined || message.byteLength === 0) return;
  if (isJson) checkJson(message, input, VALUES_MAX);
  else if (message.byteLength > BYTES_UNCHECKED) checkBinary(message, input, VALUES_MAX);
}

/** The message of a body, decompressed. Undefined when it is malformed, which is left to the decoder to refuse. */
async function messageIn(bytes: Uint8Array, header: Headers, limits: MessageLimits): Promise<Uint8Array | undefined> {
  if (!contentTypeOf(header).startsWith('application/grpc')) {
    return decompress(bytes, header.get('content-encoding'), limits);
  }
  if (bytes.byteLength < ENVELOPE_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isCompressed = (view.getUint8(0) & COMPRESSED_FLAG) !== 0;
  const end = ENVELOPE_BYTES + view.getUint32(1);
  // There could be many small messages, each of them large once decompressed.
  if (end < bytes.byteLength) throw new ConnectError('a unary call has one message', Code.InvalidArgument);
  return decompress(bytes.subarray(ENVELOPE_BYTES, end), isCompressed ? header.get('grpc-encoding') : null, limits);
}

async function decompress(
  bytes: Uint8Array,
  encoding: string | null,
  { compressions, maxBytes }: MessageLimits,
): Promise<Uint8Array | undefined> {
  if (encoding === null || encoding === 'identity') return bytes;
  try {
    return await compressions.find(({ name }) => name === encoding)?.decompress(bytes, maxBytes);
  } catch {
    return undefined;
  }
}

function contentTypeOf(header: Headers): string {
  return (header.get('content-type') ?? '').toLowerCase();
}

function tooLarge(why: string): ConnectError {
  return new ConnectError(`the message cannot be taken: ${why}`, Code.ResourceExhausted);
}
