import { ProblemError } from './problem.ts';

const empty = new Uint8Array();
const suffixed = /^[^/\s]+\/[^/\s]+\+json$/;

/** Reads a whole body and never holds more than `maxBytes` of it. Throws ProblemError 413 or 400. */
export type BodyReader = (maxBytes: number) => Promise<Uint8Array>;

/**
 * Reads a request body into memory.
 *
 * @param maxBytes a longer body is refused before it is held, whether or not the request announces its length
 * @param read how to read it; by the fetch API when left out
 * @throws ProblemError 413 when the body is longer, 400 when it ends early
 */
export async function readBody(request: Request, maxBytes: number, read: BodyReader | undefined): Promise<Uint8Array> {
  const announced = request.headers.get('content-length');
  if (announced === '0') {
    return empty;
  }
  if (announced !== null && !(Number(announced) <= maxBytes)) {
    throw bodyTooLarge(maxBytes);
  }
  if (read !== undefined) {
    return await read(maxBytes);
  }
  try {
    // The HTTP server holds a body to its announced length, so it can be taken in one piece.
    return announced === null ? await readStream(request.body, maxBytes) : await readWhole(request, maxBytes);
  } catch (error) {
    throw error instanceof ProblemError ? error : bodyEndedEarly();
  }
}

async function readWhole(request: Request, maxBytes: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(await request.arrayBuffer());
  if (bytes.length > maxBytes) {
    throw bodyTooLarge(maxBytes);
  }
  return bytes;
}

async function readStream(stream: ReadableStream<Uint8Array> | null, maxBytes: number): Promise<Uint8Array> {
  if (stream === null) {
    return empty;
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop early cancels the stream.
  for await (const chunk of stream) {
    length += chunk.length;
    if (length > maxBytes) {
      throw bodyTooLarge(maxBytes);
    }
    chunks.push(chunk);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** The answer to a body that is too large. */
export function bodyTooLarge(maxBytes: number): ProblemError {
  return new ProblemError(413, `The body is larger than ${maxBytes} bytes.`);
}

/** The answer to a body that ends early. As a rule, nobody is left to read it. */
export function bodyEndedEarly(): ProblemError {
  return new ProblemError(400, 'The body could not be read to its end.');
}

/**
 * Checks that a body is JSON: `application/json` or a type ending in `+json`, in UTF-8.
 *
 * @throws ProblemError 415
 */
export function checkJsonType(contentType: string | null): void {
  if (contentType === 'application/json') {
    return;
  }
  const [type = '', ...parameters] = (contentType ?? '')
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  const isJson = type === 'application/json' || (suffixed.test(type) && type !== 'application/json-patch+json');
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length);
  const isUtf8 = charset === undefined || charset.replaceAll('"', '') === 'utf-8';
  if (!isJson || !isUtf8) {
    const headers = {
      'accept-post': 'application/json',
      'accept-patch': 'application/merge-patch+json, application/json',
    };
    throw new ProblemError(415, 'The body must be JSON in UTF-8, with the header Content-Type: application/json.', {
      headers,
    });
  }
}

/**
 * Checks that a body has no content coding: none is undone here, and the bytes of a compressed body mean nothing (RFC 9110,
 * 8.4 and 15.5.16).
 *
 * @throws ProblemError 415
 */
export function checkNotEncoded(contentEncoding: string | null): void {
  if (!/^(?:identity)?$/i.test(contentEncoding ?? '')) {
    const headers = { 'accept-encoding': 'identity' };
    throw new ProblemError(415, 'The body must be sent without a Content-Encoding.', { headers });
  }
}
