import { randomUUIDv7 } from 'node:crypto';
import { Code } from '@connectrpc/connect';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CreditNoteIssuedSchema } from '../../../gen/numer/invoice/v1/credit_note_events_pb.ts';
import { InvoiceSentSchema, PaymentRecordedSchema } from '../../../gen/numer/invoice/v1/invoice_events_pb.ts';
import { QuoteSentSchema } from '../../../gen/numer/invoice/v1/quote_events_pb.ts';
import { MailSettingsService } from '../../../gen/numer/notification/v1/mail_settings_service_pb.ts';
import { ReminderDueSchema } from '../../../gen/numer/reminder/v1/reminder_events_pb.ts';
import { outbox } from '../../../runtime/events/outbox.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { type TestService, testUser } from '../../../runtime/testing/start-test-service.ts';
import { readWrittenEvents } from '../../../runtime/testing/written-events.ts';
import { notificationService } from '../service.ts';
import { startPrinter } from '../testing/start-printer.ts';
import { type QueueTestService, startQueue } from '../testing/start-queue.ts';
import { testCreditNote } from '../testing/test-credit-note.ts';
import { testInvoice } from '../testing/test-invoice.ts';
import { testQuote } from '../testing/test-quote.ts';

let service: QueueTestService;
/** A service whose events stay in its outbox. */
let quiet: TestService;
beforeAll(async () => {
  [service, quiet] = await Promise.all([startQueue(), startPrinter()]);
});
afterAll(async () => {
  await Promise.all([service.stop(), quiet.stop()]);
});

type User = ReturnType<typeof testUser>;

function change(user: User, attachPdf: boolean, headers: Record<string, string> = {}, at: TestService = service) {
  return at
    .client(MailSettingsService, user, headers)
    .updateMailSettings({ settings: { attachPdf }, updateMask: { paths: ['attach_pdf'] } });
}

/** The titles of the documents that go with the mails of a user, by kind. */
async function attachedTo(user: User) {
  const rows = await service.rowsOf(user.userId);
  return rows.map(({ kind, printed }) => [kind, printed?.title]);
}

test('decides whether documents go with the mails that are about them, from the next one on', async () => {
  const user = testUser();
  const envelope = { ownerId: user.userId };
  const invoice = testInvoice();
  await service.publish(InvoiceSentSchema, { invoice }, envelope);
  expect((await change(user, true)).settings).toMatchObject({ attachPdf: true, etag: '"1"' });
  await service.publish(InvoiceSentSchema, { invoice }, envelope);
  await service.publish(QuoteSentSchema, { quote: testQuote() }, envelope);
  await service.publish(ReminderDueSchema, { invoice, reminder: { id: randomUUIDv7() } }, envelope);
  const sendTime = invoice.createTime;
  await service.publish(
    CreditNoteIssuedSchema,
    { invoice: { ...invoice, ...(sendTime && { sendTime }) }, creditNote: { ...testCreditNote(), id: randomUUIDv7() } },
    envelope,
  );
  const payment = {
    id: randomUUIDv7(),
    amountMinor: 5_000n,
    currencyCode: 'EUR',
    paymentDate: '2026-03-15',
    invoiceDueMinor: 6_900n,
  };
  await service.publish(PaymentRecordedSchema, { invoice, payment }, envelope);
  await change(user, false);
  await service.publish(InvoiceSentSchema, { invoice }, envelope);
  expect(await attachedTo(user)).toEqual([
    ['INVOICE_SENT', undefined],
    ['INVOICE_SENT', 'Invoice 2026-0042'],
    ['QUOTE_SENT', 'Quote Q-00007'],
    ['REMINDER', 'Invoice 2026-0042'],
    ['CREDIT_NOTE_ISSUED', 'Credit note CN-00001'],
    ['PAYMENT_RECEIVED', undefined],
    ['INVOICE_SENT', undefined],
  ]);
});

test('is about the mails of the user alone', async () => {
  const [user, other] = [testUser(), testUser()];
  await change(user, true);
  await service.publish(InvoiceSentSchema, { invoice: testInvoice() }, { ownerId: other.userId });
  expect(await attachedTo(other)).toEqual([['INVOICE_SENT', undefined]]);
});

test('tells of the change, and of nothing when nothing changed', async () => {
  const user = testUser();
  for (const attachPdf of [false, true, true]) await change(user, attachPdf, {}, quiet);
  const events = await readWrittenEvents(quiet.db, notificationService.events, eq(outbox.subject, user.userId));
  expect(events).toMatchObject([
    {
      topic: 'mail-settings.updated',
      json: { changes: [{ field: 'attachPdf', oldValue: 'false', newValue: 'true' }] },
    },
  ]);
});

test('keeps who gets blind copies apart from the rest, and tells of a change without the address', async () => {
  const user = testUser();
  const client = quiet.client(MailSettingsService, user);
  const bccEmail = 'Books@lovelace.example';
  await client.updateMailSettings({ settings: { bccEmail }, updateMask: { paths: ['bcc_email'] } });
  await change(user, true, {}, quiet);
  expect((await client.getMailSettings({})).settings).toMatchObject({ attachPdf: true, bccEmail, etag: '"2"' });
  await client.updateMailSettings({ updateMask: { paths: ['bcc_email'] } });
  expect((await client.getMailSettings({})).settings).toMatchObject({ attachPdf: true, bccEmail: '', etag: '"3"' });
  const events = await readWrittenEvents(quiet.db, notificationService.events, eq(outbox.subject, user.userId));
  expect(events.map(({ json }) => json)).toMatchObject([
    { changes: [{ field: 'bccEmail' }] },
    { changes: [{ field: 'attachPdf' }] },
    { changes: [{ field: 'bccEmail' }] },
  ]);
  expect(JSON.stringify(events.map(({ json }) => json))).not.toContain('@');
});

test('switches off what the holder of the account is told, and back on when it is cleared', async () => {
  const user = testUser();
  const client = quiet.client(MailSettingsService, user);
  const paths = ['account_notices'];
  for (const accountNotices of [true, false]) {
    const { settings } = await client.updateMailSettings({ settings: { accountNotices }, updateMask: { paths } });
    expect(settings).toMatchObject({ accountNotices });
  }
  expect((await change(user, true, {}, quiet)).settings).toMatchObject({ attachPdf: true, accountNotices: false });
  const cleared = await client.updateMailSettings({ updateMask: { paths } });
  expect(cleared.settings).toMatchObject({ attachPdf: true, accountNotices: true, etag: '"3"' });
  expect((await client.getMailSettings({})).settings).toEqual(cleared.settings);
  const events = await readWrittenEvents(quiet.db, notificationService.events, eq(outbox.subject, user.userId));
  expect(events.map(({ json }) => json)).toMatchObject([
    { changes: [{ field: 'accountNotices', oldValue: 'true', newValue: 'false' }] },
    { changes: [{ field: 'attachPdf' }] },
    { changes: [{ field: 'accountNotices', oldValue: 'false', newValue: 'true' }] },
  ]);
});

test('lets an API key change all but who gets blind copies, which would go on when the key is deleted', async () => {
  const user = testUser();
  const update = (client: { sessionId: string }, settings: { attachPdf?: boolean; bccEmail?: string }) =>
    quiet.client(MailSettingsService, { ...user, ...client }).updateMailSettings({
      settings,
      updateMask: { paths: Object.keys(settings).map((name) => (name === 'bccEmail' ? 'bcc_email' : 'attach_pdf')) },
    });
  const key = { sessionId: '' };
  expect((await update(key, { attachPdf: true })).settings).toMatchObject({ attachPdf: true });
  expect(await refusalOf(update(key, { bccEmail: 'thief@x.example' }))).toMatchObject({
    reason: 'PERMISSION_DENIED',
    message: 'An API key cannot change who gets blind copies; sign in to do so.',
  });
  await update(user, { bccEmail: 'books@x.example' });
  expect((await update(key, { attachPdf: false, bccEmail: 'books@x.example' })).settings?.attachPdf).toBe(false);
  expect((await refusalOf(update(key, { bccEmail: '' }))).reason).toBe('PERMISSION_DENIED');
});

test('refuses who cannot get blind copies', async () => {
  const client = service.client(MailSettingsService, testUser());
  for (const bccEmail of [
    'nobody',
    'a@x.example, b@x.example',
    'a@x.example\r\nTo: b@x.example',
    `${'a'.repeat(250)}@x.example`,
  ]) {
    const refused = client.updateMailSettings({ settings: { bccEmail }, updateMask: { paths: ['bcc_email'] } });
    expect(await refusalOf(refused)).toMatchObject({ code: Code.InvalidArgument, fields: ['settings.bcc_email'] });
  }
});

test('of changes at once none is lost, and a stale If-Match is refused', async () => {
  const user = testUser();
  await Promise.all([change(user, true), change(user, true), change(user, true)]);
  expect(await refusalOf(change(user, false, { 'if-match': '"0"' }))).toMatchObject({ reason: 'ETAG_MISMATCH' });
  expect((await change(user, false, { 'if-match': '"1"' })).settings?.etag).toBe('"2"');
});

test('answers a repetition with the same key as before', async () => {
  const user = testUser();
  const headers = { 'idempotency-key': 'settings-1' };
  const first = await change(user, true, headers);
  await change(user, false);
  expect(await change(user, true, headers)).toEqual(first);
});

test('refuses a field that does not exist, and a caller without credentials', async () => {
  const client = service.client(MailSettingsService, testUser());
  expect(await refusalOf(client.updateMailSettings({ updateMask: { paths: ['x'] } }))).toMatchObject({
    fields: ['update_mask'],
  });
  const anybody = service.client(MailSettingsService);
  expect(await refusalOf(anybody.updateMailSettings({ updateMask: { paths: [] } }))).toMatchObject({
    code: Code.Unauthenticated,
  });
});
