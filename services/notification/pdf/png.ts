import { deflateSync, inflateSync } from 'node:zlib';

/** Colour types of a PNG (PNG 3, table 11). */
export const PNG_COLOR = { grey: 0, rgb: 2, palette: 3, greyAlpha: 4, rgbAlpha: 6 } as const;

/** A PNG as the user service keeps logos: without interlacing, of at most 8 bits for each colour, its pixels in one chunk. */
export interface Png {
  readonly width: number;
  readonly height: number;
  /** Bits of a sample. */
  readonly depth: number;
  /** One of {@link PNG_COLOR}. */
  readonly color: number;
  /** Red, green and blue of each colour; empty without a palette. */
  readonly palette: Buffer;
  /** How transparent each colour of the palette is, or which colour is; undefined when all are opaque. */
  readonly transparency: Buffer | undefined;
  /** Rows of filtered samples, compressed. */
  readonly pixels: Buffer;
}

/** Reads a PNG that has been checked before. */
export function readPng(bytes: Buffer): Png {
  const chunks = new Map<string, Buffer>();
  for (let at = 8, end = 0; at < bytes.length; at = end) {
    end = at + 12 + bytes.readUInt32BE(at);
    chunks.set(bytes.toString('latin1', at + 4, at + 8), bytes.subarray(at + 8, end - 4));
  }
  const [header, pixels] = [chunks.get('IHDR'), chunks.get('IDAT')];
  if (header === undefined || pixels === undefined) throw new Error('the PNG lacks a chunk');
  return {
    width: header.readUInt32BE(0),
    height: header.readUInt32BE(4),
    depth: header.readUInt8(8),
    color: header.readUInt8(9),
    palette: chunks.get('PLTE') ?? Buffer.alloc(0),
    transparency: chunks.get('tRNS'),
    pixels,
  };
}

/** The pixels of a PNG in two parts, each in rows of filtered samples, compressed. */
export interface SplitPixels {
  readonly colors: Buffer;
  /** Of 8 bits for each pixel. */
  readonly alpha: Buffer;
}

/** Separates the alpha from the colours; undefined when no pixel has an alpha of its own. */
export function splitAlpha(png: Png): SplitPixels | undefined {
  const { color, transparency, pixels } = png;
  if (color === PNG_COLOR.rgbAlpha) return splitSamples(png, 3);
  if (color === PNG_COLOR.greyAlpha) return splitSamples(png, 1);
  if (color !== PNG_COLOR.palette || transparency === undefined) return undefined;
  return { colors: pixels, alpha: deflateSync(alphaOfPalette(png, transparency)) };
}

/**
 * Separates samples of 8 bits without undoing their filters. Filters predict each sample from the same sample of the pixels around
 * (PNG 3, 9.2), so they stay valid without the other samples.
 */
function splitSamples({ width, height, pixels }: Png, colorsCount: number): SplitPixels {
  const filtered = inflateSync(pixels);
  const colors = Buffer.alloc(height * (1 + width * colorsCount));
  const alpha = Buffer.alloc(height * (1 + width));
  let [from, toColors, toAlpha] = [0, 0, 0];
  const take = () => filtered[from++] ?? 0;
  for (let row = 0; row < height; row++) {
    const filter = take();
    colors[toColors++] = filter;
    alpha[toAlpha++] = filter;
    for (let column = 0; column < width; column++) {
      for (let color = 0; color < colorsCount; color++) colors[toColors++] = take();
      alpha[toAlpha++] = take();
    }
  }
  return { colors: deflateSync(colors), alpha: deflateSync(alpha) };
}

/** The alpha of each pixel, in rows that are marked as unfiltered. */
function alphaOfPalette({ width, height, depth, pixels }: Png, transparency: Buffer): Buffer {
  const rowBytes = Math.ceil((width * depth) / 8);
  const packed = withoutFilters(inflateSync(pixels), rowBytes);
  const alpha = Buffer.alloc(height * (1 + width));
  const mask = 2 ** depth - 1;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const bit = column * depth;
      const byte = packed[row * rowBytes + (bit >> 3)] ?? 0;
      const index = (byte >> (8 - depth - (bit & 7))) & mask;
      alpha[row * (1 + width) + 1 + column] = transparency[index] ?? 255; // colours that are not listed are opaque
    }
  }
  return alpha;
}

/** Undoes the filters (PNG 3, 9.2) of rows whose pixels have no more than a byte each. */
function withoutFilters(filtered: Buffer, rowBytes: number): Buffer {
  const rowsCount = filtered.length / (1 + rowBytes);
  const bytes = Buffer.alloc(rowsCount * rowBytes);
  let above: Uint8Array = new Uint8Array(rowBytes);
  for (let row = 0; row < rowsCount; row++) {
    const from = row * (1 + rowBytes);
    const undo = undoOf(filtered[from] ?? 0);
    const present = bytes.subarray(row * rowBytes, (row + 1) * rowBytes);
    let [left, aboveLeft] = [0, 0];
    for (let index = 0; index < rowBytes; index++) {
      const up = above[index] ?? 0;
      left = ((filtered[from + 1 + index] ?? 0) + undo(left, up, aboveLeft)) & 0xff;
      present[index] = left;
      aboveLeft = up;
    }
    above = present;
  }
  return bytes;
}

/** What a filter predicts for a byte from those to its left, above it, and above to its left. */
function undoOf(filter: number): (left: number, up: number, upLeft: number) => number {
  switch (filter) {
    case 1:
      return (left) => left;
    case 2:
      return (_, up) => up;
    case 3:
      return (left, up) => (left + up) >> 1;
    case 4:
      return paeth;
    default:
      return () => 0;
  }
}

function paeth(left: number, up: number, upLeft: number): number {
  const estimate = left + up - upLeft;
  const [toLeft, toUp, toUpLeft] = [Math.abs(estimate - left), Math.abs(estimate - up), Math.abs(estimate - upLeft)];
  if (toLeft <= toUp && toLeft <= toUpLeft) return left;
  return toUp <= toUpLeft ? up : upLeft;
}
