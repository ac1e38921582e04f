import { crc32, createInflate } from 'node:zlib';
import { DomainError, invalidField } from '../../../runtime/call/errors.ts';
import type { LogoFile } from './read-logo.ts';
import { requireSize } from './require-size.ts';

/** What every PNG begins with (PNG 3, 5.2). */
const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');

/** The types of colour (PNG 3, table 11): how many samples a pixel has, and which depths in bits are accepted. */
const COLORS: ReadonlyMap<number, { readonly samples: number; readonly depths: readonly number[] }> = new Map([
  [0, { samples: 1, depths: [1, 2, 4, 8] }],
  [2, { samples: 3, depths: [8] }],
  [3, { samples: 1, depths: [1, 2, 4, 8] }],
  [4, { samples: 2, depths: [8] }],
  [6, { samples: 4, depths: [8] }],
]);

const PALETTE = 3;

/** A part of the file. */
interface Chunk {
  readonly type: string;
  readonly data: Buffer;
}

/** What the first chunk says. */
interface Header {
  readonly widthPixels: number;
  readonly heightPixels: number;
  readonly depth: number;
  readonly color: number;
  /** Bytes of a row of pixels; the first one names the filter. */
  readonly rowBytes: number;
}

/** Whether the bytes say that they are a PNG. */
export function isPng(bytes: Buffer): boolean {
  return bytes.subarray(0, SIGNATURE.length).equals(SIGNATURE);
}

/**
 * The picture of a PNG: of its chunks only those that pixels are made of. All of them are checked, down to the bytes of
 * the pixels. No decoder is used, because it would hold all pixels, in the thread that answers calls, and would still
 * leave it to us to drop chunks.
 *
 * @throws DomainError INVALID_ARGUMENT saying what is wrong with it.
 */
export async function readPng(bytes: Buffer): Promise<LogoFile> {
  const chunks = readChunks(bytes);
  const [first] = chunks;
  if (first?.type !== 'IHDR' || first.data.length !== 13) throw broken('does not begin with its header (IHDR)');
  only(chunks, 'IHDR');
  const header = readHeader(first.data);
  const { color, widthPixels, heightPixels } = header;
  const palette = only(chunks, 'PLTE');
  const transparency = only(chunks, 'tRNS');
  const pixels = Buffer.concat(chunks.flatMap(({ type, data }) => (type === 'IDAT' ? [data] : [])));
  requirePalette(header, palette);
  requireTransparency(header, palette, transparency);
  await requirePixels(header, pixels);
  const kept: Chunk[] = [first];
  if (palette !== undefined && color === PALETTE) kept.push({ type: 'PLTE', data: palette });
  if (transparency !== undefined && color <= PALETTE) kept.push({ type: 'tRNS', data: transparency });
  kept.push({ type: 'IDAT', data: pixels }, { type: 'IEND', data: Buffer.alloc(0) });
  const data = Buffer.concat([SIGNATURE, ...kept.flatMap(writeChunk)]);
  return { contentType: 'image/png', widthPixels, heightPixels, data };
}

/** The chunks up to the last one, IEND; what comes after it is no part of the picture. */
function readChunks(bytes: Buffer): Chunk[] {
  const chunks: Chunk[] = [];
  let at = SIGNATURE.length;
  while (at + 12 <= bytes.length) {
    const length = bytes.readUInt32BE(at);
    const end = at + 12 + length;
    if (end > bytes.length) break;
    const type = bytes.toString('latin1', at + 4, at + 8);
    if (crc32(bytes.subarray(at + 4, end - 4)) !== bytes.readUInt32BE(end - 4)) throw broken('has a wrong checksum');
    if (type === 'IEND') return chunks;
    // A capital letter says that the picture cannot be shown without it.
    if (/^[A-Z]/.test(type) && !/^(IHDR|PLTE|IDAT)$/.test(type)) throw broken('has a chunk that PNG does not define');
    chunks.push({ type, data: bytes.subarray(at + 8, end - 4) });
    at = end;
  }
  throw broken('ends early');
}

function readHeader(data: Buffer): Header {
  const [widthPixels, heightPixels] = [data.readUInt32BE(0), data.readUInt32BE(4)];
  const [depth = 0, color = 0, compression = 0, filter = 0, interlace = 0] = data.subarray(8);
  requireSize(widthPixels, heightPixels);
  if (interlace === 1) throw invalidField('file', 'must be a PNG without interlacing (Adam7)');
  if (depth === 16) throw invalidField('file', 'must be a PNG with at most 8 bits per colour, but has 16');
  const known = COLORS.get(color);
  if (known === undefined || !known.depths.includes(depth) || compression !== 0 || filter !== 0 || interlace !== 0) {
    throw broken('has an invalid header (IHDR)');
  }
  const rowBytes = 1 + Math.ceil((widthPixels * known.samples * depth) / 8);
  return { widthPixels, heightPixels, depth, color, rowBytes };
}

/** The data of the chunk of this type, which comes at most once, before the pixels. */
function only(chunks: readonly Chunk[], wanted: string): Buffer | undefined {
  const [found, another] = chunks.filter(({ type }) => type === wanted);
  if (found === undefined) return undefined;
  const isLate = chunks.slice(0, chunks.indexOf(found)).some(({ type }) => type === 'IDAT');
  if (another !== undefined || isLate) throw broken(`has ${wanted} in the wrong place`);
  return found.data;
}

function requirePalette({ color, depth }: Header, palette: Buffer | undefined): void {
  if (color !== PALETTE) return;
  const length = palette?.length ?? 0;
  if (length === 0 || length % 3 !== 0 || length > 3 * 2 ** depth) throw broken('has an invalid palette (PLTE)');
}

function requireTransparency({ color }: Header, palette: Buffer | undefined, transparency: Buffer | undefined): void {
  if (transparency === undefined || color > PALETTE) return;
  const { length } = transparency;
  const isRight = color === PALETTE ? length >= 1 && length * 3 <= (palette?.length ?? 0) : length === 2 * (color + 1);
  if (!isRight) throw broken('has an invalid transparency (tRNS)');
}

/** Inflates the pixels piece by piece and keeps none of them; stops as soon as there are more than the header says. */
async function requirePixels({ heightPixels, rowBytes }: Header, pixels: Buffer): Promise<void> {
  const expected = rowBytes * heightPixels;
  const inflate = createInflate({ chunkSize: 64 * 1024 });
  inflate.end(pixels);
  let length = 0;
  try {
    // Pieces are buffers where no encoding is set.
    for await (const piece of inflate as AsyncIterable<Buffer>) {
      const rowStart = (rowBytes - (length % rowBytes)) % rowBytes;
      for (let at = rowStart; at < piece.length; at += rowBytes) {
        if (piece.readUInt8(at) > 4) throw broken('has an unknown filter');
      }
      length += piece.length;
      if (length > expected) throw broken('has more pixels than its header says');
    }
  } catch (error) {
    throw error instanceof DomainError ? error : broken('has pixels that cannot be decompressed');
  }
  if (length < expected) throw broken('has fewer pixels than its header says');
  if (inflate.bytesWritten < pixels.length) throw broken('has extra data after its pixels');
}

function writeChunk({ type, data }: Chunk): Buffer[] {
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  length.writeUInt32BE(data.length);
  checksum.writeUInt32BE(crc32(typed));
  return [length, typed, checksum];
}

function broken(how: string): DomainError {
  return invalidField('file', `must be a complete PNG: this one ${how}`);
}
