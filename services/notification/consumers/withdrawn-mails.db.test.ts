import { randomUUIDv7 } from 'node:crypto';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CreditNoteIssuedSchema } from '../../../gen/numer/invoice/v1/credit_note_events_pb.ts';
import { CreditAppliedSchema } from '../../../gen/numer/invoice/v1/customer_ledger_events_pb.ts';
import {
  InvoiceMarkedUncollectibleSchema,
  InvoiceSentSchema,
  InvoiceVoidedSchema,
  PaymentRecordedSchema,
} from '../../../gen/numer/invoice/v1/invoice_events_pb.ts';
import { Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { InvoiceWrittenOffSchema } from '../../../gen/numer/invoice/v1/payment_events_pb.ts';
import {
  QuoteAcceptedSchema,
  QuoteDeclinedSchema,
  QuoteSentSchema,
  QuoteUpdatedSchema,
} from '../../../gen/numer/invoice/v1/quote_events_pb.ts';
import { ReminderDueSchema } from '../../../gen/numer/reminder/v1/reminder_events_pb.ts';
import { LEASE_MS, prepareClaimMails } from '../store/claim-mail.ts';
import { type QueueTestService, startQueue } from '../testing/start-queue.ts';
import { testCreditNote } from '../testing/test-credit-note.ts';
import { testInvoice } from '../testing/test-invoice.ts';
import { testQuote } from '../testing/test-quote.ts';

let service: QueueTestService;
beforeAll(async () => {
  service = await startQueue();
});
afterAll(() => service.stop());

const payment = {
  id: randomUUIDv7(),
  amountMinor: 5_000n,
  currencyCode: 'EUR',
  paymentDate: '2026-03-15',
  invoiceDueMinor: 6_900n,
};
const SENT = timestampFromDate(new Date('2026-03-01T10:00:00Z'));

describe('reminders that still wait', () => {
  /** An owner with a queued reminder of one invoice, and one of another. */
  async function queueReminders() {
    const ownerId = randomUUIDv7();
    const [invoice, other] = [testInvoice(), testInvoice()];
    for (const about of [invoice, other]) {
      const reminder = { id: randomUUIDv7(), invoiceId: about.id };
      await service.publish(ReminderDueSchema, { reminder, invoice: about, timeZone: 'UTC' }, { ownerId });
    }
    return { ownerId, invoice };
  }

  async function reasonsOf(ownerId: string): Promise<string[]> {
    return (await service.rowsOf(ownerId)).filter(({ kind }) => kind === 'REMINDER').map((row) => row.withdrawReason);
  }

  test('are withdrawn when the invoice is paid in full', async () => {
    const { ownerId, invoice } = await queueReminders();
    const paid = { ...invoice, state: Invoice_State.PAID, dueMinor: 0n };
    await service.publish(PaymentRecordedSchema, { invoice: paid, payment }, { ownerId });
    expect(await reasonsOf(ownerId)).toEqual([expect.stringContaining('paid'), '']);
  });

  test('are not withdrawn by a payment in part', async () => {
    const { ownerId, invoice } = await queueReminders();
    await service.publish(PaymentRecordedSchema, { invoice, payment }, { ownerId });
    await service.publish(CreditAppliedSchema, { invoice, payment }, { ownerId });
    expect(await reasonsOf(ownerId)).toEqual(['', '']);
  });

  test.each([
    ['paid', PaymentRecordedSchema, { payment }],
    ['settled by credit', CreditAppliedSchema, { payment }],
    ['settled by a credit note', CreditNoteIssuedSchema, { creditNote: {} }],
  ] as const)(
    'of an instalment are withdrawn when that is %s, and those of the next one are not',
    async (_, desc, what) => {
      const ownerId = randomUUIDv7();
      const [first, second] = ['2026-03-31', '2026-04-30'] as const;
      const instalments = [first, second].map((dueDate) => ({ dueDate, amountMinor: 5_950n, dueMinor: 5_950n }));
      const invoice = testInvoice({ dueDate: second, nextDueDate: first, instalments });
      for (const dueDate of [first, second, '']) {
        const reminder = { id: randomUUIDv7(), invoiceId: invoice.id, dueDate };
        await service.publish(ReminderDueSchema, { reminder, invoice, timeZone: 'UTC' }, { ownerId });
      }
      await service.publish(desc, { ...what, invoice }, { ownerId });
      expect(await reasonsOf(ownerId)).toEqual(['', '', '']);
      await service.publish(desc, { ...what, invoice: { ...invoice, nextDueDate: second } }, { ownerId });
      expect(await reasonsOf(ownerId)).toEqual(['The instalment was settled before the mail could be sent.', '', '']);
    },
  );

  test.each([
    ['credit pays the rest', CreditAppliedSchema],
    ['the rest is written off', InvoiceWrittenOffSchema],
  ] as const)('are withdrawn when %s, and no mail thanks for it', async (_, desc) => {
    const { ownerId, invoice } = await queueReminders();
    const paid = { ...invoice, state: Invoice_State.PAID, dueMinor: 0n };
    await service.publish(desc, { invoice: paid, payment }, { ownerId });
    expect(await reasonsOf(ownerId)).toEqual(['Nothing was due any more before the mail could be sent.', '']);
    expect(await service.rowsOf(ownerId)).toHaveLength(2);
  });

  test('are withdrawn when a credit note takes back the rest', async () => {
    const { ownerId, invoice } = await queueReminders();
    const paid = { ...invoice, state: Invoice_State.PAID, dueMinor: 0n };
    await service.publish(CreditNoteIssuedSchema, { invoice: paid, creditNote: {} }, { ownerId });
    expect(await reasonsOf(ownerId)).toEqual(['Nothing was due any more before the mail could be sent.', '']);
  });

  test('are withdrawn as well when the credit note is mailed', async () => {
    const { ownerId, invoice } = await queueReminders();
    const paid = { ...invoice, state: Invoice_State.PAID, dueMinor: 0n, sendTime: SENT };
    await service.publish(CreditNoteIssuedSchema, { invoice: paid, creditNote: testCreditNote() }, { ownerId });
    expect(await reasonsOf(ownerId)).toContain('Nothing was due any more before the mail could be sent.');
  });

  test.each([
    ['voided', InvoiceVoidedSchema],
    ['marked uncollectible', InvoiceMarkedUncollectibleSchema],
  ] as const)('are withdrawn when the invoice is %s, and no mail is queued', async (word, desc) => {
    const { ownerId, invoice } = await queueReminders();
    await service.publish(desc, { invoice }, { ownerId });
    expect(await reasonsOf(ownerId)).toEqual([expect.stringContaining(word), '']);
    expect(await service.rowsOf(ownerId)).toHaveLength(2);
  });

  test.each([
    ['voided', InvoiceVoidedSchema, {}],
    ['paid', PaymentRecordedSchema, { payment }],
  ] as const)('do not go out either when they come only after the invoice was %s', async (word, desc, what) => {
    const ownerId = randomUUIDv7();
    const invoice = testInvoice({ etag: '"2-2026-03-01"' });
    const settled = { ...invoice, state: Invoice_State.PAID, dueMinor: 0n, etag: '"3-2026-03-01"' };
    await service.publish(desc, { ...what, invoice: settled }, { ownerId });
    const reminder = { id: randomUUIDv7(), invoiceId: invoice.id };
    await service.publish(ReminderDueSchema, { reminder, invoice, timeZone: 'UTC' }, { ownerId });
    const now = service.clock.now();
    const claimed = await prepareClaimMails(service.db, LEASE_MS)({ now, dueTime: now, count: 100 });
    const found = claimed.find(({ row }) => row.ownerId === ownerId && row.kind === 'REMINDER');
    expect(found?.row.withdrawReason).toContain(word);
  });

  test('are not withdrawn by an event about the invoice of somebody else', async () => {
    const { ownerId, invoice } = await queueReminders();
    await service.publish(InvoiceVoidedSchema, { invoice }, { ownerId: randomUUIDv7() });
    expect(await reasonsOf(ownerId)).toEqual(['', '']);
  });
});

describe('the mail of an invoice', () => {
  const invoice = testInvoice({ etag: '"2-2026-03-01"' });
  const closed = { ...invoice, etag: '"3-2026-03-01"' };

  test.each([
    [
      'that still waits is withdrawn when the invoice is voided',
      InvoiceVoidedSchema,
      'sent first',
      ['The invoice was voided before the mail could be sent.'],
    ],
    [
      'does not go out either when it comes only after the invoice was voided',
      InvoiceVoidedSchema,
      'voided first',
      ['The invoice was voided before the mail could be sent.'],
    ],
    ['goes out although the invoice was given up on', InvoiceMarkedUncollectibleSchema, 'sent first', ['']],
  ] as const)('%s', async (_, desc, order, reasons) => {
    const ownerId = randomUUIDv7();
    const steps = [
      () => service.publish(InvoiceSentSchema, { invoice }, { ownerId }),
      () => service.publish(desc, { invoice: closed }, { ownerId }),
    ];
    for (const step of order === 'sent first' ? steps : steps.toReversed()) await step();
    const now = service.clock.now();
    const claimed = await prepareClaimMails(service.db, LEASE_MS)({ now, dueTime: now, count: 100 });
    const found = claimed.filter(({ row }) => row.ownerId === ownerId);
    expect(found.map(({ row }) => row.withdrawReason)).toEqual(reasons);
  });
});

describe('the mail of a quote that still waits', () => {
  /** An owner with the queued mails of a quote and of another one. */
  async function queueQuotes() {
    const ownerId = randomUUIDv7();
    const [quote, other] = [testQuote(), testQuote()];
    for (const each of [quote, other])
      await service.publish(QuoteSentSchema, { quote: each, timeZone: 'Asia/Tokyo' }, { ownerId });
    return { ownerId, quote };
  }

  test.each([
    ['accepted', QuoteAcceptedSchema],
    ['declined', QuoteDeclinedSchema],
  ] as const)('is withdrawn when the quote is %s, and that of no other', async (word, desc) => {
    const { ownerId, quote } = await queueQuotes();
    await service.publish(QuoteUpdatedSchema, { quote, timeZone: 'UTC' }, { ownerId });
    await service.publish(desc, { quote }, { ownerId: randomUUIDv7() });
    expect((await service.rowsOf(ownerId)).map(({ withdrawReason }) => withdrawReason)).toEqual(['', '']);
    await service.publish(desc, { quote }, { ownerId });
    expect((await service.rowsOf(ownerId)).map(({ withdrawReason }) => withdrawReason)).toEqual([
      `The quote was ${word} before the mail could be sent.`,
      '',
    ]);
  });

  test('waits until the last day of the user on which the quote can be accepted, and follows when that moves', async () => {
    const { ownerId, quote } = await queueQuotes();
    const expireTimes = async () => (await service.rowsOf(ownerId)).map(({ expireTime }) => expireTime?.toISOString());
    expect(await expireTimes()).toEqual(['2026-03-31T15:00:00.000Z', '2026-03-31T15:00:00.000Z']);
    const extend = (expireDate: string) =>
      service.publish(QuoteUpdatedSchema, { quote: { ...quote, expireDate }, timeZone: 'UTC' }, { ownerId });
    await extend('2026-04-30');
    expect(await expireTimes()).toEqual(['2026-05-01T00:00:00.000Z', '2026-03-31T15:00:00.000Z']);
    await extend('');
    expect(await expireTimes()).toEqual([undefined, '2026-03-31T15:00:00.000Z']);
  });
});
