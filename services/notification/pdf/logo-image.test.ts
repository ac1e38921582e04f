import { expect, test } from 'vitest';
import { type PngOptions, pngChunk, pngFile } from '../../../runtime/testing/png-file.ts';
import { readPicture } from '../testing/read-pdf.ts';
import { testDocument as document } from '../testing/test-document.ts';
import { renderPdf } from './render-pdf.ts';

/** The pixels of a PNG on paper, as a viewer has them. */
async function shown(options: PngOptions) {
  const { channels, pixels } = (await readPicture(await renderPdf({ document, logo: pngFile(options) }))) ?? {};
  if (channels === undefined || pixels === undefined) throw new Error('there is no picture');
  return Array.from({ length: pixels.length / channels }, (_, index) => [
    ...pixels.subarray(index * channels, (index + 1) * channels),
  ]);
}

const [RED, GREEN, BLUE] = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
] as const;
const PALETTE = pngChunk('PLTE', Uint8Array.from([...RED, ...GREEN, ...BLUE]));
/** One pixel in each row, with the filter that predicts it: by nothing, what is to its left, above it, between both, or the nearest. */
const FILTERS = [0, 1, 2, 3, 4];

test('shows grey of a few bits, and of 8', async () => {
  expect(await shown({ width: 3, depth: 2, rows: Uint8Array.of(0, 0b00_01_11_00) })).toEqual(
    [[0], [85], [255]].map(shade),
  );
  expect(await shown({ width: 2, rows: Uint8Array.of(1, 100, 100) })).toEqual([[100], [200]].map(shade));
});

/** The viewer has grey as RGB. */
const shade = ([grey = 0]: readonly number[]) => [grey, grey, grey];

test('shows colours', async () => {
  expect(await shown({ color: 2, width: 2, rows: Uint8Array.of(0, ...RED, ...BLUE) })).toEqual([RED, BLUE]);
  const rows = Uint8Array.of(0, 0b00_01_10_00);
  expect(await shown({ color: 3, depth: 2, width: 3, before: [PALETTE], rows })).toEqual([RED, GREEN, BLUE]);
});

test.each(FILTERS)('shows how transparent each pixel is, of rows with the filter %i', async (filter) => {
  const first = [10, 20, 30, 40, 1, 2, 3, 4];
  const rows = Uint8Array.of(1, ...first, filter, 5, 5, 5, 5, 6, 6, 6, 6);
  const pixels = await shown({ color: 6, width: 2, height: 2, rows });
  const [a, b] = [
    [10, 20, 30, 40],
    [11, 22, 33, 44],
  ];
  const undone = [
    [
      [5, 5, 5, 5],
      [6, 6, 6, 6],
    ],
    [
      [5, 5, 5, 5],
      [11, 11, 11, 11],
    ],
    [
      [15, 25, 35, 45],
      [17, 28, 39, 50],
    ],
    [
      [10, 15, 20, 25],
      [16, 24, 32, 40],
    ],
    [
      [15, 25, 35, 45],
      [21, 31, 41, 51],
    ],
  ][filter];
  expect(pixels).toEqual([a, b, ...(undone ?? [])]);
});

test('shows how transparent the colours of a palette are, whatever their bits and filters', async () => {
  const before = [PALETTE, pngChunk('tRNS', Uint8Array.of(0, 128))];
  const expected = [
    [...RED, 0],
    [...GREEN, 128],
    [...BLUE, 255],
  ];
  const packed = Uint8Array.of(0, 0b00_01_10_00);
  expect(await shown({ color: 3, depth: 2, width: 3, before, rows: packed })).toEqual(expected);
  const filtered = Uint8Array.of(1, 0, 1, 1, 2, 0, 0, 0, 3, 0, 1, 1, 4, 0, 0, 0);
  const pixels = await shown({ color: 3, width: 3, height: 4, before, rows: filtered });
  // The third row: 0 + 0/2, 1 + (0 + 1)/2, 1 + (1 + 2)/2.
  expect(pixels).toEqual([...expected, ...expected, ...expected, ...expected]);
});

test('shows grey with alpha', async () => {
  expect(await shown({ color: 4, width: 2, rows: Uint8Array.of(1, 100, 50, 100, 50) })).toEqual([
    [100, 100, 100, 50],
    [200, 200, 200, 100],
  ]);
});

test('shows nothing of the one colour that is transparent, and all others', async () => {
  const grey = pngChunk('tRNS', Uint8Array.of(0, 9));
  const pixels = await shown({ width: 3, before: [grey], rows: Uint8Array.of(0, 0, 9, 10) });
  expect(pixels.map((pixel) => pixel[3])).toEqual([255, 0, 255]);
  const rgb = pngChunk('tRNS', Uint8Array.from([0, 0, 0, 255, 0, 0]));
  const rows = Uint8Array.of(0, ...RED, ...GREEN, ...BLUE);
  const colored = await shown({ color: 2, width: 3, before: [rgb], rows });
  expect(colored.map((pixel) => pixel[3])).toEqual([255, 0, 255]);
});
