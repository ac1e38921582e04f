import { randomUUIDv7 } from 'node:crypto';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CreditNoteIssuedSchema } from '../../../gen/numer/invoice/v1/credit_note_events_pb.ts';
import { InvoiceSentSchema, PaymentRecordedSchema } from '../../../gen/numer/invoice/v1/invoice_events_pb.ts';
import { Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { PaymentReversedSchema } from '../../../gen/numer/invoice/v1/payment_events_pb.ts';
import { QuoteSentSchema } from '../../../gen/numer/invoice/v1/quote_events_pb.ts';
import { ReminderDueSchema } from '../../../gen/numer/reminder/v1/reminder_events_pb.ts';
import { type QueueTestService, startQueue } from '../testing/start-queue.ts';
import { testCreditNote } from '../testing/test-credit-note.ts';
import { testInvoice } from '../testing/test-invoice.ts';
import { testQuote } from '../testing/test-quote.ts';

let service: QueueTestService;
beforeAll(async () => {
  service = await startQueue();
});
afterAll(() => service.stop());

const german = { name: 'Käthe Paulus', email: 'kaethe@paulus.example', locale: 'de-AT' };
const payment = {
  id: randomUUIDv7(),
  amountMinor: 5_000n,
  currencyCode: 'EUR',
  paymentDate: '2026-03-15',
  invoiceDueMinor: 6_900n,
};

describe('InvoiceSent', () => {
  test('queues one mail to the customer, however often it is delivered', async () => {
    const ownerId = randomUUIDv7();
    const invoice = testInvoice();
    const event = await service.publish(InvoiceSentSchema, { invoice }, { ownerId, requestId: 'request-7' });
    await service.publish(InvoiceSentSchema, { invoice }, { ...event });

    const [row, ...others] = await service.rowsOf(ownerId);
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
    expect(await service.rowsOf(ownerId)).toHaveLength(1);
  });

  test('is written in the language of the customer', async () => {
    const ownerId = randomUUIDv7();
    await service.publish(InvoiceSentSchema, { invoice: testInvoice({ customer: german }) }, { ownerId });
    const [row] = await service.rowsOf(ownerId);
    expect(row?.subject).toBe('Rechnung 2026-0042 von Lovelace & Sons');
    expect(row?.textBody).toContain('Guten Tag Käthe Paulus,');
  });

  test('says what the seller says in words of their own', async () => {
    const ownerId = randomUUIDv7();
    const message = 'Thank you.\nSee you soon!';
    await service.publish(InvoiceSentSchema, { invoice: testInvoice(), message }, { ownerId });
    await service.publish(QuoteSentSchema, { quote: testQuote(), message }, { ownerId });
    const credited = { invoice: { ...testInvoice(), sendTime: SENT }, creditNote: testCreditNote() };
    await service.publish(CreditNoteIssuedSchema, { ...credited, message }, { ownerId });
    const rows = await service.rowsOf(ownerId);
    expect(rows.map(({ textBody }) => textBody.includes(`\n\n${message}\n\n`))).toEqual([true, true, true]);
    expect(rows.map(({ creditNoteId }) => creditNoteId)).toEqual([null, null, credited.creditNote.id]);
  });

  test('tells what was supplied when, by which order, what it replaces and where to pay', async () => {
    const ownerId = randomUUIDv7();
    const facts = {
      deliveryDate: '2026-02-27',
      periodStartDate: '2026-02-01',
      periodEndDate: '2026-02-28',
      buyerReference: 'Cost centre 12',
      purchaseOrderReference: 'PO-4711',
      revisesInvoiceNumber: '2026-0041',
    };
    const seller = { name: 'Lovelace & Sons', paymentAccount: { accountIdentifier: 'DE89370400440532013000' } };
    await service.publish(InvoiceSentSchema, { invoice: testInvoice({ ...facts, seller }) }, { ownerId });
    const [row] = await service.rowsOf(ownerId);
    for (const text of [
      'It replaces invoice 2026-0041,',
      'Date of supply: 27 February 2026\nInvoicing period: 1 February 2026 to 28 February 2026\n',
      'Your reference: Cost centre 12\nPurchase order: PO-4711\n',
      // The event names no account holder, so it is the seller.
      'Account holder: Lovelace & Sons\nIBAN: DE89 3704 0044 0532 0130 00\nPayment reference: 2026-0042\n',
    ]) {
      expect(row?.textBody).toContain(text);
    }
  });

  test('is answered to the address that it says to reach the seller at', async () => {
    const ownerId = randomUUIDv7();
    const seller = {
      name: 'Lovelace & Sons',
      email: 'ada@lovelace.example',
      contact: { email: 'ar@lovelace.example' },
    };
    await service.publish(InvoiceSentSchema, { invoice: testInvoice({ seller }) }, { ownerId });
    const [row] = await service.rowsOf(ownerId);
    expect(row?.replyTo).toBe('ar@lovelace.example');
    expect(row?.textBody).toContain('ar@lovelace.example');
    expect(row?.textBody).not.toContain('ada@lovelace.example');
  });

  test('of a customer without an address is queued as well, and fails when it is to be sent', async () => {
    const ownerId = randomUUIDv7();
    await service.publish(InvoiceSentSchema, { invoice: testInvoice({ customer: { name: 'Grace' } }) }, { ownerId });
    expect(await service.rowsOf(ownerId)).toMatchObject([{ recipient: '', state: 'QUEUED' }]);
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
    expect(await service.rowsOf(ownerId)).toEqual([]);
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

    const [row, ...others] = await service.rowsOf(ownerId);
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
    const [row] = await service.rowsOf(ownerId);
    expect(row?.subject).toBe('Angebot Q-00007 von Lovelace & Sons');
    expect(row?.textBody).toContain('Um es anzunehmen, antworten Sie bitte auf diese Nachricht.');
    expect(row?.textBody).not.toContain('Gültig bis');
  });

  test('without what it offers is kept for another try', async () => {
    const ownerId = randomUUIDv7();
    const { invoice: _, ...quote } = testQuote();
    const { id } = await service.publish(QuoteSentSchema, { quote }, { ownerId });
    expect(await service.db.execute(sql`select event_id from inbox_retries where event_id = ${id}`)).toHaveLength(1);
    expect(await service.rowsOf(ownerId)).toEqual([]);
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
    const [row, ...others] = await service.rowsOf(ownerId);
    expect(others).toEqual([]);
    expect(row).toMatchObject({ kind: 'REMINDER', subject: 'Reminder: invoice 2026-0042 is due in 3 days' });
    expect(row?.textBody).toContain('is due in 3 days, on 31 March 2026. The amount due is 119.00 EUR.');
  });

  test('says where to pay, as the invoice has it', async () => {
    const ownerId = randomUUIDv7();
    const seller = { name: 'Ada', paymentAccount: { accountName: 'Ada L.', accountIdentifier: '12345678' } };
    const reminder = { id: randomUUIDv7(), invoiceId: invoice.id };
    const message = { reminder, invoice: { ...invoice, seller, customer: german }, timeZone: 'UTC' };
    await service.publish(ReminderDueSchema, message, { ownerId, time: new Date('2026-03-27T22:00:00Z') });
    expect((await service.rowsOf(ownerId))[0]?.textBody).toContain(
      'Kontoinhaber: Ada L.\nKontonummer: 12345678\nVerwendungszweck: 2026-0042\n',
    );
  });

  test('queues a mail that goes out within half a day of when it was decided on, however long the event waited', async () => {
    const ownerId = randomUUIDv7();
    const reminder = { id: randomUUIDv7(), invoiceId: invoice.id };
    const time = new Date('2026-03-27T22:00:00Z');
    await service.publish(ReminderDueSchema, { reminder, invoice, timeZone: 'UTC' }, { ownerId, time });
    expect(await service.rowsOf(ownerId)).toMatchObject([{ expireTime: new Date('2026-03-28T10:00:00Z') }]);
  });

  test('says how long an invoice is overdue', async () => {
    const ownerId = randomUUIDv7();
    const reminder = { id: randomUUIDv7(), invoiceId: invoice.id };
    const message = { reminder, invoice: { ...invoice, customer: german }, timeZone: 'Europe/Vienna' };
    await service.publish(ReminderDueSchema, message, { ownerId, time: new Date('2026-04-07T07:00:00Z') });
    expect(await service.rowsOf(ownerId)).toMatchObject([
      { subject: 'Erinnerung: Rechnung 2026-0042 ist seit 7 Tagen überfällig' },
    ]);
  });
});

describe('PaymentRecorded', () => {
  test('queues one mail that says what is left to pay', async () => {
    const ownerId = randomUUIDv7();
    const event = await service.publish(PaymentRecordedSchema, { invoice: testInvoice(), payment }, { ownerId });
    await service.publish(PaymentRecordedSchema, { invoice: testInvoice(), payment }, { ...event });
    const [row, ...others] = await service.rowsOf(ownerId);
    expect(others).toEqual([]);
    expect(row).toMatchObject({ kind: 'PAYMENT_RECEIVED', subject: 'Payment received for invoice 2026-0042' });
    expect(row?.textBody).toContain('your payment of 50.00 EUR for invoice 2026-0042 on 15 March 2026');
    expect(row?.textBody).toContain('The remaining 69.00 EUR is due on 31 March 2026.');
  });

  test('gives thanks when the invoice is paid in full', async () => {
    const ownerId = randomUUIDv7();
    const invoice = testInvoice({ state: Invoice_State.PAID, dueMinor: 0n });
    await service.publish(
      PaymentRecordedSchema,
      { invoice, payment: { ...payment, invoiceDueMinor: 0n } },
      { ownerId },
    );
    expect((await service.rowsOf(ownerId))[0]?.textBody).toContain('The invoice is now paid in full.');
  });

  test.each([
    ['the day before it was recorded, there', '2026-03-15', []],
    ['the day on which it was recorded, there', '2026-03-16', ['PAYMENT_RECEIVED']],
  ])('of an invoice issued elsewhere is confirmed unless it is older: of %s', async (_, paymentDate, kinds) => {
    const ownerId = randomUUIDv7();
    const openTime = timestampFromDate(new Date('2026-03-15T12:00:00Z'));
    const invoice = testInvoice({ issuedElsewhere: true, openTime });
    const told = { invoice, payment: { ...payment, paymentDate }, timeZone: 'Pacific/Auckland' };
    await service.publish(PaymentRecordedSchema, told, { ownerId });
    expect((await service.rowsOf(ownerId)).map(({ kind }) => kind)).toEqual(kinds);
    await service.publish(PaymentReversedSchema, told, { ownerId });
    expect((await service.rowsOf(ownerId)).map(({ kind }) => kind)).toEqual(kinds);
  });

  test('that settles an invoice from before it was taken over keeps back its reminders', async () => {
    const ownerId = randomUUIDv7();
    const taken = { issuedElsewhere: true, openTime: timestampFromDate(new Date('2026-03-15T12:00:00Z')) };
    const invoice = testInvoice(taken);
    await service.publish(
      ReminderDueSchema,
      { reminder: { id: randomUUIDv7(), invoiceId: invoice.id }, invoice },
      { ownerId },
    );
    const settled = { ...invoice, state: Invoice_State.PAID, dueMinor: 0n };
    await service.publish(
      PaymentRecordedSchema,
      { invoice: settled, payment: { ...payment, paymentDate: '2026-03-01' } },
      { ownerId },
    );
    expect(await service.rowsOf(ownerId)).toMatchObject([
      { kind: 'REMINDER', withdrawReason: 'The invoice was paid before the mail could be sent.' },
    ]);
  });
});

const SENT = timestampFromDate(new Date('2026-03-01T10:00:00Z'));

describe('CreditNoteIssued', () => {
  test('queues one mail to who got the invoice', async () => {
    const ownerId = randomUUIDv7();
    const message = { invoice: { ...testInvoice(), sendTime: SENT }, creditNote: testCreditNote() };
    const event = await service.publish(CreditNoteIssuedSchema, message, { ownerId });
    await service.publish(CreditNoteIssuedSchema, message, { ...event });
    const [row, ...others] = await service.rowsOf(ownerId);
    expect(others).toEqual([]);
    expect(row).toMatchObject({
      kind: 'CREDIT_NOTE_ISSUED',
      subject: 'Credit note CN-00001 for invoice 2026-0042',
      state: 'QUEUED',
    });
    expect(row?.textBody).toContain('20.00 EUR of it reduces the amount due on the invoice.');
  });

  test('queues none when the invoice was never mailed', async () => {
    const ownerId = randomUUIDv7();
    await service.publish(
      CreditNoteIssuedSchema,
      { invoice: { ...testInvoice(), sendTime: undefined }, creditNote: testCreditNote() },
      { ownerId },
    );
    expect(await service.rowsOf(ownerId)).toEqual([]);
  });
});
