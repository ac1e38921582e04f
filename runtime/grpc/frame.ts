import { Code, ConnectError } from '@connectrpc/connect';

/** In front of each message: one byte that says whether it is compressed, four of length ("Length-Prefixed-Message"). */
const PREFIX_BYTES = 5;

/** Default for the largest message, as in other implementations of gRPC. */
export const READ_MAX_BYTES = 4 * 1024 * 1024;

/** A message as it came over the wire. */
export interface ReceivedMessage {
  readonly bytes: Uint8Array;
  readonly isCompressed: boolean;
}

/** Puts the prefix of an uncompressed message in front of it. */
export function encodeFrame(message: Uint8Array): Uint8Array {
  const frame = Buffer.allocUnsafe(PREFIX_BYTES + message.byteLength);
  frame[0] = 0;
  frame.writeUInt32BE(message.byteLength, 1);
  frame.set(message, PREFIX_BYTES);
  return frame;
}

/**
 * Collects the one message of one direction of a unary call from chunks of any size. Never holds more than twice as
 * many bytes as it has received, whatever length a prefix promises.
 */
export class FrameReader {
  readonly #maxBytes: number;
  readonly #malformed: Code;
  #buffer: Uint8Array = new Uint8Array(0);
  #receivedBytes = 0;

  /** `malformed` is the code for bytes that are no message: the fault of a caller or of a server. */
  constructor(maxBytes: number, malformed: Code) {
    this.#maxBytes = maxBytes;
    this.#malformed = malformed;
  }

  /** @throws ConnectError as soon as the bytes cannot become one message within the limit. */
  push(chunk: Uint8Array): void {
    const receivedBytes = this.#receivedBytes + chunk.byteLength;
    if (this.#receivedBytes === 0) {
      // Most messages come in one piece, which can stay where it is until it is copied out.
      this.#buffer = chunk;
    } else {
      this.#append(chunk, receivedBytes);
    }
    this.#receivedBytes = receivedBytes;
    if (receivedBytes >= PREFIX_BYTES) this.#check();
  }

  /** The message, in memory of its own. Undefined when there was none. @throws ConnectError when it is incomplete. */
  finish(): ReceivedMessage | undefined {
    if (this.#receivedBytes === 0) return undefined;
    const lengthBytes = this.#receivedBytes < PREFIX_BYTES ? undefined : this.#lengthBytes();
    if (lengthBytes === undefined || this.#receivedBytes < PREFIX_BYTES + lengthBytes) {
      throw new ConnectError('protocol error: the message ends before its length', this.#malformed);
    }
    // Memory for small messages comes from a pool, which costs less than asking for it each time.
    const memory = Buffer.allocUnsafe(lengthBytes);
    memory.set(this.#buffer.subarray(PREFIX_BYTES, PREFIX_BYTES + lengthBytes));
    const bytes = new Uint8Array(memory.buffer, memory.byteOffset, lengthBytes);
    return { bytes, isCompressed: this.#buffer[0] === 1 };
  }

  #append(chunk: Uint8Array, receivedBytes: number): void {
    if (this.#buffer.byteLength < receivedBytes) {
      const grown = new Uint8Array(receivedBytes * 2);
      grown.set(this.#buffer.subarray(0, this.#receivedBytes));
      this.#buffer = grown;
    }
    this.#buffer.set(chunk, this.#receivedBytes);
  }

  #check(): void {
    const flags = this.#buffer[0] ?? 0;
    if (flags > 1) throw new ConnectError(`protocol error: unknown message flags ${flags}`, this.#malformed);
    const lengthBytes = this.#lengthBytes();
    if (lengthBytes > this.#maxBytes) throw tooLarge(lengthBytes, this.#maxBytes);
    if (this.#receivedBytes > PREFIX_BYTES + lengthBytes) {
      throw new ConnectError('protocol error: more than one message for a unary method', Code.Unimplemented);
    }
  }

  #lengthBytes(): number {
    const buffer = this.#buffer;
    const [b, c, d] = [buffer[2] ?? 0, buffer[3] ?? 0, buffer[4] ?? 0];
    return (buffer[1] ?? 0) * 0x1000000 + ((b << 16) | (c << 8) | d);
  }
}

/** The error for a message over the limit. */
function tooLarge(bytes: number, maxBytes: number): ConnectError {
  return new ConnectError(`message size ${bytes} is larger than the limit of ${maxBytes}`, Code.ResourceExhausted);
}
