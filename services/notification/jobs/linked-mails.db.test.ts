import { randomUUIDv7 } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { create, type DescMessage, type MessageInitShape } from '@bufbuild/protobuf';
import { eq, sql } from 'drizzle-orm';
import PostalMime, { type Email } from 'postal-mime';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CreditNoteIssuedSchema } from '../../../gen/numer/invoice/v1/credit_note_events_pb.ts';
import {
  InvoiceSentSchema,
  InvoiceVoidedSchema,
  PaymentRecordedSchema,
} from '../../../gen/numer/invoice/v1/invoice_events_pb.ts';
import { QuoteSentSchema } from '../../../gen/numer/invoice/v1/quote_events_pb.ts';
import { ReminderDueSchema } from '../../../gen/numer/reminder/v1/reminder_events_pb.ts';
import { makeScratchDir } from '../../../runtime/testing/scratch-dir.ts';
import { linkTokenOf } from '../links/link-token.ts';
import { documentLinks, notifications } from '../store/schema.ts';
import { type Deliverer, startDeliverer } from '../testing/start-deliverer.ts';
import { type QueueTestService, startQueue } from '../testing/start-queue.ts';
import { testCreditNote } from '../testing/test-credit-note.ts';
import { testInvoice } from '../testing/test-invoice.ts';
import { testQuote } from '../testing/test-quote.ts';

const KEY = Buffer.alloc(32, 5);
const PUBLIC_URL = 'https://billing.example/numer';

const folder = makeScratchDir('numer-mail');
let service: QueueTestService;
let deliverer: Deliverer;
beforeAll(async () => {
  service = await startQueue();
  deliverer = await startDeliverer(service, { MAIL_DIR: folder.path, PUBLIC_URL });
});
afterAll(async () => {
  await service.stop();
  folder.remove();
});

/** The mail that an event asks for, as it arrives. */
async function mailOf<Desc extends DescMessage>(
  schema: Desc,
  init: MessageInitShape<Desc>,
  { ownerId = randomUUIDv7(), by = deliverer }: { readonly ownerId?: string; readonly by?: Deliverer } = {},
): Promise<Email> {
  const { id } = await service.publish(schema, create(schema, init), { ownerId });
  await by.deliver();
  return PostalMime.parse(readFileSync(join(folder.path, `${id}@numer.eml`)));
}

describe('a mail has the link of its document as it is when the mail is sent', () => {
  const ownerId = randomUUIDv7();
  const invoice = testInvoice({ sendTime: { seconds: 1n } });
  const quote = testQuote();
  const creditNote = { ...testCreditNote(), id: randomUUIDv7() };
  const payment = { id: randomUUIDv7(), amountMinor: 100n, paymentDate: '2026-03-01', invoiceDueMinor: 11_800n };
  const linked = {
    invoice: ['INVOICE', invoice.id],
    quote: ['QUOTE', quote.id],
    creditNote: ['CREDIT_NOTE', creditNote.id],
  } as const;

  test.each([
    ['an invoice', 'invoice', 'See the invoice online', InvoiceSentSchema, { invoice }],
    [
      'a reminder',
      'invoice',
      'See the invoice online',
      ReminderDueSchema,
      { reminder: { id: randomUUIDv7() }, invoice, timeZone: 'UTC' },
    ],
    ['a payment', 'invoice', 'See the invoice online', PaymentRecordedSchema, { invoice, payment, timeZone: 'UTC' }],
    ['a quote', 'quote', 'See the quote online, and accept or decline it', QuoteSentSchema, { quote }],
    ['a credit note', 'creditNote', 'See the credit note online', CreditNoteIssuedSchema, { invoice, creditNote }],
  ] as const)('of %s, after what it is about', async (_name, of, label, schema, message) => {
    const [kind, documentId] = linked[of];
    const url = `${PUBLIC_URL}/d/${linkTokenOf(KEY, { kind, ownerId, documentId }, 0n)}`;
    const { text = '', html = '' } = await mailOf(schema as DescMessage, message as never, { ownerId });
    expect(text.split('\n\n')[2]).toBe(`${label}:\n${url}`);
    expect(html.split('\n')[7]).toBe(`<p><a href="${url}">${label}</a></p>`);
  });

  test('in German', async () => {
    const customer = { name: 'Grace', email: 'grace@hopper.example', locale: 'de' };
    const { text = '' } = await mailOf(QuoteSentSchema, { quote: testQuote({ customer }) });
    expect(text).toContain('Angebot online ansehen und annehmen oder ablehnen:\nhttps://');
  });

  test('also where names have several lines, more than one UTF-16 code unit each, or are markup', async () => {
    const name = '𝔊race\n\n<b>&"\r\nHopper';
    const customer = { name, email: 'grace@hopper.example', locale: 'en' };
    const { text = '', html = '' } = await mailOf(InvoiceSentSchema, {
      invoice: testInvoice({ customer, seller: { name, email: 'ada@lovelace.example' } }),
    });
    expect(text).toMatch(/by 31 March 2026\.\n\nSee the invoice online:\nhttps:\S+\n\nInvoice number/);
    expect(html).toMatch(
      /by 31 March 2026\.<\/p>\n<p><a href="https:[^"<> ]+">See the invoice online<\/a><\/p>\n<table/,
    );
  });
});

test.each([
  ['en', 'To accept it, please reply to this message.'],
  ['de', 'Um es anzunehmen, antworten Sie bitte auf diese Nachricht.'],
])('a quote is accepted by its link, and by a reply only where there is none, in %s', async (locale, reply) => {
  const customer = { name: 'Grace', email: 'grace@hopper.example', locale };
  const quote = testQuote({ customer });
  const ownerId = randomUUIDv7();
  const linked = await mailOf(QuoteSentSchema, { quote, message: 'In my words.' }, { ownerId });
  expect(linked.text).toMatch(/In my words\.\n\n.+\n\n.+:\nhttps:\S+\n\n\S.*: Q-00007/);
  expect(linked.html).toMatch(/<p>In my words\.<\/p>\n<p>.+<\/p>\n<p><a href=".+<\/a><\/p>\n<table/);
  expect(`${linked.text}${linked.html}`).not.toContain(reply);

  const row = { ownerId, documentId: quote.id, version: 1n, revoked: true, updateTime: service.clock.now() };
  await service.db.insert(documentLinks).values(row);
  const local = await startDeliverer(service, { MAIL_DIR: folder.path });
  for (const by of [deliverer, local]) {
    const { text = '', html = '' } = await mailOf(QuoteSentSchema, { quote }, { ownerId, by });
    expect(text).toContain(`\n\n${reply}\n\n`);
    expect(html).toContain(`<p>${reply}</p>\n<table`);
    expect(text).not.toContain('https:');
  }
});

test('a mail that was queued before its link took the place of anything has it as well', async () => {
  const ownerId = randomUUIDv7();
  const mail = await service.publish(QuoteSentSchema, create(QuoteSentSchema, { quote: testQuote() }), { ownerId });
  await service.db.execute(
    sql`update notifications set link = link - 'textEnd' - 'htmlEnd' where owner_id = ${ownerId}`,
  );
  await deliverer.deliver();
  const { text = '' } = await PostalMime.parse(readFileSync(join(folder.path, `${mail.id}@numer.eml`)));
  expect(text).toMatch(/:\nhttps:\S+\n\nTo accept it, please reply to this message[.]\n\nQuote number/);
});

test('after the link was rotated a mail has the new one, and none while it is revoked', async () => {
  const ownerId = randomUUIDv7();
  const invoice = testInvoice();
  const send = () =>
    mailOf(ReminderDueSchema, { reminder: { id: randomUUIDv7() }, invoice, timeZone: 'UTC' }, { ownerId });
  const row = { ownerId, documentId: invoice.id, version: 3n, revoked: false, updateTime: service.clock.now() };
  await service.db.insert(documentLinks).values(row);
  const token = linkTokenOf(KEY, { kind: 'INVOICE', ownerId, documentId: invoice.id }, 3n);
  expect((await send()).text).toContain(`${PUBLIC_URL}/d/${token}\n`);
  await service.db.update(documentLinks).set({ revoked: true }).where(eq(documentLinks.ownerId, ownerId));
  const { text = '', html = '' } = await send();
  expect(text + html).not.toMatch(/\/d\/|See the invoice online/);
  expect(text).toContain('119.00 EUR');
});

test('without a PUBLIC_URL mails have no link, and say all the same', async () => {
  const local = await startDeliverer(service, { MAIL_DIR: folder.path });
  const { text = '', html = '' } = await mailOf(InvoiceSentSchema, { invoice: testInvoice() }, { by: local });
  expect(text + html).not.toMatch(/\/d\/|See the invoice online/);
  expect(text).toContain('Please pay 119.00 EUR');
});

test('what takes a mail back has none', async () => {
  const { id } = await service.publish(InvoiceVoidedSchema, { invoice: testInvoice() }, { ownerId: randomUUIDv7() });
  expect(await service.db.execute(sql`select html_body from mail_retractions where id = ${id}`)).toMatchObject([
    { html_body: expect.not.stringContaining('online') },
  ]);
});

test('neither queued nor sent mails keep a link in the database', async () => {
  const ownerId = randomUUIDv7();
  const invoice = testInvoice();
  const token = linkTokenOf(KEY, { kind: 'INVOICE', ownerId, documentId: invoice.id }, 0n);
  const rows = async () => JSON.stringify(await service.db.execute(sql`select to_jsonb(n)::text from notifications n`));
  await service.publish(InvoiceSentSchema, { invoice }, { ownerId });
  const queued = await rows();
  expect(queued).toContain(ownerId);
  expect(queued).not.toContain(token.slice(-24));
  await deliverer.deliver();
  expect(await rows()).not.toContain(token.slice(-24));
  const [row] = await service.db.select().from(notifications).where(eq(notifications.ownerId, ownerId));
  expect(row).toMatchObject({ state: 'SENT', link: null });
});
