import { fileURLToPath } from 'node:url';
import { openSync } from 'fontkit';
import { expect, test } from 'vitest';
import { type Internals, withAnyText } from './shape-any-text.ts';

function open(path: string) {
  const font = openSync(fileURLToPath(import.meta.resolve(`@expo-google-fonts/${path}`)));
  if ('fonts' in font) throw new Error('It is a collection.');
  return font;
}

const latin = () => open('noto-sans/400Regular/NotoSans_400Regular.ttf');
const hebrew = () => open('noto-sans-hebrew/400Regular/NotoSansHebrew_400Regular.ttf');

const idsOf = ({ glyphs }: { readonly glyphs: readonly { readonly id: number }[] }) => glyphs.map(({ id }) => id);

test('a mark that the font has no place for is set beside its letter, and the rest is shaped', () => {
  const plain = latin() as ReturnType<typeof latin> & Internals;
  const positions = plain._layoutEngine.engine?.GPOSProcessor as unknown as { applyAnchor: () => void }; // its own
  positions.applyAnchor = () => {
    throw new TypeError('It has no place.');
  };
  const text = 'Họ ẹ'; // whose dots are glyphs of their own
  expect(() => plain.layout(text)).toThrow(TypeError);
  const run = withAnyText(plain).layout(text);
  expect(idsOf(run)).toEqual(idsOf(latin().layout(text)));
  expect(run.glyphs.length).toBeGreaterThan(text.length);
});

test('a text that cannot be shaped has its letters one after the other, in the direction of its script', () => {
  const plain = hebrew();
  plain.layout = () => {
    throw new TypeError('It has no syllable.');
  };
  const font = withAnyText(plain);
  for (const text of ['12', 'של']) {
    const run = font.layout(text);
    const shaped = hebrew().layout(text);
    expect(idsOf(run)).toEqual(idsOf(shaped));
    expect(run.advanceWidth).toBe(shaped.advanceWidth);
    expect(run.positions).toMatchObject(shaped.positions.map(({ xAdvance }) => ({ xAdvance, xOffset: 0, yOffset: 0 })));
  }
});
