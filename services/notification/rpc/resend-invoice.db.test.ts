import { randomUUIDv7 } from 'node:crypto';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { Code } from '@connectrpc/connect';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  InvoiceSentSchema,
  InvoiceVoidedSchema,
  PaymentRecordedSchema,
} from '../../../gen/numer/invoice/v1/invoice_events_pb.ts';
import { Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { MailSettingsService } from '../../../gen/numer/notification/v1/mail_settings_service_pb.ts';
import {
  Notification_Kind,
  Notification_Role,
  Notification_State,
} from '../../../gen/numer/notification/v1/notification_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { testUser } from '../../../runtime/testing/start-test-service.ts';
import { recordReport } from '../record-report.ts';
import { documentResends } from '../store/schema.ts';
import { put } from '../testing/start-printer.ts';
import { type Resender, startResender } from '../testing/start-resender.ts';
import { testInvoice } from '../testing/test-invoice.ts';

const HOUR_MS = 3_600_000;

let service: Resender;
beforeAll(async () => {
  service = await startResender();
});
afterAll(() => service.stop());

type InvoiceFields = Parameters<typeof testInvoice>[0];

const sendTime = timestampFromDate(new Date('2026-03-01T12:00:00Z'));

/** An invoice that was sent, of a user of its own, whose customer has now moved to another address. */
function newCase(fields: InvoiceFields = {}) {
  const user = testUser('Europe/Berlin');
  const address = `${randomUUIDv7()}@new.example`;
  const customerId = put(service.shelf.customers, { name: 'Grace Hopper', email: address });
  const content = testInvoice({ etag: '"2-2026-03-01"', sendTime, customerId, ...fields });
  const invoiceId = put(service.shelf.invoices, content);
  const invoice = { ...content, id: invoiceId };
  const envelope = { ownerId: user.userId };
  return {
    user,
    address,
    invoiceId,
    /** Sends it for the first time. */
    send: () => service.publish(InvoiceSentSchema, { invoice }, envelope),
    resend: (request: { recipient?: string; message?: string } = {}, headers = {}) =>
      service.mails(user, headers).resendInvoice({ invoiceId, ...request }),
    cancel: () => {
      const voided = { ...invoice, state: Invoice_State.VOID, etag: '"3-2026-03-02"' };
      return service.publish(InvoiceVoidedSchema, { invoice: voided, timeZone: 'UTC' }, envelope);
    },
    pay: () => {
      const paid = { ...invoice, state: Invoice_State.PAID, dueMinor: 0n, etag: '"3-2026-03-02"' };
      const payment = { id: randomUUIDv7(), amountMinor: 11_900n, currencyCode: 'EUR', paymentDate: '2026-03-02' };
      return service.publish(PaymentRecordedSchema, { invoice: paid, payment, timeZone: 'UTC' }, envelope);
    },
    /** The states of its mails, by recipient and kind. */
    mails: async () =>
      (await service.rowsOf(user.userId))
        .map(({ kind, recipient, state }) => `${recipient === address ? 'new' : recipient} ${kind} ${state}`)
        .toSorted(),
  };
}

describe('ResendInvoice', () => {
  test('mails the invoice to the address that the customer has now, in the words that were asked for', async () => {
    const { resend, address, invoiceId, user } = newCase();
    const { notification } = await resend({ message: 'Dear Grace,\nas promised <b>once more</b>.' });
    expect(notification).toMatchObject({
      kind: Notification_Kind.INVOICE_SENT,
      invoiceId,
      recipient: address,
      subject: 'Invoice 2026-0042 from Lovelace & Sons',
      state: Notification_State.QUEUED,
      attempts: 0,
      creditNoteId: '',
    });
    const notificationId = notification?.id ?? '';
    const read = await service.mails(user).getNotification({ notificationId });
    expect(read.notification).toEqual(notification);
    await service.work();
    const [mail, ...others] = service.mailsTo(address);
    expect(others).toEqual([]);
    expect(mail?.mail.text).toMatch(
      /^Hello Grace Hopper,\n\nDear Grace,\nas promised <b>once more<\/b>\.\n\nHere is invoice 2026-0042.*\n\n[^\n]+:\nhttps:\/\/billing\.example\//,
    );
    expect(mail?.mail.html).toContain('<p>Dear Grace,<br>as promised &lt;b&gt;once more&lt;/b&gt;.</p>');
    expect(mail?.mail.attachments).toEqual([]);
  });

  test('mails copies to whoever the customer has them sent to now, and the blind one, as the first time', async () => {
    const ccEmails = [`it-${randomUUIDv7()}@new.example`, `cfo-${randomUUIDv7()}@new.example`];
    const email = `${randomUUIDv7()}@new.example`;
    const customerId = put(service.shelf.customers, { name: 'Grace Hopper', email, ccEmails });
    const { user, resend } = newCase({ customerId });
    const bccEmail = `${randomUUIDv7()}@lovelace.example`;
    const settings = service.client(MailSettingsService, user);
    await settings.updateMailSettings({ settings: { bccEmail }, updateMask: { paths: ['bcc_email'] } });
    const headers = { 'idempotency-key': randomUUIDv7() };
    const { notification } = await resend({}, headers);
    expect(notification?.copies).toMatchObject([
      ...ccEmails.map((recipient) => ({ recipient, role: Notification_Role.CC, state: Notification_State.QUEUED })),
      { recipient: bccEmail, role: Notification_Role.BCC, state: Notification_State.QUEUED },
    ]);
    const notificationId = notification?.id ?? '';
    expect((await service.mails(user).getNotification({ notificationId })).notification).toEqual(notification);
    expect((await resend({}, headers)).notification).toEqual(notification);
    await service.work();
    for (const address of [email, ...ccEmails, bccEmail]) {
      expect(service.mailsTo(address)).toMatchObject([
        { mail: { to: [{ address: email }], cc: ccEmails.map((cc) => ({ address: cc })) } },
      ]);
    }
    const [event, ...others] = await service.eventsOf(notificationId);
    expect(event).toMatchObject({ topic: 'document.resent' });
    expect(event?.json).toMatchObject({
      changes: [
        { field: 'kind' },
        { field: 'invoiceId' },
        { field: 'recipient' },
        { field: 'ccEmails' },
        { field: 'bccEmail' },
      ],
    });
    expect(JSON.stringify(event?.json)).not.toContain('@');
    expect(others).toMatchObject([{ topic: 'notification.sent' }]);
  });

  test('mails copies as the invoice has them when the customer has no address now', async () => {
    const { resend } = newCase({
      customerId: put(service.shelf.customers, { name: 'Grace Hopper', email: '' }),
      customer: { name: 'Grace Hopper', email: 'grace@hopper.example', ccEmails: ['cfo@hopper.example'] },
    });
    const { notification } = await resend();
    expect(notification).toMatchObject({
      recipient: 'grace@hopper.example',
      copies: [{ recipient: 'cfo@hopper.example' }],
    });
  });

  test('mails it to whoever is named alone', async () => {
    const email = `${randomUUIDv7()}@new.example`;
    const customerId = put(service.shelf.customers, { name: 'Grace Hopper', email, ccEmails: ['cfo@new.example'] });
    const { user, resend } = newCase({ customerId });
    const settings = { bccEmail: 'ada@lovelace.example' };
    const settled = service.client(MailSettingsService, user);
    await settled.updateMailSettings({ settings, updateMask: { paths: ['bcc_email'] } });
    for (const recipient of ['books@hopper.example', email]) {
      expect((await resend({ recipient })).notification).toMatchObject({ recipient, copies: [] });
    }
    expect(await service.rowsOf(user.userId)).toHaveLength(2);
  });

  test('mails it to the address of the invoice when the customer has none now, or is deleted', async () => {
    const customerId = put(service.shelf.customers, { name: 'Grace Hopper', email: '' });
    for (const id of [customerId, randomUUIDv7()]) {
      expect((await newCase({ customerId: id }).resend()).notification?.recipient).toBe('grace@hopper.example');
    }
    const customer = { name: 'Grace Hopper', email: '' };
    expect(await refusalOf(newCase({ customerId, customer }).resend())).toMatchObject({
      code: Code.FailedPrecondition,
      reason: 'CUSTOMER_WITHOUT_EMAIL',
    });
    const { notification } = await newCase({ customerId, customer }).resend({ recipient: 'books@example.com' });
    expect(notification?.recipient).toBe('books@example.com');
  });

  test('says what is still to be paid, in the language of the customer', async () => {
    const customer = { name: 'Grace Hopper', locale: 'de' };
    const { resend, address } = newCase({ state: Invoice_State.PAID, paidMinor: 11_900n, dueMinor: 0n, customer });
    await resend({ message: 'Zu Ihren Akten.' });
    await service.work();
    const text = service.mailsTo(address)[0]?.mail.text ?? '';
    expect(text).toContain('Zu Ihren Akten.\n');
    expect(text).toContain('Bezahlt: -119,00 EUR\n');
    expect(text).not.toContain('Bitte zahlen');
  });

  test('has the PDF with it where the settings say so', async () => {
    const { resend, address, user } = newCase();
    await service
      .client(MailSettingsService, user)
      .updateMailSettings({ settings: { attachPdf: true }, updateMask: { paths: ['attach_pdf'] } });
    await resend();
    await service.work();
    expect(service.mailsTo(address)[0]?.mail.attachments.map(({ filename }) => filename)).toEqual([
      'Invoice 2026-0042.pdf',
    ]);
  });

  test('is told by one event, without the address and the words', async () => {
    const { resend, invoiceId, user } = newCase();
    const { notification } = await resend({ recipient: 'books@example.com', message: 'For your books.' });
    const [event, ...others] = await service.eventsOf(notification?.id ?? '');
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      topic: 'document.resent',
      ownerId: user.userId,
      actor: user.actor,
    });
    expect(JSON.stringify(event, (_, value) => (typeof value === 'bigint' ? String(value) : value))).not.toMatch(
      /books/i,
    );
    expect(event?.message).toMatchObject({
      notification: { id: notification?.id, invoiceId, recipient: '', subject: '' },
      changes: [
        { field: 'kind', newValue: 'INVOICE_SENT' },
        { field: 'invoiceId', newValue: invoiceId },
        { field: 'recipient' },
        { field: 'message' },
      ],
    });
  });

  test.each([
    ['a draft', { state: Invoice_State.DRAFT, sendTime: undefined }, 'NOT_SENT'],
    ['one that was only finalized', { sendTime: undefined }, 'NOT_SENT'],
    ['one that is void', { state: Invoice_State.VOID }, 'VOIDED'],
  ] as const)('refuses %s', async (_, fields, cause) => {
    const { resend, mails } = newCase(fields);
    expect(await refusalOf(resend())).toMatchObject({
      code: Code.FailedPrecondition,
      reason: 'INVOICE_STATE',
      metadata: { action: 'RESEND', cause },
    });
    expect(await mails()).toEqual([]);
  });

  test('refuses addresses and words that cannot be mailed', async () => {
    const { resend, mails } = newCase();
    const recipients = [
      'x',
      'a@b.example, c@d.example',
      'a@b.example\r\nBcc: c@d.example',
      `${'a'.repeat(250)}@b.example`,
    ];
    for (const recipient of recipients) {
      expect((await refusalOf(resend({ recipient }))).fields).toEqual(['recipient']);
    }
    for (const message of ['a\u0000b', '\u001b[31m', 'a\u0085b', 'a'.repeat(2001)]) {
      expect((await refusalOf(resend({ message }))).fields).toContain('message');
    }
    expect(await mails()).toEqual([]);
    await resend({ message: `\t\r\n${'é'.repeat(1990)}` });
  });

  test('nobody mails what they have no right to', async () => {
    const invoiceId = randomUUIDv7();
    expect(await refusalOf(service.mails().resendInvoice({ invoiceId }))).toMatchObject({
      code: Code.NotFound,
      reason: 'INVOICE_NOT_FOUND',
    });
    expect((await refusalOf(service.nobody.resendInvoice({ invoiceId }))).reason).toBe('UNAUTHENTICATED');
    const readOnly = { ...testUser(), canWrite: false };
    const { invoiceId: own } = newCase();
    expect((await refusalOf(service.mails(readOnly).resendInvoice({ invoiceId: own }))).reason).toBe(
      'PERMISSION_DENIED',
    );
    expect((await refusalOf(service.mails().resendInvoice({ invoiceId: 'x' }))).fields).toEqual(['invoice_id']);
  });

  test('retried with the same key, also at the same moment, queues one mail', async () => {
    const { resend, mails } = newCase();
    const headers = { 'idempotency-key': 'again' };
    const answers = await Promise.allSettled(Array.from({ length: 4 }, () => resend({}, headers)));
    const last = await resend({}, headers);
    for (const answer of answers) if (answer.status === 'fulfilled') expect(answer.value).toEqual(last);
    expect(await mails()).toEqual(['new INVOICE_SENT QUEUED']);
    expect(await service.eventsOf(last.notification?.id ?? '')).toHaveLength(1);
    expect((await refusalOf(resend({ message: 'Other words' }, headers))).reason).toBe('IDEMPOTENCY_KEY_REUSED');
  });
});

describe('an invoice', () => {
  beforeAll(() => service.begin());

  test('is mailed again five times within a day, however many ask at once, and again once the first is a day old', async () => {
    const { resend, mails } = newCase();
    await resend();
    service.clock.advance(HOUR_MS);
    const asked = await Promise.allSettled(Array.from({ length: 12 }, () => resend()));
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(4);
    expect(await mails()).toHaveLength(5);
    expect(await refusalOf(resend())).toMatchObject({
      code: Code.ResourceExhausted,
      reason: 'RATE_LIMITED',
      metadata: { retryAfterSeconds: String(23 * 3600) },
    });
    await newCase().resend(); // another invoice has no part in it
    service.clock.advance(23 * HOUR_MS);
    await resend();
    expect(await refusalOf(resend())).toMatchObject({ metadata: { retryAfterSeconds: '3600' } });
    expect(await mails()).toHaveLength(6);
  });

  test('that was mailed again long ago leaves no trace of it but the mail', async () => {
    const { resend } = newCase();
    await resend();
    service.clock.advance(31 * 24 * HOUR_MS);
    await service.prune();
    expect(await service.db.select().from(documentResends)).toEqual([]);
  });

  test('whose first mail bounced reaches the new address', async () => {
    const { send, resend, mails } = newCase();
    const { id } = await send();
    await service.work();
    const report = `To: bounces+${id}@x.example\nContent-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\nAction: failed\n\n--b--\n`;
    await recordReport(service.db, Buffer.from(report), service.clock.now());
    await resend();
    await service.work();
    expect(await mails()).toEqual(['grace@hopper.example INVOICE_SENT BOUNCED', 'new INVOICE_SENT SENT']);
  });

  test('that is voided before the mail leaves is not mailed again, whichever is known first', async () => {
    for (const isVoidedFirst of [true, false]) {
      const { send, resend, cancel, mails } = newCase();
      await send();
      await service.work();
      // It was open when the call read it.
      const steps = [cancel, resend];
      for (const step of isVoidedFirst ? steps : steps.toReversed()) await step();
      await service.work();
      expect(await mails()).toEqual([
        'grace@hopper.example INVOICE_SENT SENT',
        'grace@hopper.example INVOICE_VOIDED SENT',
        'new INVOICE_SENT FAILED',
      ]);
    }
  });

  test('that is voided afterwards is taken back from everybody who was mailed, each once', async () => {
    const { send, resend, cancel, mails, address } = newCase();
    await send();
    await resend();
    await resend({ recipient: address.toUpperCase() });
    await resend({ recipient: 'books@example.com' });
    await service.work();
    await cancel();
    await service.work();
    await service.work();
    const voided = (await mails()).filter((mail) => mail.includes('INVOICE_VOIDED'));
    expect(voided).toEqual(
      [address.toUpperCase(), 'books@example.com', 'grace@hopper.example'].map((to) => `${to} INVOICE_VOIDED SENT`),
    );
  });

  test('that is voided is taken back from a wrong address without naming who got copies at the right one', async () => {
    const address = (name: string) => `${name}-${randomUUIDv7()}@hopper.example`;
    const [wrong, it, right, cfo, boss] = [
      address('typo'),
      address('it'),
      address('grace'),
      address('cfo'),
      address('boss'),
    ];
    const { user, send, resend, cancel } = newCase({
      customerId: put(service.shelf.customers, { name: 'Grace Hopper', email: right, ccEmails: [cfo, boss] }),
      customer: { name: 'Grace Hopper', email: wrong, ccEmails: [it] },
    });
    await service
      .client(MailSettingsService, user)
      .updateMailSettings({ settings: { bccEmail: boss }, updateMask: { paths: ['bcc_email'] } });
    await send();
    await resend();
    await service.work();
    await cancel();
    await service.work();
    await service.work();
    for (const recipient of [wrong, it, boss]) {
      expect(service.mailsTo(recipient).at(-1)?.mail).toMatchObject({
        subject: expect.stringContaining('cancelled'),
        to: [{ address: wrong }],
        cc: [{ address: it }],
      });
    }
    for (const recipient of [right, cfo]) {
      const told = service.mailsTo(recipient).at(-1)?.mail;
      expect(told).toMatchObject({ subject: expect.stringContaining('cancelled'), to: [{ address: recipient }] });
      expect(told?.cc ?? []).toEqual([]);
    }
  });

  test('that is voided while a mail of it is under way is taken back from its recipient once that has left', async () => {
    const { send, resend, cancel, mails } = newCase();
    await send();
    await service.work();
    const { notification } = await resend({ recipient: 'books@example.com' });
    const leave = await service.claim();
    await cancel();
    await service.work();
    const first = 'grace@hopper.example INVOICE_SENT SENT';
    const told = 'grace@hopper.example INVOICE_VOIDED SENT';
    expect(await mails()).toEqual(['books@example.com INVOICE_SENT QUEUED', first, told]);
    await leave(notification?.id ?? '');
    service.clock.advance(HOUR_MS);
    await service.work();
    const books = ['books@example.com INVOICE_SENT SENT', 'books@example.com INVOICE_VOIDED SENT'];
    expect(await mails()).toEqual([...books, first, told]);
  });

  test('that is paid before the mail leaves is mailed all the same, as at the first time', async () => {
    const { resend, pay, mails } = newCase();
    await resend();
    await pay();
    await service.work();
    expect(await mails()).toEqual(['grace@hopper.example PAYMENT_RECEIVED SENT', 'new INVOICE_SENT SENT']);
  });
});

describe('invoices of an account', () => {
  /** An account that mailed this many of its documents again elsewhere, half an hour ago. */
  async function newAccount(elsewhere: number) {
    const user = testUser('Europe/Berlin');
    const { userId: ownerId } = user;
    const time = new Date(service.clock.now().getTime() - HOUR_MS / 2);
    const resendTimes = Array.from({ length: elsewhere }, () => time);
    await service.db.insert(documentResends).values({ ownerId, documentId: ownerId, resendTimes, updateTime: time });
    const customerId = put(service.shelf.customers, { name: 'Grace', email: 'grace@hopper.example' });
    const newInvoice = () => put(service.shelf.invoices, testInvoice({ etag: '"2"', sendTime, customerId }));
    const resend = (invoiceId: string, recipient = '') => service.mails(user).resendInvoice({ invoiceId, recipient });
    const counted = async (documentId: string = ownerId) =>
      (await service.db.select().from(documentResends).where(eq(documentResends.documentId, documentId)))[0]
        ?.resendTimes.length ?? 0;
    return { customerId, newInvoice, resend, counted };
  }

  test('go to other addresses than they have a hundred times within a day, however many ask at once', async () => {
    const { newInvoice, resend, counted } = await newAccount(97);
    const invoiceIds = Array.from({ length: 8 }, newInvoice);
    const asked = await Promise.allSettled(invoiceIds.map((id, index) => resend(id, `${index}@books.example`)));
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
    expect(await counted()).toBe(100);
    expect((await Promise.all(invoiceIds.map((id) => counted(id)))).toSorted()).toEqual([0, 0, 0, 0, 0, 1, 1, 1]);
    const invoiceId = newInvoice();
    expect(await refusalOf(resend(invoiceId, 'a@books.example'))).toMatchObject({
      reason: 'RATE_LIMITED',
      message: '100 documents were sent again to addresses other than their own within 24 hours; try again later.',
      metadata: { retryAfterSeconds: String(23.5 * 3600) },
    });
    await resend(invoiceId);
    await resend(invoiceId, 'Grace@Hopper.example');
    expect([await counted(), await counted(invoiceId)]).toEqual([100, 2]);
    service.clock.advance(23.5 * HOUR_MS);
    await resend(invoiceId, 'a@books.example');
    expect(await counted()).toBe(4);
  });

  test('count where their customers have another address by now', async () => {
    const { customerId, newInvoice, resend, counted } = await newAccount(100);
    const customer = service.shelf.customers.get(customerId);
    if (customer !== undefined) customer.email = 'grace@moved.example';
    expect((await refusalOf(resend(newInvoice()))).reason).toBe('RATE_LIMITED');
    expect(await counted()).toBe(100);
  });

  test('count where a copy goes to an address that they do not have', async () => {
    const { customerId, newInvoice, resend, counted } = await newAccount(100);
    const customer = service.shelf.customers.get(customerId);
    if (customer !== undefined) customer.ccEmails = ['a@books.example'];
    expect((await refusalOf(resend(newInvoice()))).reason).toBe('RATE_LIMITED');
    expect(await counted()).toBe(100);
  });

  test('do not count for the account while they themselves were mailed again too often', async () => {
    const { newInvoice, resend, counted } = await newAccount(10);
    const invoiceId = newInvoice();
    for (let times = 0; times < 5; times++) await resend(invoiceId, 'a@books.example');
    for (let times = 0; times < 3; times++) {
      const refusal = await refusalOf(resend(invoiceId, 'a@books.example'));
      expect(refusal.message).toBe('This document was sent again 5 times within 24 hours; try again later.');
    }
    expect(await counted()).toBe(15);
  });
});
