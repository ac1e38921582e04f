import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { readPdf } from '../testing/read-pdf.ts';
import { testDocument as document } from '../testing/test-document.ts';
import { createPdfRenderer } from './pdf-renderer.ts';

const pdfs = await createPdfRenderer([]);

const ask = (ownerId: string, signal?: AbortSignal) => pdfs.renderFor(ownerId, { document }, signal);

test('who wants very many at once is asked to wait, and others are not', async () => {
  const wanted = Promise.allSettled(Array.from({ length: 30 }, () => ask('one')));
  await ask('other');
  const results = await wanted;
  const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
  expect(refused).toHaveLength(10);
  for (const reason of refused) {
    expect(reason).toMatchObject({ reason: 'RATE_LIMITED', facts: { metadata: { retryAfterSeconds: '1' } } });
  }
  expect((await ask('one')).length).toBeGreaterThan(1_000);
});

test('owners take turns, whether a caller waits for a document or a mail does', async () => {
  const made: string[] = [];
  const make = async (ownerId: string, file: Promise<unknown>) => {
    await file;
    made.push(ownerId);
  };
  const wanted = [1, 2, 3].flatMap(() => [make('one', ask('one')), make('one', pdfs.render('one', document))]);
  await Promise.all([...wanted, make('other', ask('other')), make('third', pdfs.render('third', document))]);
  expect(made.slice(0, 3)).toEqual(['one', 'other', 'third']);
  expect(made).toHaveLength(8);
});

test('what was given up ends with the reason for that, and leaves room for more', async () => {
  const reason = new Error('The caller has left.');
  const hasLeft = AbortSignal.abort(reason);
  await Promise.all(Array.from({ length: 10 }, () => expect(ask('one', hasLeft)).rejects.toBe(reason)));
  const leaving = new AbortController();
  const waiting = Array.from({ length: 10 }, () => expect(ask('one', leaving.signal)).rejects.toBe(reason));
  leaving.abort(reason);
  await Promise.all(waiting);
  expect((await ask('one')).length).toBeGreaterThan(1_000);
});

test('at whatever moment somebody leaves, nobody else notices', async () => {
  await ask('one');
  for (let count = 0; count < 100; count++) {
    const leaving = new AbortController();
    const left = ask('one', leaving.signal).catch((error: unknown) => error);
    // From before it has begun until after it has ended: it takes some milliseconds.
    setTimeout(() => leaving.abort(new Error('The caller has left.')), count % 10);
    expect((await ask('other')).length).toBeGreaterThan(1_000);
    await left;
  }
});

test('a document that cannot be laid out is told of, and keeps none from being made', async () => {
  const broken = { ...document, createTime: 'never' };
  await expect(pdfs.render('one', broken)).rejects.toThrow();
  expect((await pdfs.render('one', document)).length).toBeGreaterThan(1_000);
});

test.each([
  ['texts', { kind: 'paragraph' as const, text: 'word '.repeat(130_000) }],
  ['lines', { kind: 'paragraph' as const, text: 'x\n'.repeat(20_000) }],
])('a document of too many %s is refused, and costs nothing', async (_, note) => {
  const long = { ...document, notes: [note] };
  await expect(pdfs.render('one', long)).rejects.toMatchObject({ reason: 'DOCUMENT_TOO_LONG' });
  await expect(pdfs.renderFor('one', { document: long }, undefined)).rejects.toMatchObject({
    reason: 'DOCUMENT_TOO_LONG',
  });
});

test('500 lines of 1,000 characters can be printed', async () => {
  const item = { title: 'x'.repeat(1_000), detail: '25 h × 49.995, 19% tax', amount: '1,249.88 EUR' };
  const items = Array.from({ length: 500 }, () => item);
  expect((await pdfs.render('one', { ...document, items })).length).toBeGreaterThan(1_000);
});

test('the text of a document can be read however the letters of those before it were made up', async () => {
  const fresh = await createPdfRenderer([]);
  // The dots of these letters are glyphs of their own in the font, of a full stop among others.
  await fresh.render('one', { ...document, recipient: ['ij:;'] });
  const recipient = ['1.249,88 EUR. Ελένη'];
  expect((await readPdf(await fresh.render('one', { ...document, recipient }))).pages.join()).toContain(recipient[0]);
});

test('letters that have glyphs in common can be read, and what was printed before changes no bytes', async () => {
  const fresh = await createPdfRenderer([]);
  // The font makes each letter with a dot below from two glyphs. The first is that of the letter without the dot.
  const vietnamese = { ...document, issuer: ['Thị Hẹn, Eẹ'] };
  const read = async (file: Uint8Array) => (await readPdf(file)).pages.join();
  const before = await pdfs.render('one', document);
  const page = await read(await fresh.render('one', vietnamese));
  for (const text of ['Thị Hẹn, Eẹ', 'Invoice 2026-0042', 'Description']) expect(page).toContain(text);
  const after = await fresh.render('one', document);
  expect(await read(after)).toContain('Invoice 2026-0042');
  expect(Buffer.from(after).equals(before)).toBe(true);
});

test.each(['/nowhere.ttf', import.meta.filename])(
  'a fallback font that cannot be opened is told by its path: %s',
  async (path) => {
    await expect(createPdfRenderer([path])).rejects.toThrow(`${path} cannot be opened as a font`);
  },
);

test('a fallback font without outlines, such as one of emoji that are pictures, is told by its path', async () => {
  const hebrew = import.meta.resolve('@expo-google-fonts/noto-sans-hebrew/400Regular/NotoSansHebrew_400Regular.ttf');
  const file = await readFile(fileURLToPath(hebrew));
  file.write('CBDT', file.indexOf('glyf')); // the name of the table, in the list of all
  const folder = await mkdtemp(join(tmpdir(), 'numer-font-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'pictures.ttf');
  await writeFile(path, file);
  await expect(createPdfRenderer([path])).rejects.toThrow(`${path} cannot be opened as a font`);
});

test('a document that would take very long to lay out is too long, and one that is as long is not', async () => {
  // Words that are all different, in the letters of Hindi.
  const words = Array.from({ length: 40_000 }, (_, index) =>
    [...`${100_000 + index}`].map((digit) => 'कखगघङचछजझञ'[Number(digit)]).join('्'),
  );
  const notes = [{ kind: 'paragraph', text: words.join(' ') }] as const;
  await expect(pdfs.render('one', { ...document, notes })).rejects.toMatchObject({ reason: 'DOCUMENT_TOO_LONG' });
  const common = words.map((_, index) => words[index % 1_000]);
  const prose = [{ kind: 'paragraph', text: common.join(' ') }] as const;
  expect((await pdfs.render('one', { ...document, notes: prose })).length).toBeGreaterThan(1_000);
});

test('a document that would take very long in fallback fonts is too long', async () => {
  const [hebrew, alternating] = ['ש'.repeat(200_000), 'a会'.repeat(60_000)];
  for (const text of [hebrew, alternating]) {
    const notes = [{ kind: 'paragraph', text }] as const;
    await expect(pdfs.render('one', { ...document, notes })).rejects.toMatchObject({ reason: 'DOCUMENT_TOO_LONG' });
  }
});

test('what lays documents out is loaded by its thread alone, since it takes much memory', () => {
  const program = `
    import { registerHooks } from 'node:module';
    import { prepareImports } from './runtime/process/prepare-imports.ts';
    prepareImports();
    registerHooks({
      load(url, context, nextLoad) {
        const [, name] = /node_modules[/](fontkit|pdfkit)[/]/.exec(url) ?? [];
        if (name !== undefined) throw new Error(name + ' is loaded');
        return nextLoad(url, context);
      },
    });
    await import('./services/notification/service.ts');
  `;
  const run = spawnSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' });
  expect(run).toMatchObject({ status: 0, stderr: '' });
});
