import { expect, test } from 'vitest';
import type { PrintedDocument } from '../domain/printed-document.ts';
import { readPdf } from '../testing/read-pdf.ts';
import { renderPdf } from './render-pdf.ts';

const document: PrintedDocument = {
  language: 'de',
  paper: 'A4',
  title: 'Rechnung 2026-0042',
  marking: '',
  createTime: '2026-03-01T12:00:00Z',
  issuer: ['Lovelace & Söhne'],
  recipient: ['Grace Hopper'],
  facts: [],
  itemsHead: { title: 'Bezeichnung', amount: 'Betrag' },
  items: [{ title: 'Beratung', detail: '25 h', amount: '1.249,88 EUR' }],
  sums: [{ label: 'Gesamtbetrag', value: '1.249,88 EUR', isTotal: true }],
  notes: [],
};
const XML = '<?xml version="1.0" encoding="UTF-8"?>\n<rsm:CrossIndustryInvoice>Größe</rsm:CrossIndustryInvoice>\n';

async function facturXOf(changes: Partial<PrintedDocument> = {}): Promise<Uint8Array> {
  return await renderPdf({ document: { ...document, ...changes }, eInvoice: new TextEncoder().encode(XML) });
}

test('the electronic invoice is in it, byte by byte, and the metadata say which one it is', async () => {
  const { embedded, metadata, pages } = await readPdf(await facturXOf());
  expect([...embedded].map(([name, data]) => [name, new TextDecoder().decode(data)])).toEqual([['factur-x.xml', XML]]);
  // The reader gives names in small letters.
  expect(Object.fromEntries(metadata)).toMatchObject({
    'fx:documenttype': 'INVOICE',
    'fx:documentfilename': 'factur-x.xml',
    'fx:version': '1.0',
    'fx:conformancelevel': 'EN 16931',
    'pdfaid:part': '3',
    'pdfaid:conformance': 'B',
    'dc:title': 'Rechnung 2026-0042',
    'dc:creator': ['Lovelace & Söhne'],
    'xmp:createdate': '2026-03-01T12:00:00Z',
  });
  expect(pages[0]).toContain('1.249,88 EUR');
});

test('the parts are there that PDF/A-3b asks for beside the metadata', async () => {
  const text = Buffer.from(await facturXOf()).toString('latin1');
  expect(text).toMatch(/^%PDF-1\.7\n/);
  for (const part of [
    /\/S \/GTS_PDFA1\b/,
    /\/DestOutputProfile \d+ 0 R/,
    /\/AFRelationship \/Alternative\b/,
    /\/AF \[\d+ 0 R\]/,
    /\/Subtype \/text#2Fxml\b/,
    /\/CheckSum <[0-9a-f]{32}>/,
    /\/Metadata \d+ 0 R/,
    /\/ID \[<[0-9a-f]{32}> <[0-9a-f]{32}>\]/,
  ]) {
    expect(text).toMatch(part);
  }
  const count = (part: RegExp) => text.match(part)?.length;
  expect(count(/\/Subtype \/CIDFontType2\b/g)).toBe(count(/\/FontFile2 /g));
  expect(text).not.toMatch(/\/(Encrypt|JavaScript|Type1|LZWDecode)\b/);
});

test('title and issuer are the same in the metadata, which are XML, and beside them', async () => {
  const [title, issuer] = ['Rechnung <R&D> "1" ]]>\ufffe', 'Müller & Söhne 請求書'];
  const { info, metadata } = await readPdf(await facturXOf({ title, issuer: [issuer] }));
  expect(info).toMatchObject({ Title: title, Author: issuer });
  expect([metadata.get('dc:title'), metadata.get('dc:creator')]).toEqual([title.replace('\ufffe', '\ufffd'), [issuer]]);
});

test('a letter that the fonts do not have is shown as one that they have', async () => {
  const [page = ''] = (await readPdf(await facturXOf({ recipient: ['請求書 Ada', 'חשבונית\u200b', '🧾'] }))).pages;
  expect(page).toContain('\ufffd\ufffd\ufffd Ada');
  expect(page).not.toMatch(/[請ח🧾]/u);
});

test('the same document gives the same bytes, and another invoice in it other ones', async () => {
  const file = Buffer.from(await facturXOf());
  expect(file.equals(await facturXOf())).toBe(true);
  expect(file.equals(await renderPdf({ document, eInvoice: new Uint8Array(1) }))).toBe(false);
});

test('a plain PDF has nothing in it', async () => {
  const { embedded } = await readPdf(await renderPdf({ document }));
  expect(embedded.size).toBe(0);
});
