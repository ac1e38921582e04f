import { Code, ConnectError } from '@connectrpc/connect';
import type { UniversalHandlerFn } from '@connectrpc/connect/protocol';

/** gRPC-web in base64, and what it is without. The generator of grpc-web's own clients makes those that speak it, unless told otherwise. */
const TEXT_TYPE = /^application\/grpc-web-text(?=$|[+;\s])/i;
const BINARY_TYPE = /^application\/grpc-web(?=$|[+;\s])/i;

/** Characters of base64 that stand for three bytes (RFC 4648, 4). */
const GROUP = 4;

/** Whether a request is gRPC-web in base64, which the library does not know. */
export function isGrpcWebText(contentType: string | undefined): contentType is string {
  return contentType !== undefined && TEXT_TYPE.test(contentType);
}

/** The type of content without base64. */
export function toBinaryType(contentType: string): string {
  return contentType.replace(TEXT_TYPE, 'application/grpc-web');
}

/**
 * A handler of gRPC-web for callers who speak it in base64: requests are decoded, and answers encoded, piece by piece
 * (PROTOCOL-WEB of gRPC). What is no base64 is INVALID_ARGUMENT.
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
  // Not by `for await`: leaving it destroys the request, and then nobody reads what else the connection or stream brings.
  const arriving = body[Symbol.asyncIterator]();
  for (let next = await arriving.next(); next.done !== true; next = await arriving.next()) {
    const text = left + Buffer.from(next.value).toString('latin1');
    const end = text.length - (text.length % GROUP);
    left = text.slice(end);
    yield fromBase64(text.slice(0, end));
  }
  if (left !== '') throw noBase64();
}

/** Whole groups. There may be several texts behind each other, each with its padding. */
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
