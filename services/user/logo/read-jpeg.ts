import { type DomainError, invalidField } from '../../../runtime/call/errors.ts';
import type { LogoFile } from './read-logo.ts';
import { requireSize } from './require-size.ts';

/** Markers of JPEG (ITU-T T.81, table B.1). */
const MARKER = { SOI: 0xd8, EOI: 0xd9, SOS: 0xda, DQT: 0xdb, DHT: 0xc4, DRI: 0xdd } as const;

/** Frames in Huffman coding: baseline, extended and progressive. PDF knows no others (ISO 32000-1, 7.4.8). */
const FRAMES: ReadonlySet<number> = new Set([0xc0, 0xc1, 0xc2]);

/** Other frames, their arithmetic coding, and the markers of frames of several sizes. */
const OTHER_FRAMES: ReadonlySet<number> = new Set([0xc3, ...range(0xc5, 0xcf), 0xdc, 0xde, 0xdf]);

/** A part of the file, up to the next one. */
interface Segment {
  readonly marker: number;
  /** What follows its length. */
  readonly data: Buffer;
  /** All of it, with the pixels that follow the start of a scan. */
  readonly bytes: Buffer;
}

/** Whether the bytes say that they are a JPEG. */
export function isJpeg(bytes: Buffer): boolean {
  return bytes.length > 3 && bytes.readUInt16BE(0) === 0xff00 + MARKER.SOI && bytes.readUInt8(2) === 0xff;
}

/**
 * The picture of a JPEG: of its segments only those that say how it looks. Where and with what a photo was taken, its preview and
 * comments are left out. Pixels are not decoded, so a JPEG with wrong ones is accepted, and looks wrong wherever it is
 * shown.
 *
 * @throws DomainError INVALID_ARGUMENT saying what is wrong with it.
 */
export function readJpeg(bytes: Buffer): LogoFile {
  const segments = readSegments(bytes);
  const [frame, another] = segments.filter(({ marker }) => FRAMES.has(marker));
  const markers = segments.map(({ marker }) => marker);
  const isWhole = [MARKER.SOS, MARKER.DQT, MARKER.DHT].every((marker) => markers.includes(marker));
  if (frame === undefined || another !== undefined || !isWhole) throw broken('lacks a part of its image');
  if (markers.indexOf(MARKER.SOS) < segments.indexOf(frame)) throw broken('has pixels before their header (SOF)');
  const size = readFrame(frame.data);
  if (segments.some(isTurned))
    throw invalidField('file', 'must be stored upright: this one is rotated only by its metadata');
  const kept = segments.filter(isOfPicture).map((segment) => segment.bytes);
  const data = Buffer.concat([bytes.subarray(0, 2), ...kept, Buffer.of(0xff, MARKER.EOI)]);
  return { contentType: 'image/jpeg', ...size, data };
}

/** The segments between the start of the image and its end; what comes after that is no part of it. */
function readSegments(bytes: Buffer): Segment[] {
  const segments: Segment[] = [];
  let at = 2;
  while (at + 1 < bytes.length) {
    if (bytes[at] !== 0xff) throw broken('has extra data between its segments');
    const marker = bytes.readUInt8(at + 1);
    if (marker === 0xff) {
      at += 1; // any number of them may come before a marker
      continue;
    }
    if (marker === MARKER.EOI) return segments;
    if (OTHER_FRAMES.has(marker)) {
      throw invalidField('file', 'must be a JPEG in baseline or progressive Huffman coding, as most are');
    }
    const start = at + 2;
    const end = start + (start + 2 <= bytes.length ? bytes.readUInt16BE(start) : 0);
    if (end < start + 2 || end > bytes.length) break;
    const data = bytes.subarray(start + 2, end);
    const next = marker === MARKER.SOS ? endOfScan(bytes, end) : end;
    segments.push({ marker, data, bytes: bytes.subarray(at, next) });
    at = next;
  }
  throw broken('ends early');
}

/** Where the pixels of a scan end: at the next marker that does not belong to them. */
function endOfScan(bytes: Buffer, start: number): number {
  let at = bytes.indexOf(0xff, start);
  while (at !== -1) {
    const next = bytes[at + 1];
    const isOfPixels = next === 0 || (next !== undefined && next >= 0xd0 && next <= 0xd7);
    if (!isOfPixels) return at;
    at = bytes.indexOf(0xff, at + 2);
  }
  return bytes.length;
}

function readFrame(data: Buffer) {
  if (data.length < 6) throw broken('has an invalid header (SOF)');
  const [depth, components] = [data.readUInt8(0), data.readUInt8(5)];
  const [heightPixels, widthPixels] = [data.readUInt16BE(1), data.readUInt16BE(3)];
  if (components !== 1 && components !== 3) {
    throw invalidField('file', 'must be a JPEG in RGB or grey: this one is in CMYK, for printing presses');
  }
  if (depth !== 8) throw invalidField('file', `must be a JPEG with 8 bits per colour, but has ${depth}`);
  if (data.length !== 6 + 3 * components) throw broken('has an invalid header (SOF)');
  requireSize(widthPixels, heightPixels);
  return { widthPixels, heightPixels };
}

/**
 * Whether a segment says how the picture looks. Besides those of the coding, these are JFIF without a preview, ICC
 * profiles, and what Adobe says about the colours.
 */
function isOfPicture({ marker, data }: Segment): boolean {
  const begins = (text: string) => data.toString('latin1', 0, text.length) === text;
  if (marker === 0xe0) return begins('JFIF\0') && data.length === 14;
  if (marker === 0xe2) return begins('ICC_PROFILE\0');
  if (marker === 0xee) return begins('Adobe');
  return FRAMES.has(marker) || [MARKER.SOS, MARKER.DQT, MARKER.DHT, MARKER.DRI].some((kept) => kept === marker);
}

/** The length of an entry in a directory of TIFF, the format of Exif. */
const ENTRY_BYTES = 12;

/** Whether a segment is Exif metadata by which programs turn or mirror the picture (Exif 2.32, 4.6.4: Orientation). */
function isTurned({ marker, data }: Segment): boolean {
  if (marker !== 0xe1 || data.toString('latin1', 0, 6) !== 'Exif\0\0') return false;
  const tiff = data.subarray(6);
  const isLittle = tiff.toString('latin1', 0, 2) === 'II';
  const read = (at: number, length: number) => {
    if (at + length > tiff.length) return 0;
    return isLittle ? tiff.readUIntLE(at, length) : tiff.readUIntBE(at, length);
  };
  const directory = read(4, 4);
  // No more entries than there is room for: a file can promise 65,535 in each of thousands of segments.
  const end = Math.min(directory + 2 + read(directory, 2) * ENTRY_BYTES, tiff.length);
  for (let entry = directory + 2; entry < end; entry += ENTRY_BYTES) {
    if (read(entry, 2) === 0x0112) return read(entry + 8, 2) > 1;
  }
  return false;
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

function broken(how: string): DomainError {
  return invalidField('file', `must be a complete JPEG: this one ${how}`);
}
