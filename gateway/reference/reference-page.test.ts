import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createFileRegistry, fromBinary } from '@bufbuild/protobuf';
import { nestedTypes } from '@bufbuild/protobuf/reflect';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { beforeAll, describe, expect, test } from 'vitest';
import { renderReference } from './reference-page.ts';

const RELEASES = join(import.meta.dirname, '../../proto/releases');
const { releases }: { releases: { version: string; date: string; files: { file: string }[] }[] } = JSON.parse(
  readFileSync(join(RELEASES, 'index.json'), 'utf8'),
);

interface Rendered {
  readonly image: Uint8Array;
  readonly page: string;
}

async function render({ version, date, files }: (typeof releases)[number]): Promise<Rendered> {
  const image = readFileSync(join(RELEASES, files[0]?.file ?? ''));
  const page = await renderReference(image, { version, date, notes: ['A <note>.'], files: ['image.binpb'] });
  return { image, page };
}

/** The part of a page from an anchor to the next heading of the same or a higher level. */
function sectionOf(page: string, anchor: string): string {
  const start = page.indexOf(`id="${anchor}"`);
  const level = page.slice(0, start).match(/<h(\d) $/)?.[1] ?? '6';
  const rest = page.slice(start);
  const end = rest.search(new RegExp(`<h[1-${level}] `));
  return (end === -1 ? rest : rest.slice(0, end))
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .replaceAll('&quot;', '"');
}

describe.each(releases.map((release) => [release.version, release] as const))('the reference of %s', (_, release) => {
  let image: Uint8Array;
  let page: string;
  beforeAll(async () => {
    ({ image, page } = await render(release));
  });

  test('has every element of the contracts under its full name', () => {
    const files = [...createFileRegistry(fromBinary(FileDescriptorSetSchema, image)).files].filter(({ name }) =>
      name.startsWith('numer/'),
    );
    const types = files.flatMap((file) => [...nestedTypes(file)]);
    const names = [
      ...files.flatMap((file) =>
        file.services.flatMap(({ typeName, methods }) => [
          typeName,
          ...methods.map(({ name }) => `${typeName}.${name}`),
        ]),
      ),
      ...types.flatMap((type) => {
        if (type.kind === 'message')
          return [type.typeName, ...type.fields.map(({ name }) => `${type.typeName}.${name}`)];
        return type.kind === 'enum'
          ? [type.typeName, ...type.values.map(({ name }) => `${type.typeName}.${name}`)]
          : [];
      }),
    ];
    const anchors = [...page.matchAll(/ id="(numer\.[^"]*)"/g)].map(([, id = '']) => id);
    expect(anchors.toSorted()).toEqual(names.toSorted());
  });

  test('leads nowhere that it has not, and loads nothing', () => {
    const anchors = new Set([...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id));
    const links = [...page.matchAll(/ href="([^"]*)"/g)].map(([, href = '']) => href);
    expect(links.filter((href) => href.startsWith('#') && !anchors.has(href.slice(1)))).toEqual([]);
    expect([...new Set(links.filter((href) => !href.startsWith('#')))].toSorted()).toEqual([
      '/docs',
      '/schemas',
      `/schemas/${release.version}/image.binpb`,
    ]);
    expect(page).not.toMatch(/<(script|link|img|iframe)|\bsrc=|@import|url\(/);
  });
});

describe('a reader finds', () => {
  let page: string;
  beforeAll(async () => {
    const [newest] = releases;
    if (newest === undefined) throw new Error('nothing was released');
    ({ page } = await render(newest));
  });

  test('what an RPC takes, gives, does and fails with', () => {
    const section = sectionOf(page, 'numer.invoice.v1.InvoiceService.RecordPayment');
    expect(section).toContain('Records a payment of an open or uncollectible invoice.');
    expect(section).toContain(
      'POST /invoices/{invoice_id}/payments the body is the request the response is payment status 201',
    );
    expect(section).toContain('Location /invoices/{invoice_id}/payments/{id}');
    expect(section).toContain('/numer.invoice.v1.InvoiceService/RecordPayment');
    expect(section).toContain('Callers a signed-in user or an API key');
    expect(section).toContain('may be repeated with the same Idempotency-Key');
    expect(section).toContain('invoice_id invoiceId string 1 required Id of the invoice. a UUID');
    expect(page).toContain('Fails with <a href="#numer.errors.v1.ErrorReason.INVOICE_NOT_FOUND">INVOICE_NOT_FOUND</a>');
  });

  test('who may call it', () => {
    expect(sectionOf(page, 'numer.user.v1.UserService.CreateUser')).toContain('Callers anyone');
    const internal = sectionOf(page, 'numer.invoice.v1.InvoiceService.ExportInvoices');
    expect(internal).toContain('Callers other services only');
    expect(internal).not.toContain('REST');
  });

  test('where a message is used, and what is in it', () => {
    const section = sectionOf(page, 'numer.invoice.v1.Invoice');
    expect(section).toContain('CreateInvoiceRequest.invoice');
    expect(section).toContain('state Invoice.State 3 output only');
    expect(section).toContain('repeated InvoiceLine 10');
    expect(section).toContain('OPEN 2 Numbered, frozen and waiting to be paid.');
  });

  test('when an event is published, and about what', () => {
    const section = sectionOf(page, 'numer.invoice.v1.InvoiceCreated');
    expect(section).toContain('invoice.created');
    expect(section).toContain('A draft was created.');
    expect(section).toContain('Subject invoice.id');
  });

  test('what changed, as text', () => {
    expect(page).toContain('A &lt;note&gt;.');
  });
});
