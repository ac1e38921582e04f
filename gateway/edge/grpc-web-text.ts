import { Code, ConnectError } from '@connectrpc/connect';
import type { UniversalHandlerFn } from '@connectrpc/connect/protocol';

/** Content types of gRPC-web, with and without base64. grpc-web's own generator makes clients that use base64, unless told otherwise. */
const TEXT_TYPE = /^application\/grpc-web-text(?=$|[+;\s])/i;
const BINARY_TYPE = /^application\/grpc-web(?=$|[+;\s])/i;

/** Number of base64 characters that stand for three bytes (RFC 4648, 4). */
const GROUP = 4;

/** Whether a request is gRPC-web in base64, which the library does not know. */
export function isGrpcWebText(contentType: string | undefined): contentType is string {
  return contentType !== undefined && TEXT_TYPE.test(contentType);
}

/** The same content type without base64. */
export function toBinaryType(contentType: string): string {
  return contentType.replace(TEXT_TYPE, 'application/grpc-web');
}

/**
 * A gRPC-web handler for callers who send base64: decodes requests and encodes answers piece by piece (PROTOCOL-WEB of
 * gRPC). A body that is not base64 is INVALID_ARGUMENT.
 */
export function inBase64(handle: UniversalHandlerFn): UniversalHandlerFn {
  return async (request) => {
    const header = new Headers(request.header);
    header.set('content-type', toBinaryType(header.get('content-type') ?? ''));
    const body = request.body as AsyncIterable<Uint8Array>; // else a framework would have parsed it
    const answer = await handle({ ...request, header, body: decode(body) });
    const type = answer.header?.get('content-type') ?? '';
    if (!BINARY_TYPE.test(type) || answer.body === undefined) return answer;
    answer.header?.set('content-type', type.replace(BINARY_TYPE, 'application/grpc-web-text'));
    return { ...answer, body: encode(answer.body) };
  };
}

async function* decode(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let left = '';
  // Not `for await`: leaving that early destroys the request, and then nobody reads what else arrives on the connection or stream.
  const arriving = body[Symbol.asyncIterator]();
  for (let next = await arriving.next(); next.done !== true; next = await arriving.next()) {
    const text = left + Buffer.from(next.value).toString('latin1');
    const end = text.length - (text.length % GROUP);
    left = text.slice(end);
    yield fromBase64(text.slice(0, end));
  }
  if (left !== '') throw noBase64();
}

/** Decodes whole groups. Several texts may follow one another, each with its own padding. */
function fromBase64(text: string): Uint8Array {
  const pieces = text.match(/[A-Za-z0-9+/]+={0,2}/g) ?? [];
  const length = pieces.reduce((sum, piece) => sum + (piece.length % GROUP === 0 ? piece.length : 0), 0);
  if (length !== text.length) throw noBase64();
  return Buffer.concat(pieces.map((piece) => Buffer.from(piece, 'base64')));
}

function noBase64(): ConnectError {
  return new ConnectError('the body is not base64', Code.InvalidArgument);
}

async function* encode(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) yield Buffer.from(Buffer.from(chunk).toString('base64'));
}
