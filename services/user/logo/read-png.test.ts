import { deflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { type PngOptions, pngChunk, pngFile } from '../../../runtime/testing/png-file.ts';
import { readPng } from './read-png.ts';

const read = (file: Uint8Array) => readPng(Buffer.from(file));
const PALETTE = pngChunk('PLTE', Buffer.from('ff0000' + '00ff00', 'hex'));

test.each<[string, PngOptions]>([
  ['grey of 1 bit', { depth: 1, width: 9, height: 3 }],
  ['RGB', { color: 2, width: 5, height: 2 }],
  ['a palette of 4 bits', { color: 3, depth: 4, before: [PALETTE, pngChunk('tRNS', Buffer.of(0))] }],
  ['grey with alpha', { color: 4 }],
  ['RGB with alpha', { color: 6, width: 2_000, height: 2_000 }],
  ['grey of which one is transparent', { before: [pngChunk('tRNS', Buffer.of(0, 9))] }],
])('takes %s as it is', async (_, options) => {
  const file = pngFile(options);
  const { width = 1, height = 1 } = options;
  const logo = await read(file);
  expect(logo).toMatchObject({ contentType: 'image/png', widthPixels: width, heightPixels: height });
  expect(Buffer.from(logo.data).equals(file)).toBe(true);
});

test('keeps nothing but the picture: no texts, times or places, nothing after its end', async () => {
  const [text, more] = [pngChunk('tEXt', Buffer.from('Author\0Ada')), pngChunk('eXIf', Buffer.from('GPS'))];
  const animation = pngChunk('fdAT', Buffer.alloc(9));
  const file = pngFile({
    color: 6,
    before: [text, PALETTE, more],
    after: [animation, pngChunk('tIME', Buffer.alloc(7))],
  });
  const logo = await read(Buffer.concat([file, Buffer.from('and a secret')]));
  expect(Buffer.from(logo.data).equals(pngFile({ color: 6 }))).toBe(true);
});

test('joins pixels that are in several chunks', async () => {
  const pixels = deflateSync(Buffer.alloc(2));
  const [head, tail] = [pngFile().subarray(0, 33), pngFile().subarray(-12)];
  const parts = [pixels.subarray(0, 3), pixels.subarray(3)].map((part) => pngChunk('IDAT', part));
  expect(Buffer.from((await read(Buffer.concat([head, ...parts, tail]))).data).equals(pngFile())).toBe(true);
});

const withByte = (file: Uint8Array, at: number, byte: number) => Buffer.from(file).fill(byte, at, at + 1);

test.each([
  ['16 bits', pngFile({ depth: 16 }), /at most 8 bits/],
  ['interlacing', pngFile({ interlace: 1 }), /interlac/],
  ['no pixels', pngFile({ width: 0 }), /1 to 2000 pixels on each side, but has 0 x 1/],
  ['too many pixels', pngFile({ width: 2_001, rows: Buffer.alloc(1) }), /has 2001 x 1/],
  ['an odd depth', pngFile({ color: 2, depth: 4 }), /header/],
  ['a type of colour that there is not', pngFile({ color: 5 }), /header/],
  ['no palette', pngFile({ color: 3 }), /palette/],
  ['too large a palette', pngFile({ color: 3, depth: 1, before: [pngChunk('PLTE', Buffer.alloc(9))] }), /palette/],
  ['two palettes', pngFile({ color: 3, before: [PALETTE, PALETTE] }), /PLTE in the wrong place/],
  ['a late palette', pngFile({ color: 3, after: [PALETTE] }), /PLTE in the wrong place/],
  ['too much transparency', pngFile({ color: 3, before: [PALETTE, pngChunk('tRNS', Buffer.alloc(3))] }), /tRNS/],
  ['a part that nobody knows', pngFile({ before: [pngChunk('CgBI')] }), /a chunk that PNG does not define/],
  ['no header', Buffer.concat([pngFile().subarray(0, 8), pngChunk('IEND')]), /header/],
  ['two headers', pngFile({ before: [pngChunk('IHDR', Buffer.alloc(13))] }), /IHDR in the wrong place/],
  ['a row too many', pngFile({ rows: Buffer.alloc(4) }), /more pixels/],
  ['a row too few', pngFile({ height: 2, rows: Buffer.alloc(2) }), /fewer pixels/],
  ['very much in few bytes', pngFile({ rows: Buffer.alloc(100_000_000) }), /more pixels/],
  ['an unknown filter', pngFile({ height: 2, rows: Buffer.of(0, 0, 5, 0) }), /filter/],
  ['a wrong checksum', withByte(pngFile(), 30, 0), /checksum/],
  ['a wrong length', withByte(pngFile(), 33, 255), /ends early/],
  [
    'pixels that are not compressed',
    Buffer.concat([pngFile().subarray(0, 33), pngChunk('IDAT', Buffer.alloc(9)), pngChunk('IEND')]),
    /decompressed/,
  ],
  ['no pixels at all', Buffer.concat([pngFile().subarray(0, 33), pngChunk('IEND')]), /decompressed/],
])('refuses one with %s', async (_, file, message) => {
  await expect(read(file)).rejects.toMatchObject({
    reason: 'INVALID_ARGUMENT',
    message: expect.stringMatching(message),
  });
});

test('refuses one that was cut off, wherever', async () => {
  const file = pngFile({ color: 6, width: 7, height: 7 });
  for (let length = 8; length < file.length; length++) {
    await expect(read(file.subarray(0, length)), `${length} bytes`).rejects.toMatchObject({
      reason: 'INVALID_ARGUMENT',
    });
  }
});

test('refuses one with any byte changed', async () => {
  const file = pngFile({ color: 6, width: 3, height: 3 });
  for (let at = 8; at < file.length - 12; at++) {
    const changed = withByte(file, at, (file[at] ?? 0) ^ 0x20);
    await expect(read(changed), `byte ${at}`).rejects.toMatchObject({ reason: 'INVALID_ARGUMENT' });
  }
});

test('refuses pixels that have something behind them', async () => {
  const hidden = Buffer.concat([deflateSync(Buffer.alloc(2)), Buffer.from('GPS')]);
  const file = Buffer.concat([pngFile().subarray(0, 33), pngChunk('IDAT', hidden), pngChunk('IEND')]);
  await expect(read(file)).rejects.toThrow(/extra data after its pixels/);
});
