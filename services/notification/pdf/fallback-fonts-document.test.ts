import { fileURLToPath } from 'node:url';
import { extractTextItems } from 'unpdf';
import { describe, expect, test } from 'vitest';
import type { PrintedDocument } from '../domain/printed-document.ts';
import { readPdf } from '../testing/read-pdf.ts';
import { testDocument as document } from '../testing/test-document.ts';
import { renderPdf } from './render-pdf.ts';

const HEBREW = fileURLToPath(
  import.meta.resolve('@expo-google-fonts/noto-sans-hebrew/400Regular/NotoSansHebrew_400Regular.ttf'),
);

/** What a letter without a font is read as. */
const NO_LETTER = '\0';

interface Item {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
}

/** The pieces of text of the first page from left to right. */
async function itemsOf(
  changes: Partial<PrintedDocument>,
  fallbackFonts: readonly string[] = [HEBREW],
): Promise<Item[]> {
  const file = await renderPdf({ document: { ...document, ...changes }, fallbackFonts });
  const { items } = await extractTextItems(Uint8Array.from(file)); // a copy, since it takes over the bytes
  return (items[0] ?? [])
    .filter(({ str }) => str.trim() !== '')
    .map(({ str, x, y, width }) => ({ text: str, left: x, right: x + width, bottom: y }))
    .toSorted((one, other) => one.left - other.left);
}

describe('a letter that Noto Sans does not have', () => {
  test('is written in the first fallback font that has it', async () => {
    const recipient = ['שלום'];
    expect((await itemsOf({ recipient })).map(({ text }) => text)).toContain('שלום');
    expect((await itemsOf({ recipient }, [])).map(({ text }) => text)).toContain(NO_LETTER.repeat(4));
  });

  test('stands on the line of the letters beside it', async () => {
    const [latin, hebrew] = await itemsOf({ recipient: ['Ada שלום'] }).then((items) =>
      ['Ada', 'שלום'].map((text) => items.find((item) => item.text.includes(text))),
    );
    expect(hebrew?.bottom).toBe(latin?.bottom);
    expect(hebrew?.left).toBeGreaterThan(latin?.right ?? 0);
  });

  test('ends at the right margin where the text does', async () => {
    const amounts = await itemsOf({
      sums: [
        { label: 'Total', value: '1.00 EUR' },
        { label: 'Total', value: '1.00 שלום' },
      ],
    });
    const [latin, hebrew] = ['EUR', 'שלום'].map((text) => amounts.find((item) => item.text.includes(text)));
    // The text that goes from right to left has a digit at its right end here.
    const right = Math.max(...amounts.filter(({ bottom }) => bottom === hebrew?.bottom).map((item) => item.right));
    expect(right).toBeCloseTo(latin?.right ?? 0, 0);
  });

  test('is U+FFFD in a Factur-X file only when no font has it', async () => {
    const recipient = ['שלום 会'];
    const file = await renderPdf({
      document: { ...document, recipient },
      eInvoice: new Uint8Array(1),
      fallbackFonts: [HEBREW],
    });
    const page = (await readPdf(file)).pages.join();
    expect(page).toContain('שלום');
    expect(page.match(/\ufffd/g)).toHaveLength(1);
  });
});

test('what is not seen anyway leaves no trace in a Factur-X file', async () => {
  const file = await renderPdf({
    document: { ...document, recipient: ['Ada©\u{FE0F}\u{E0067} Ltd'] },
    eInvoice: new Uint8Array(1),
  });
  expect((await readPdf(file)).pages.join()).toContain('Ada© Ltd');
});

test('a line with words in both directions has them in the order of the Unicode Bidirectional Algorithm', async () => {
  const items = await itemsOf({ recipient: ['שלום (עולם) 42 Ltd'] });
  const [ltd, hebrew] = ['Ltd', 'שלום'].map((text) => items.find((item) => item.text.includes(text)));
  // It begins with a letter that goes from right to left, and so does the line.
  expect(hebrew?.left).toBeGreaterThan(ltd?.right ?? 0);
  expect(hebrew?.text.endsWith('42')).toBe(true);
});

test('a paragraph has one direction, whichever letters its lines begin with', async () => {
  const notes = [
    'Where words break: '.repeat(5) + 'שלום and so on. '.repeat(30),
    'שלום: '.repeat(20) + 'Ltd עולם '.repeat(60),
  ];
  const items = await itemsOf({ notes: [{ kind: 'paragraph', text: notes.join('\n') }] });
  const lines = Map.groupBy(items, ({ bottom }) => bottom);
  const texts = [...lines.entries()]
    .toSorted(([one], [other]) => other - one)
    .map(([, pieces]) => pieces.map(({ text }) => text.trim()).join(' '))
    .filter((text) => text.includes('שלום') || text.includes('עולם'));
  // At the right is, in one paragraph, the full stop that ends the sentence, and in the other the first word.
  const [english, hebrew] = [texts.filter((text) => text.includes('on.')), texts.filter((text) => /Ltd|:/.test(text))];
  expect(english.filter((text) => text.startsWith('שלום')).length).toBeGreaterThan(0);
  expect(english.filter((text) => text.startsWith('.'))).toEqual([]);
  expect(hebrew.filter((text) => text.endsWith('Ltd')).length).toBeGreaterThan(0);
});

test('text without such letters is written as without fallback fonts', async () => {
  const recipient = ['Grace Hopper', 'Київ, Αθήνα'];
  const plain = await renderPdf({ document: { ...document, recipient } });
  const file = await renderPdf({ document: { ...document, recipient }, fallbackFonts: [HEBREW] });
  expect(Buffer.from(file).equals(plain)).toBe(true);
});
