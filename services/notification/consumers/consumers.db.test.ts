import { randomUUIDv7 } from 'node:crypto';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { eq, sql } from 'drizzle-orm';
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
import { UserDeletedSchema } from '../../../gen/numer/user/v1/user_events_pb.ts';
import { eraseAccounts } from '../../../runtime/erasure.ts';
import { makeScratchDir, type ScratchDir } from '../../../runtime/testing/scratch-dir.ts';
import { startTestService, type TestService } from '../../../runtime/testing/start-test-service.ts';
import { notificationService } from '../service.ts';
import { prepareEraseMails } from '../store/erase-mails.ts';
import { deletedOwners, notifications } from '../store/schema.ts';
import { testInvoice } from '../testing/test-invoice.ts';
import { testQuote } from '../testing/test-quote.ts';

let service: TestService;
let folder: ScratchDir;

beforeAll(async () => {
  folder = makeScratchDir('numer-mail');
  // Its delivery job is left out, so that mails stay queued.
  service = await startTestService({ ...notificationService, jobs: [] }, { environment: { MAIL_DIR: folder.path } });
  service.begin();
});
afterAll(async () => {
  await service.stop();
  folder.remove();
});

async function erase(): Promise<void> {
  const store = { eraseNext: prepareEraseMails(service.db) };
  await eraseAccounts.run({ store }, service.clock.now(), new AbortController().signal);
}

function rowsOf(ownerId: string) {
  return service.db.select().from(notifications).where(eq(notifications.ownerId, ownerId)).orderBy(notifications.id);
}

const german = { name: 'Käthe Paulus', email: 'kaethe@paulus.example', locale: 'de-AT' };
const payment = { amountMinor: 5_000n, currencyCode: 'EUR', paymentDate: '2026-03-15', invoiceDueMinor: 6_900n };

describe('InvoiceSent', () => {
  test('queues one mail to the customer, however often it is delivered', async () => {
    const ownerId = randomUUIDv7();
    const invoice = testInvoice();
    const event = await service.publish(InvoiceSentSchema, { invoice }, { ownerId, requestId: 'request-7' });
    await service.publish(InvoiceSentSchema, { invoice }, { ...event });

    const [row, ...others] = await rowsOf(ownerId);
    expect(others).toEqual([]);
    expect(row).toMatchObject({
      id: event.id,
      invoiceId: invoice.id,
      kind: 'INVOICE_SENT',
      recipient: 'grace@hopper.example',
      senderName: 'Lovelace & Sons',
      replyTo: 'ada@lovelace.example',
      subject: 'Invoice 2026-0042 from Lovelace & Sons',
      requestId: 'request-7',
      state: 'QUEUED',
      attempts: 0,
      createTime: service.clock.now(),
      nextAttemptTime: service.clock.now(),
    });
    expect(row?.textBody).toContain('Please pay 119.00 EUR by 31 March 2026.');
    expect(row?.htmlBody).toContain('<p>Here is invoice 2026-0042 from Lovelace &amp; Sons.');
  });

  test('queues one mail even when the inbox has forgotten the event', async () => {
    const ownerId = randomUUIDv7();
    const event = await service.publish(InvoiceSentSchema, { invoice: testInvoice() }, { ownerId });
    await service.db.execute(sql`delete from inbox where event_id = ${event.id}`);
    await service.publish(InvoiceSentSchema, { invoice: testInvoice() }, { ...event });
    expect(await rowsOf(ownerId)).toHaveLength(1);
  });

  test('is written in the language of the customer', async () => {
    const ownerId = randomUUIDv7();
    await service.publish(InvoiceSentSchema, { invoice: testInvoice({ customer: german }) }, { ownerId });
    const [row] = await rowsOf(ownerId);
    expect(row?.subject).toBe('Rechnung 2026-0042 von Lovelace & Sons');
    expect(row?.textBody).toContain('Guten Tag Käthe Paulus,');
  });

  test('of a customer without an address is queued as well, and fails when it is to be sent', async () => {
    const ownerId = randomUUIDv7();
    await service.publish(InvoiceSentSchema, { invoice: testInvoice({ customer: { name: 'Grace' } }) }, { ownerId });
    expect(await rowsOf(ownerId)).toMatchObject([{ recipient: '', state: 'QUEUED' }]);
  });

  test('without an owner or a known currency is kept for another try', async () => {
    const ownerId = randomUUIDv7();
    const events = [
      await service.publish(InvoiceSentSchema, { invoice: testInvoice() }),
      await service.publish(InvoiceSentSchema, { invoice: testInvoice({ currencyCode: 'XXX' }) }, { ownerId }),
    ];
    for (const { id } of events) {
      const parked = await service.db.execute(sql`select event_id from inbox_retries where event_id = ${id}`);
      expect(parked).toHaveLength(1);
    }
    expect(await rowsOf(ownerId)).toEqual([]);
  });
});

describe('QuoteSent', () => {
  test('queues one mail to the customer, however often it is delivered', async () => {
    const ownerId = randomUUIDv7();
    const quote = testQuote();
    const event = await service.publish(QuoteSentSchema, { quote }, { ownerId, requestId: 'request-8' });
    await service.publish(QuoteSentSchema, { quote }, { ...event });
    await service.db.execute(sql`delete from inbox where event_id = ${event.id}`);
    await service.publish(QuoteSentSchema, { quote }, { ...event });

    const [row, ...others] = await rowsOf(ownerId);
    expect(others).toEqual([]);
    expect(row).toMatchObject({
      id: event.id,
      invoiceId: null,
      quoteId: quote.id,
      kind: 'QUOTE_SENT',
      recipient: 'grace@hopper.example',
      senderName: 'Lovelace & Sons',
      replyTo: 'ada@lovelace.example',
      subject: 'Quote Q-00007 from Lovelace & Sons',
      requestId: 'request-8',
      state: 'QUEUED',
    });
    expect(row?.textBody).toContain('Here is quote Q-00007 from Lovelace & Sons. It is valid until 31 March 2026.');
    expect(row?.textBody).toContain('Total: 119.00 EUR');
  });

  test('is written in the language of the customer', async () => {
    const ownerId = randomUUIDv7();
    await service.publish(QuoteSentSchema, { quote: testQuote({ customer: german, expireDate: '' }) }, { ownerId });
    const [row] = await rowsOf(ownerId);
    expect(row?.subject).toBe('Angebot Q-00007 von Lovelace & Sons');
    expect(row?.textBody).toContain('Um es anzunehmen, antworten Sie bitte auf diese Nachricht.');
    expect(row?.textBody).not.toContain('Gültig bis');
  });

  test('without what it offers is kept for another try', async () => {
    const ownerId = randomUUIDv7();
    const { invoice: _, ...quote } = testQuote();
    const { id } = await service.publish(QuoteSentSchema, { quote }, { ownerId });
    expect(await service.db.execute(sql`select event_id from inbox_retries where event_id = ${id}`)).toHaveLength(1);
    expect(await rowsOf(ownerId)).toEqual([]);
  });
});

describe('ReminderDue', () => {
  const { lines: _, ...invoice } = testInvoice();

  test('queues one mail that counts the days of the zone of the user', async () => {
    const ownerId = randomUUIDv7();
    const reminder = { id: randomUUIDv7(), invoiceId: invoice.id };
    const time = new Date('2026-03-27T22:00:00Z'); // 9:00 on 28 March in Auckland
    const message = { reminder, invoice, timeZone: 'Pacific/Auckland' };
    const event = await service.publish(ReminderDueSchema, message, { ownerId, time });
    await service.publish(ReminderDueSchema, message, { ...event });
    const [row, ...others] = await rowsOf(ownerId);
    expect(others).toEqual([]);
    expect(row).toMatchObject({ kind: 'REMINDER', subject: 'Reminder: invoice 2026-0042 is due in 3 days' });
    expect(row?.textBody).toContain('is due in 3 days, on 31 March 2026. The amount due is 119.00 EUR.');
  });

  test('says how long an invoice is overdue', async () => {
    const ownerId = randomUUIDv7();
    const reminder = { id: randomUUIDv7(), invoiceId: invoice.id };
    const message = { reminder, invoice: { ...invoice, customer: german }, timeZone: 'Europe/Vienna' };
    await service.publish(ReminderDueSchema, message, { ownerId, time: new Date('2026-04-07T07:00:00Z') });
    expect(await rowsOf(ownerId)).toMatchObject([
      { subject: 'Erinnerung: Rechnung 2026-0042 ist seit 7 Tagen überfällig' },
    ]);
  });
});

describe('PaymentRecorded', () => {
  test('queues one mail that says what is left to pay', async () => {
    const ownerId = randomUUIDv7();
    const event = await service.publish(PaymentRecordedSchema, { invoice: testInvoice(), payment }, { ownerId });
    await service.publish(PaymentRecordedSchema, { invoice: testInvoice(), payment }, { ...event });
    const [row, ...others] = await rowsOf(ownerId);
    expect(others).toEqual([]);
    expect(row).toMatchObject({ kind: 'PAYMENT_RECEIVED', subject: 'Payment received for invoice 2026-0042' });
    expect(row?.textBody).toContain('your payment of 50.00 EUR for invoice 2026-0042 on 15 March 2026');
    expect(row?.textBody).toContain('What is left to pay is 69.00 EUR, due on 31 March 2026.');
  });

  test('gives thanks when the invoice is paid in full', async () => {
    const ownerId = randomUUIDv7();
    const invoice = testInvoice({ state: Invoice_State.PAID, dueMinor: 0n });
    await service.publish(
      PaymentRecordedSchema,
      { invoice, payment: { ...payment, invoiceDueMinor: 0n } },
      { ownerId },
    );
    expect((await rowsOf(ownerId))[0]?.textBody).toContain('The invoice is now paid in full.');
  });
});

const SENT = timestampFromDate(new Date('2026-03-01T10:00:00Z'));
const creditNote = {
  number: 'CN-00001',
  invoiceNumber: '2026-0042',
  currencyCode: 'EUR',
  issueDate: '2026-03-20',
  reason: 'Returned',
  totalMinor: 2_000n,
  payableMinor: 2_000n,
  appliedMinor: 2_000n,
  customer: { name: 'Grace', email: 'grace@example.com' },
};

describe('CreditNoteIssued', () => {
  test('queues one mail to who got the invoice', async () => {
    const ownerId = randomUUIDv7();
    const message = { invoice: { ...testInvoice(), sendTime: SENT }, creditNote };
    const event = await service.publish(CreditNoteIssuedSchema, message, { ownerId });
    await service.publish(CreditNoteIssuedSchema, message, { ...event });
    const [row, ...others] = await rowsOf(ownerId);
    expect(others).toEqual([]);
    expect(row).toMatchObject({
      kind: 'CREDIT_NOTE_ISSUED',
      subject: 'Credit note CN-00001 for invoice 2026-0042',
      state: 'QUEUED',
    });
    expect(row?.textBody).toContain('20.00 EUR of it reduces what is to be paid on the invoice.');
  });

  test('queues none when the invoice was never mailed', async () => {
    const ownerId = randomUUIDv7();
    await service.publish(
      CreditNoteIssuedSchema,
      { invoice: { ...testInvoice(), sendTime: undefined }, creditNote },
      { ownerId },
    );
    expect(await rowsOf(ownerId)).toEqual([]);
  });
});

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
    return (await rowsOf(ownerId)).filter(({ kind }) => kind === 'REMINDER').map((row) => row.withdrawReason);
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
    expect(await rowsOf(ownerId)).toHaveLength(2);
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
    await service.publish(CreditNoteIssuedSchema, { invoice: paid, creditNote }, { ownerId });
    expect(await reasonsOf(ownerId)).toContain('Nothing was due any more before the mail could be sent.');
  });

  test.each([
    ['voided', InvoiceVoidedSchema],
    ['given up on', InvoiceMarkedUncollectibleSchema],
  ] as const)('are withdrawn when the invoice is %s, and no mail is queued', async (word, desc) => {
    const { ownerId, invoice } = await queueReminders();
    await service.publish(desc, { invoice }, { ownerId });
    expect(await reasonsOf(ownerId)).toEqual([expect.stringContaining(word), '']);
    expect(await rowsOf(ownerId)).toHaveLength(2);
  });

  test('are not withdrawn by an event about the invoice of somebody else', async () => {
    const { ownerId, invoice } = await queueReminders();
    await service.publish(InvoiceVoidedSchema, { invoice }, { ownerId: randomUUIDv7() });
    expect(await reasonsOf(ownerId)).toEqual(['', '']);
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
    expect((await rowsOf(ownerId)).map(({ withdrawReason }) => withdrawReason)).toEqual(['', '']);
    await service.publish(desc, { quote }, { ownerId });
    expect((await rowsOf(ownerId)).map(({ withdrawReason }) => withdrawReason)).toEqual([
      `The quote was ${word} before the mail could be sent.`,
      '',
    ]);
  });

  test('waits until the last day of the user on which the quote can be accepted, and follows when that moves', async () => {
    const { ownerId, quote } = await queueQuotes();
    const expireTimes = async () => (await rowsOf(ownerId)).map(({ expireTime }) => expireTime?.toISOString());
    expect(await expireTimes()).toEqual(['2026-03-31T15:00:00.000Z', '2026-03-31T15:00:00.000Z']);
    const extend = (expireDate: string) =>
      service.publish(QuoteUpdatedSchema, { quote: { ...quote, expireDate }, timeZone: 'UTC' }, { ownerId });
    await extend('2026-04-30');
    expect(await expireTimes()).toEqual(['2026-05-01T00:00:00.000Z', '2026-03-31T15:00:00.000Z']);
    await extend('');
    expect(await expireTimes()).toEqual([undefined, '2026-03-31T15:00:00.000Z']);
  });
});

describe('UserDeleted', () => {
  test('erases what mails hold of people, drops those in the queue, and refuses those to come', async () => {
    const [ownerId, otherId] = [randomUUIDv7(), randomUUIDv7()];
    for (const owner of [ownerId, ownerId, otherId]) {
      await service.publish(InvoiceSentSchema, { invoice: testInvoice() }, { ownerId: owner });
    }
    const [sent] = await rowsOf(ownerId);
    await service.db.execute(sql`
      update notifications set state = 'SENT', send_time = now(), next_attempt_time = null where id = ${sent?.id}`);

    const deletion = await service.publish(UserDeletedSchema, { userId: ownerId }, { ownerId });
    await service.publish(UserDeletedSchema, { userId: ownerId }, { ...deletion });
    await service.publish(InvoiceSentSchema, { invoice: testInvoice() }, { ownerId });
    await erase();

    const kept = await rowsOf(ownerId);
    expect(kept).toMatchObject([
      {
        id: sent?.id,
        state: 'SENT',
        recipient: '',
        senderName: '',
        replyTo: '',
        subject: '',
        textBody: '',
        htmlBody: '',
        error: '',
      },
    ]);
    expect(kept).toHaveLength(1);
    expect(await rowsOf(otherId)).toMatchObject([{ recipient: 'grace@hopper.example' }]);
  });

  test('erases step by step, however much there is', async () => {
    const ownerId = randomUUIDv7();
    for (let count = 0; count < 6; count++) {
      await service.publish(InvoiceSentSchema, { invoice: testInvoice() }, { ownerId });
    }
    await service.db.execute(sql`
      update notifications set state = 'SENT', send_time = now(), next_attempt_time = null
      where id in (select id from notifications where owner_id = ${ownerId} limit 3)`);
    await service.db.insert(deletedOwners).values({ ownerId, deleteTime: new Date() });
    const eraseNext = prepareEraseMails(service.db, 2);
    const lefts: string[][] = [];
    do lefts.push((await rowsOf(ownerId)).filter(({ recipient }) => recipient !== '').map(({ state }) => state));
    while (await eraseNext());
    // Those in the queue go first.
    expect(lefts.map((left) => left.length)).toEqual([6, 4, 3, 1, 0, 0]);
    expect(lefts[2]).toEqual(['SENT', 'SENT', 'SENT']);
    expect(await rowsOf(ownerId)).toHaveLength(3);
  });

  test('misses no mail that is queued at the same moment', async () => {
    const owners = Array.from({ length: 20 }, () => randomUUIDv7());
    await Promise.all(
      owners.flatMap((ownerId) => [
        service.publish(InvoiceSentSchema, { invoice: testInvoice() }, { ownerId }),
        service.publish(UserDeletedSchema, { userId: ownerId }, { ownerId }),
        service.publish(InvoiceSentSchema, { invoice: testInvoice() }, { ownerId }),
      ]),
    );
    await erase();
    for (const ownerId of owners) expect(await rowsOf(ownerId)).toEqual([]);
  });
});
