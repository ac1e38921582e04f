import { extractTextItems } from 'unpdf';
import { describe, expect, test } from 'vitest';
import { pngFile } from '../../../runtime/testing/png-file.ts';
import type { PrintedDocument } from '../domain/printed-document.ts';
import { readPdf, readPicture } from '../testing/read-pdf.ts';
import { renderPdf } from './render-pdf.ts';

const invoice: PrintedDocument = {
  language: 'de',
  paper: 'A4',
  title: 'Rechnung 2026-0042',
  marking: '',
  createTime: '2026-03-01T12:00:00Z',
  issuer: ['Lovelace & Söhne', 'Main Street 1', '10115 Berlin', 'USt-IdNr.: DE123456789'],
  recipient: ['Grace Hopper', 'Stephansplatz 2', '1010 Wien'],
  facts: [{ label: 'Rechnungsnummer', value: '2026-0042' }],
  itemsHead: { title: 'Bezeichnung', amount: 'Betrag' },
  items: [{ title: 'Beratung', detail: '25 h × 49,995, 19 % USt.', amount: '1.249,88 EUR' }],
  sums: [
    { label: 'Zwischensumme', value: '1.249,88 EUR' },
    { label: 'Gesamtbetrag', value: '1.487,36 EUR', isTotal: true },
  ],
  notes: [
    { kind: 'paragraph', text: 'Bitte zahlen Sie 1.487,36 EUR bis zum 31. März 2026.' },
    { kind: 'facts', facts: [{ label: 'Rate, fällig am 31. März 2026', value: '1.487,36 EUR' }] },
  ],
};

async function pagesOf(changes: Partial<PrintedDocument>): Promise<readonly string[]> {
  return (await readPdf(await renderPdf({ document: { ...invoice, ...changes } }))).pages;
}

test('a page shows all that the document says, in its order', async () => {
  const [page = ''] = await pagesOf({});
  const texts = [
    ...invoice.issuer,
    ...invoice.recipient,
    'Rechnungsnummer',
    'Rechnung 2026-0042',
    'Bezeichnung',
    'Beratung',
    '25 h × 49,995, 19 % USt.',
    'Zwischensumme',
    'Gesamtbetrag',
    '31. März 2026.',
    'Rate, fällig am 31. März 2026',
    'Lovelace & Söhne · Rechnung 2026-0042',
    '1 / 1',
  ];
  const places = texts.map((text) => page.indexOf(text));
  expect(places).not.toContain(-1);
  expect(places.toSorted((one, other) => one - other)).toEqual(places);
  for (const amount of ['1.249,88 EUR', '1.487,36 EUR']) expect(page).toContain(amount);
});

test('the file says what it is, from whom and from when', async () => {
  const { info } = await readPdf(await renderPdf({ document: invoice }));
  expect(info).toMatchObject({
    Title: 'Rechnung 2026-0042',
    Author: 'Lovelace & Söhne',
    CreationDate: 'D:20260301120000Z',
    Language: 'de',
  });
});

test('the same document gives the same bytes', async () => {
  expect(Buffer.from(await renderPdf({ document: invoice })).equals(await renderPdf({ document: invoice }))).toBe(true);
});

test.each([
  ['A4', [595.28, 841.89]],
  ['LETTER', [612, 792]],
] as const)('pages have the size %s', async (paper, size) => {
  expect((await readPdf(await renderPdf({ document: { ...invoice, paper } }))).size).toEqual(size);
});

describe('a document of many lines', () => {
  const items = Array.from({ length: 60 }, (_, index) => ({
    title: `Line no. ${index + 1} of 60`,
    detail: '1 × 1,00',
    amount: '1,00 EUR',
  }));

  test('goes on on further pages, each with the head of the lines and its number', async () => {
    const pages = await pagesOf({ items });
    expect(pages.length).toBeGreaterThan(1);
    for (const [index, page] of pages.entries()) {
      expect(page).toContain('Bezeichnung');
      expect(page).toContain(`${index + 1} / ${pages.length}`);
    }
    expect(pages.at(-1)).toContain('Gesamtbetrag');
  });

  test('has each line once, on one page', async () => {
    const pages = await pagesOf({ items });
    for (const { title } of items) expect(pages.filter((page) => page.includes(title))).toHaveLength(1);
    for (const page of pages) {
      expect(page.match(/Line no\. /g)?.length ?? 0).toBe(page.match(/1,00 EUR/g)?.length ?? 0);
    }
  });
});

test('a text longer than a page goes on on the next ones', async () => {
  const text = Array.from({ length: 200 }, (_, index) => `Condition ${index + 1}.`).join('\n');
  const pages = await pagesOf({ notes: [{ kind: 'paragraph', text }] });
  expect(pages.length).toBeGreaterThan(2);
  expect(pages.join('\n').match(/Condition \d+\./g)).toHaveLength(200);
});

test('the marking is on each page', async () => {
  const text = 'Line\n'.repeat(200);
  const pages = await pagesOf({ marking: 'Storniert', notes: [{ kind: 'paragraph', text }] });
  expect(pages.length).toBeGreaterThan(2);
  for (const page of pages) expect(page).toContain('Storniert');
});

test('the marking leaves what goes on over pages as it is', async () => {
  const notes = [{ kind: 'paragraph', text: 'Line\n'.repeat(200) } as const];
  const unmarked = await pagesOf({ notes });
  const marked = await pagesOf({ notes, marking: 'Storniert' });
  expect(marked.map((page) => page.replace('Storniert', '').split(/\s+/))).toEqual(
    unmarked.map((page) => page.split(/\s+/)),
  );
});

test('a long name is cut in the footer, and makes no further page', async () => {
  const pages = await pagesOf({ issuer: ['Werkstatt '.repeat(20)], title: `Rechnung ${'W'.repeat(50)}` });
  expect(pages).toHaveLength(1);
  expect(pages[0]).toMatch(/Werkstatt….*\n?.*1 \/ 1$/);
  expect(await pagesOf({ issuer: ['W'.repeat(200)] })).toHaveLength(1);
});

test('the largest amounts stay in one line', async () => {
  const value = '-9.999.999.999.999,99 EUR';
  const [page = ''] = await pagesOf({
    items: [{ title: 'Beratung', detail: '', amount: value }],
    sums: ['Zwischensumme', 'Gesamtbetrag'].map((label) => ({ label, value, isTotal: true })),
  });
  expect(page.split(value)).toHaveLength(4);
});

test('names in Greek, Cyrillic and Eastern European letters are shown', async () => {
  const recipient = ['Łukasz Żółć', 'Ελένη Παπαδοπούλου', 'Дмитрий Шостакович', 'Şükrü Çağlar', 'Nguyễn Văn'];
  const [page] = await pagesOf({ recipient });
  for (const name of recipient) expect(page).toContain(name);
});

test('line breaks of all kinds begin a line, and leave no trace', async () => {
  const [page = ''] = await pagesOf({ notes: [{ kind: 'paragraph', text: 'one\r\ntwo\rthree\u2028four\nfive' }] });
  expect(page).toContain('one\ntwo\nthree\nfour\nfive');
});

test.each([
  ['control characters', 'a\u0000b\u0007c\u001b[31md'],
  ['letters that the font does not have', '請求書 חשבונית 🧾'],
  ['a word longer than the line', 'x'.repeat(2_000)],
  ['nothing but white space', ' \t '],
])('%s do no harm', async (_, text) => {
  const item = { title: text, detail: text, amount: '1,00 EUR' };
  const facts = [{ label: text, value: text }];
  const pages = await pagesOf({
    title: text,
    issuer: [text, text],
    recipient: [text],
    facts,
    items: [item],
    sums: facts,
    notes: [{ kind: 'paragraph', text }],
  });
  expect(pages.join('\n')).toContain('1,00 EUR');
});

describe('a logo', () => {
  const MM = 72 / 25.4;
  const fileWith = (logo: Uint8Array, changes: Partial<PrintedDocument> = {}) =>
    renderPdf({ document: { ...invoice, ...changes }, logo });

  test.each([
    ['wide', { width: 2_000, height: 50 }, { width: 70, height: 1.75 }],
    ['tall', { width: 50, height: 2_000 }, { width: 0.625, height: 25 }],
    ['square', { width: 500, height: 500 }, { width: 25, height: 25 }],
    ['of the form of its box', { width: 1_400, height: 500 }, { width: 70, height: 25 }],
  ])('that is %s keeps its form, within a box at the top left', async (_, size, { width, height }) => {
    for (const paper of ['A4', 'LETTER'] as const) {
      const picture = await readPicture(await fileWith(pngFile(size), { paper }));
      expect(picture?.left).toBeCloseTo(25 * MM, 3);
      expect(picture?.top).toBeCloseTo(15 * MM, 3);
      expect(picture?.width).toBeCloseTo(width * MM, 3);
      expect(picture?.height).toBeCloseTo(height * MM, 3);
    }
  });

  test('that is small is not blown up', async () => {
    expect(await readPicture(await fileWith(pngFile({ width: 16, height: 9 })))).toMatchObject({
      width: 16,
      height: 9,
    });
  });

  test('is on the first page alone, and leaves all texts as they are', async () => {
    const items = Array.from({ length: 100 }, () => ({ title: 'Beratung', detail: '', amount: '1,00 EUR' }));
    const [without, with_] = [await pagesOf({ items }), (await readPdf(await fileWith(pngFile(), { items }))).pages];
    expect(with_).toEqual(without);
    expect(without.length).toBeGreaterThan(1);
  });

  test('leaves the issuer the rest of the width, however long its lines are', async () => {
    const issuer = [
      'Lovelace & Söhne und viele Töchter, die alle einen sehr langen Namen haben wollen, der nie endet',
      'x',
    ];
    const file = await fileWith(pngFile({ width: 1_400, height: 500 }), { issuer });
    const { items } = await extractTextItems(Uint8Array.from(file)); // a copy, since it takes over the bytes
    const name = items[0]?.filter(({ str }) => str !== '' && issuer[0]?.startsWith(str));
    expect(name?.[0]?.x).toBeGreaterThan(95 * MM);
  });

  test('the same gives the same bytes, and another one others', async () => {
    const [one, again] = [await fileWith(pngFile({ color: 6 })), await fileWith(pngFile({ color: 6 }))];
    expect(Buffer.from(one).equals(again)).toBe(true);
    expect(Buffer.from(one).equals(await fileWith(pngFile({ color: 4 })))).toBe(false);
  });
});
