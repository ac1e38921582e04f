/** What the writer throws at a value that the library has to handle. */
export const UNUSUAL = new Error('this message is for the library to write');

const FIRST_BYTES = 16 * 1024;
/** Memory for larger messages is given back after each. */
const KEPT_BYTES = 256 * 1024;
/** Up to this length a text is written letter by letter; a call of native code takes longer than that. */
const SHORT_TEXT = 48;
/** The most bytes of a varint. */
const VARINT_BYTES = 10;
const TWO_TO_32 = 0x1_0000_0000;

/**
 * Collects the bytes of a message (protobuf.dev/programming-guides/encoding). Methods take a field's tag and its value;
 * those named `...Value` take the value alone. They throw {@link UNUSUAL} at a value of another type.
 */
export class MessageWriter {
  #bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #length = 0;

  /** Everything that was written, in memory of its own. The writer is empty afterwards. */
  finish(): Uint8Array {
    const bytes = Buffer.allocUnsafe(this.#length);
    bytes.set(this.#bytes.subarray(0, this.#length));
    this.clear();
    return bytes;
  }

  clear(): void {
    this.#length = 0;
    if (this.#bytes.length > KEPT_BYTES) this.#bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  }

  /** Begins a message in a field, a map entry or a packed list. `close` ends it, given the result of this. */
  open(tag: number): number {
    this.#reserve(2 * VARINT_BYTES);
    this.#varint(tag);
    this.#length += 1; // for the length of a short one
    return this.#length;
  }

  /** Ends what began at `start`, and puts its length in front of it. */
  close(start: number): void {
    const byteLength = this.#length - start;
    const prefixBytes = varintBytes(byteLength);
    if (prefixBytes > 1) {
      this.#reserve(VARINT_BYTES);
      this.#bytes.copyWithin(start - 1 + prefixBytes, start, this.#length);
    }
    this.#length = start - 1;
    this.#varint(byteLength);
    this.#length += byteLength;
  }

  string(tag: number, text: unknown): void {
    if (typeof text !== 'string') throw UNUSUAL;
    this.#reserve(2 * VARINT_BYTES + 3 * text.length);
    this.#varint(tag);
    if (text.length > SHORT_TEXT || !this.#shortAscii(text)) this.#utf8(text);
  }

  bytes(tag: number, value: unknown): void {
    if (!(value instanceof Uint8Array)) throw UNUSUAL;
    this.#reserve(2 * VARINT_BYTES + value.byteLength);
    this.#varint(tag);
    this.#varint(value.byteLength);
    this.#bytes.set(value, this.#length);
    this.#length += value.byteLength;
  }

  bool(tag: number, value: unknown): void {
    this.#tag(tag);
    this.boolValue(value);
  }

  boolValue(value: unknown): void {
    if (typeof value !== 'boolean') throw UNUSUAL;
    this.#reserve(1);
    this.#bytes[this.#length++] = value ? 1 : 0;
  }

  int32(tag: number, value: unknown): void {
    this.#tag(tag);
    this.int32Value(value);
  }

  int32Value(value: unknown): void {
    if (typeof value !== 'number' || (value | 0) !== value) throw UNUSUAL;
    this.#reserve(VARINT_BYTES);
    if (value >= 0) this.#varint(value);
    else this.#varint64(value >>> 0, TWO_TO_32 - 1);
  }

  uint32(tag: number, value: unknown): void {
    this.#tag(tag);
    this.uint32Value(value);
  }

  uint32Value(value: unknown): void {
    if (typeof value !== 'number' || value >>> 0 !== value) throw UNUSUAL;
    this.#reserve(VARINT_BYTES);
    this.#varint(value);
  }

  int64(tag: number, value: unknown): void {
    this.#tag(tag);
    this.int64Value(value);
  }

  int64Value(value: unknown): void {
    if (typeof value !== 'bigint' || BigInt.asIntN(64, value) !== value) throw UNUSUAL;
    this.#bigint(value);
  }

  uint64(tag: number, value: unknown): void {
    this.#tag(tag);
    this.uint64Value(value);
  }

  uint64Value(value: unknown): void {
    if (typeof value !== 'bigint' || BigInt.asUintN(64, value) !== value) throw UNUSUAL;
    this.#bigint(value);
  }

  #tag(tag: number): void {
    this.#reserve(VARINT_BYTES);
    this.#varint(tag);
  }

  #bigint(value: bigint): void {
    this.#reserve(VARINT_BYTES);
    const number = Number(value);
    // True for most amounts and versions. Arithmetic with bigints takes several times as long.
    if (number >= 0 && number <= Number.MAX_SAFE_INTEGER) this.#varint64(number >>> 0, (number / TWO_TO_32) >>> 0);
    else this.#varint64(Number(BigInt.asUintN(32, value)), Number(BigInt.asUintN(32, value >> 32n)));
  }

  /** Writes an unsigned number of 32 bits. */
  #varint(value: number): void {
    let left = value;
    while (left > 0x7f) {
      this.#bytes[this.#length++] = (left & 0x7f) | 0x80;
      left >>>= 7;
    }
    this.#bytes[this.#length++] = left;
  }

  /** Writes an unsigned number of 64 bits, given as its halves. */
  #varint64(low: number, high: number): void {
    let [lowLeft, highLeft] = [low, high];
    while (highLeft > 0) {
      this.#bytes[this.#length++] = (lowLeft & 0x7f) | 0x80;
      lowLeft = ((lowLeft >>> 7) | (highLeft << 25)) >>> 0;
      highLeft >>>= 7;
    }
    this.#varint(lowLeft);
  }

  /** Writes a short text with its length; false when there is more in it than ASCII, and nothing was written. */
  #shortAscii(text: string): boolean {
    const start = this.#length + 1;
    for (let index = 0; index < text.length; index++) {
      const unit = text.charCodeAt(index);
      if (unit > 0x7f) return false;
      this.#bytes[start + index] = unit;
    }
    this.#bytes[this.#length] = text.length;
    this.#length = start + text.length;
    return true;
  }

  /** Writes a text with its length. Half a surrogate pair becomes U+FFFD, as it does in TextEncoder. */
  #utf8(text: string): void {
    const guessBytes = varintBytes(text.length);
    const start = this.#length + guessBytes;
    const byteLength = this.#bytes.write(text, start);
    const prefixBytes = varintBytes(byteLength);
    if (prefixBytes !== guessBytes) this.#bytes.copyWithin(this.#length + prefixBytes, start, start + byteLength);
    this.#varint(byteLength);
    this.#length += byteLength;
  }

  /** Makes room for this many more bytes. */
  #reserve(byteLength: number): void {
    const needed = this.#length + byteLength;
    if (needed <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#bytes.length));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}

/** How many bytes a length takes. */
function varintBytes(length: number): number {
  if (length < 0x80) return 1;
  if (length < 0x4000) return 2;
  if (length < 0x20_0000) return 3;
  return length < 0x1000_0000 ? 4 : 5;
}
