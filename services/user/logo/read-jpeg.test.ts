import { expect, test } from 'vitest';
import { readJpeg } from './read-jpeg.ts';

const segment = (marker: number, data: Uint8Array) =>
  Buffer.concat([Buffer.of(0xff, marker, (data.length + 2) >> 8, (data.length + 2) & 0xff), data]);
const text = (value: string) => Buffer.from(value, 'latin1');
const frameOf = ({ marker = 0xc0, depth = 8, width = 30, height = 20, components = 3 } = {}) =>
  segment(
    marker,
    Buffer.of(
      depth,
      height >> 8,
      height & 0xff,
      width >> 8,
      width & 0xff,
      components,
      ...Buffer.alloc(components * 3, 1),
    ),
  );
const START = Buffer.of(0xff, 0xd8);
const END = Buffer.of(0xff, 0xd9);
const TABLES = Buffer.concat([segment(0xdb, Buffer.alloc(65)), segment(0xc4, Buffer.alloc(20))]);
/** With a stuffed byte and a restart marker among the pixels. */
const SCAN = Buffer.concat([segment(0xda, Buffer.alloc(10)), Buffer.of(1, 2, 0xff, 0, 3, 0xff, 0xd0, 4)]);
const jpegOf = (...parts: Uint8Array[]) => Buffer.concat([START, ...parts, END]);
const PLAIN = jpegOf(TABLES, frameOf(), SCAN);

const JFIF = segment(0xe0, text('JFIF\0\x01\x02\0\0\x01\0\x01\0\0'));
const PROFILE = segment(0xe2, text('ICC_PROFILE\0\x01\x01profile'));
const ADOBE = segment(0xee, text('Adobe\0d\0\0\0\0\x01'));
const exifOf = (orientation: number, order = 'II') => {
  const data = Buffer.alloc(26);
  data.write(order);
  const write = (value: number, at: number, length: number) =>
    order === 'II' ? data.writeUIntLE(value, at, length) : data.writeUIntBE(value, at, length);
  write(42, 2, 2);
  write(8, 4, 4);
  write(1, 8, 2);
  write(0x0112, 10, 2);
  write(3, 12, 2);
  write(1, 14, 4);
  write(orientation, 18, 2);
  return segment(0xe1, Buffer.concat([text('Exif\0\0'), data]));
};

test.each([
  ['baseline', 0xc0],
  ['extended', 0xc1],
  ['progressive', 0xc2],
])('takes one in %s coding as it is', (_, marker) => {
  const file = jpegOf(JFIF, PROFILE, ADOBE, TABLES, frameOf({ marker }), SCAN, TABLES, SCAN);
  const logo = readJpeg(file);
  expect(logo).toMatchObject({ contentType: 'image/jpeg', widthPixels: 30, heightPixels: 20 });
  expect(Buffer.from(logo.data).equals(file)).toBe(true);
});

test('takes grey', () => {
  expect(readJpeg(jpegOf(TABLES, frameOf({ components: 1 }), SCAN))).toMatchObject({ widthPixels: 30 });
});

test('keeps nothing but the picture: no place, camera, preview or comment, nothing after its end', () => {
  const secrets = [
    exifOf(1),
    segment(0xfe, text('secret')),
    segment(0xed, text('Photoshop')),
    segment(0xe0, text('JFXX')),
  ];
  const preview = segment(0xe0, Buffer.concat([text('JFIF\0\x01\x02\0\0\x01\0\x01\x01\x01'), Buffer.alloc(3)]));
  const file = Buffer.concat([jpegOf(preview, ...secrets, TABLES, frameOf(), ...secrets, SCAN), text('another file')]);
  expect(Buffer.from(readJpeg(file).data).equals(PLAIN)).toBe(true);
});

test.each([
  ['turned', jpegOf(exifOf(6), TABLES, frameOf(), SCAN), /upright/],
  ['turned by a program of another kind', jpegOf(exifOf(8, 'MM'), TABLES, frameOf(), SCAN), /upright/],
  ['for a printing press', jpegOf(TABLES, frameOf({ components: 4 }), SCAN), /CMYK/],
  ['with 12 bits', jpegOf(TABLES, frameOf({ depth: 12, marker: 0xc1 }), SCAN), /8 bits per colour, but has 12/],
  ['in arithmetic coding', jpegOf(TABLES, frameOf({ marker: 0xc9 }), SCAN), /Huffman/],
  ['without loss', jpegOf(TABLES, frameOf({ marker: 0xc3 }), SCAN), /Huffman/],
  ['that says its height later', jpegOf(TABLES, frameOf({ height: 0 }), SCAN), /has 30 x 0/],
  ['that is too large', jpegOf(TABLES, frameOf({ width: 2_001 }), SCAN), /has 2001 x 20/],
  ['without a frame', jpegOf(TABLES, SCAN), /lacks a part/],
  ['with two frames', jpegOf(TABLES, frameOf(), frameOf(), SCAN), /lacks a part/],
  ['without pixels', jpegOf(TABLES, frameOf()), /lacks a part/],
  ['with pixels before the frame', jpegOf(TABLES, SCAN, frameOf()), /before their header/],
  ['without tables', jpegOf(frameOf(), SCAN), /lacks a part/],
  ['with too short a frame', jpegOf(TABLES, segment(0xc0, Buffer.of(8, 0, 1, 0, 1, 3)), SCAN), /header/],
  ['with bytes between its parts', jpegOf(TABLES, Buffer.of(1), frameOf(), SCAN), /between its segments/],
])('refuses one %s', (_, file, message) => {
  expect(() => readJpeg(file)).toThrow(
    expect.objectContaining({ reason: 'INVALID_ARGUMENT', message: expect.stringMatching(message) }),
  );
});

test('refuses one that was cut off, wherever', () => {
  for (let length = 4; length < PLAIN.length; length++) {
    expect(() => readJpeg(PLAIN.subarray(0, length)), `${length} bytes`).toThrow(/must be/);
  }
});

test('metadata that lead nowhere say nothing of how it is turned', () => {
  for (const data of ['Exif\0\0', 'Exif\0\0II*\0\xff\xff\xff\xff', 'Exif\0\0MM\0*\0\0\0\x08\xff\xff']) {
    expect(readJpeg(jpegOf(segment(0xe1, text(data)), TABLES, frameOf(), SCAN)).widthPixels).toBe(30);
  }
});
