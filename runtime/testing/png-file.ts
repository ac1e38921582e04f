import { crc32, deflateSync } from 'node:zlib';

/** What a PNG of a test is. */
export interface PngOptions {
  /** Default: 1. */
  readonly width?: number;
  /** Default: 1. */
  readonly height?: number;
  /** Bits of a sample. Default: 8. */
  readonly depth?: number;
  /** Type of colour (PNG 3, table 11). Default: grey. */
  readonly color?: number;
  /** Default: 0. */
  readonly interlace?: number;
  /** Chunks between the header and the pixels. */
  readonly before?: readonly Uint8Array[];
  /** Rows of filtered samples, each after its filter. Default: zeros. */
  readonly rows?: Uint8Array;
  /** Chunks between the pixels and the end. */
  readonly after?: readonly Uint8Array[];
}

const SAMPLES: readonly number[] = [1, 0, 3, 1, 2, 0, 4];

/** A PNG file. */
export function pngFile(options: PngOptions = {}): Uint8Array<ArrayBuffer> {
  const { width = 1, height = 1, depth = 8, color = 0, interlace = 0, before = [], after = [] } = options;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header.set([depth, color, 0, 0, interlace], 8);
  const rowBytes = 1 + Math.ceil((width * (SAMPLES[color] ?? 1) * depth) / 8);
  const pixels = deflateSync(options.rows ?? Buffer.alloc(rowBytes * height));
  const chunks = [pngChunk('IHDR', header), ...before, pngChunk('IDAT', pixels), ...after, pngChunk('IEND')];
  return Uint8Array.from(Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), ...chunks]));
}

/** A chunk of a PNG, with its checksum. */
export function pngChunk(type: string, data: Uint8Array = new Uint8Array()): Uint8Array {
  const chunk = Buffer.alloc(12 + data.length);
  chunk.writeUInt32BE(data.length);
  chunk.write(type, 4, 'latin1');
  chunk.set(data, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, -4)), 8 + data.length);
  return chunk;
}
