import { gunzip } from 'node:zlib';
import { Code, ConnectError } from '@connectrpc/connect';
import type { ReceivedMessage } from './frame.ts';

/** The encodings that are understood, as `grpc-accept-encoding` lists them. */
export const ACCEPTED_ENCODINGS = 'identity,gzip';

/** Whether a message in that `grpc-encoding` can be read. */
export function isKnownEncoding(encoding: string | undefined): boolean {
  return encoding === undefined || encoding === 'identity' || encoding === 'gzip';
}

/**
 * The message as it was before it was compressed.
 *
 * @throws ConnectError: INTERNAL when it is compressed although no encoding was named (as the protocol demands), the
 *   `malformed` code when it is not gzip, RESOURCE_EXHAUSTED when it grows over the limit.
 */
export function decompress(
  message: ReceivedMessage,
  encoding: string | undefined,
  maxBytes: number,
  malformed: Code,
): Uint8Array | Promise<Uint8Array> {
  if (!message.isCompressed) return message.bytes;
  if (encoding !== 'gzip') {
    return Promise.reject(new ConnectError('protocol error: compressed message without encoding', Code.Internal));
  }
  return new Promise((resolve, reject) => {
    gunzip(message.bytes, { maxOutputLength: maxBytes }, (error, bytes) => {
      if (error === null) resolve(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength));
      else if ('code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') reject(tooLargeOnceRead(maxBytes));
      else reject(new ConnectError('protocol error: the message is not gzip', malformed));
    });
  });
}

function tooLargeOnceRead(maxBytes: number): ConnectError {
  return new ConnectError(`decompressed message is larger than the limit of ${maxBytes}`, Code.ResourceExhausted);
}
