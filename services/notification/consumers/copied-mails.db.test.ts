import { randomUUIDv7 } from 'node:crypto';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CreditNoteIssuedSchema } from '../../../gen/numer/invoice/v1/credit_note_events_pb.ts';
import {
  InvoiceSentSchema,
  InvoiceVoidedSchema,
  PaymentRecordedSchema,
} from '../../../gen/numer/invoice/v1/invoice_events_pb.ts';
import { Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { PaymentReversedSchema } from '../../../gen/numer/invoice/v1/payment_events_pb.ts';
import { QuoteSentSchema } from '../../../gen/numer/invoice/v1/quote_events_pb.ts';
import { MailSettingsService } from '../../../gen/numer/notification/v1/mail_settings_service_pb.ts';
import { Notification_Role, Notification_State } from '../../../gen/numer/notification/v1/notification_pb.ts';
import { NotificationService } from '../../../gen/numer/notification/v1/notification_service_pb.ts';
import { ReminderDueSchema } from '../../../gen/numer/reminder/v1/reminder_events_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { type SmtpSink, startSmtpSink } from '../../../runtime/testing/smtp-sink.ts';
import { testUser } from '../../../runtime/testing/start-test-service.ts';
import { decideRetractions } from '../jobs/decide-retractions.ts';
import { prepareEraseMails } from '../store/erase-mails.ts';
import { deletedOwners } from '../store/schema.ts';
import { type Deliverer, startDeliverer } from '../testing/start-deliverer.ts';
import { type QueueTestService, startQueue } from '../testing/start-queue.ts';
import { testCreditNote } from '../testing/test-credit-note.ts';
import { testInvoice } from '../testing/test-invoice.ts';
import { testQuote } from '../testing/test-quote.ts';

const [GRACE, CFO, IT, SENT_BOX] = [
  'grace@hopper.example',
  'cfo@hopper.example',
  'it@hopper.example',
  'sent@lovelace.example',
];
const DAY_MS = 24 * 3_600_000;

let service: QueueTestService;
let sink: SmtpSink;
let deliverer: Deliverer;

beforeAll(async () => {
  service = await startQueue();
});
afterAll(() => service.stop());
beforeEach(async () => {
  sink = await startSmtpSink();
  deliverer = await startDeliverer(service, { SMTP_URL: sink.url, MAIL_BOUNCE_ADDRESS: 'bounces@books.example' });
});
afterEach(() => sink.close());

/** Decides and delivers, as the jobs do again and again. */
async function work(): Promise<void> {
  await decideRetractions.run(deliverer.deps, service.clock.now(), new AbortController().signal);
  await deliverer.deliver();
}

const customer = { name: 'Grace Hopper', email: GRACE, locale: 'en', ccEmails: [CFO, IT] };

/** An invoice of a user of its own. The customer has mails copied, and so does the user once the test says so. */
function newCase() {
  const user = testUser();
  const envelope = { ownerId: user.userId };
  const sendTime = timestampFromDate(new Date('2026-03-01T12:00:00Z'));
  const invoice = { ...testInvoice({ etag: '"2-2026-03-01"', customer }), sendTime };
  const voided = { ...invoice, state: Invoice_State.VOID, etag: '"3-2026-03-02"' };
  const payment = { id: randomUUIDv7(), amountMinor: 100n, currencyCode: 'EUR', paymentDate: '2026-03-15' };
  return {
    user,
    invoice,
    settle: (bccEmail: string) =>
      service
        .client(MailSettingsService, user)
        .updateMailSettings({ settings: { bccEmail }, updateMask: { paths: ['bcc_email'] } }),
    send: (again = {}) => service.publish(InvoiceSentSchema, { invoice }, { ...envelope, ...again }),
    remind: () => service.publish(ReminderDueSchema, { invoice, reminder: { id: randomUUIDv7() } }, envelope),
    quote: () => service.publish(QuoteSentSchema, { quote: { ...testQuote(), customer } }, envelope),
    credit: () =>
      service.publish(
        CreditNoteIssuedSchema,
        { invoice, creditNote: { ...testCreditNote(), id: randomUUIDv7() } },
        envelope,
      ),
    pay: () => service.publish(PaymentRecordedSchema, { invoice, payment, timeZone: 'UTC' }, envelope),
    reverse: () => {
      const reversed = { ...invoice, etag: '"4-2026-03-03"' };
      return service.publish(PaymentReversedSchema, { invoice: reversed, payment, timeZone: 'UTC' }, envelope);
    },
    cancel: () => service.publish(InvoiceVoidedSchema, { invoice: voided, timeZone: 'UTC' }, envelope),
    /** The states of its mails, by kind, role and recipient. */
    mails: async () =>
      (await service.rowsOf(user.userId))
        .map(({ kind, role, recipient, state }) => `${kind} ${role} ${recipient} ${state}`)
        .toSorted(),
    notifications: service.client(NotificationService, user),
  };
}

/** The mails that the mail server got for an address. */
const mailsTo = (address: string) => sink.mails().filter(({ to }) => to.includes(address));

describe('copies', () => {
  test('are queued of every kind of mail to a customer, and of reversals of what was confirmed', async () => {
    const { settle, send, remind, quote, credit, pay, reverse, mails } = newCase();
    await settle(SENT_BOX);
    for (const happen of [send, remind, quote, credit, pay]) await happen();
    await work();
    await reverse();
    await work();
    const kinds = [
      'INVOICE_SENT',
      'REMINDER',
      'QUOTE_SENT',
      'CREDIT_NOTE_ISSUED',
      'PAYMENT_RECEIVED',
      'PAYMENT_REVERSED',
    ];
    const addresses = [`TO ${GRACE}`, `CC ${CFO}`, `CC ${IT}`, `BCC ${SENT_BOX}`];
    const all = kinds.flatMap((kind) => addresses.map((address) => `${kind} ${address} SENT`));
    expect(await mails()).toEqual(all.toSorted());
    expect(sink.mails()).toHaveLength(all.length);
  });

  test('are the mail itself: to the customer, with those in copy and nobody else, each handed over by itself', async () => {
    const { settle, send, user } = newCase();
    await settle(SENT_BOX);
    const { id } = await send();
    await work();
    const rows = await service.rowsOf(user.userId);
    for (const address of [GRACE, CFO, IT, SENT_BOX]) {
      const [caught, ...others] = mailsTo(address);
      expect(others).toEqual([]);
      expect(caught).toMatchObject({
        to: [address],
        from: `bounces+${rows.find(({ recipient }) => recipient === address)?.id}@books.example`,
        mail: { to: [{ address: GRACE }], cc: [{ address: CFO }, { address: IT }], messageId: `<${id}@localhost>` },
      });
      expect(caught?.raw.toString()).not.toMatch(/^bcc:/im);
      expect(caught?.raw.toString()).not.toContain(SENT_BOX);
    }
  });

  test('are queued once, even when the inbox has forgotten the event and somebody else gets blind copies by then', async () => {
    const { settle, send, mails } = newCase();
    await settle(SENT_BOX);
    const event = await send();
    const before = await mails();
    await settle('new@lovelace.example');
    await service.db.execute(sql`delete from inbox where event_id = ${event.id}`);
    await send(event);
    expect(await mails()).toEqual(before);
    expect(before).toHaveLength(4);
  });

  test('are of the mails of one account alone', async () => {
    const [one, other] = [newCase(), newCase()];
    await one.settle(SENT_BOX);
    await other.send();
    expect((await other.mails()).join()).not.toContain('BCC');
  });

  test('are of no mail that cannot go out, since the customer has no address', async () => {
    const { settle, user, mails } = newCase();
    await settle(SENT_BOX);
    const invoice = testInvoice({ customer: { ...customer, email: '' } });
    await service.publish(InvoiceSentSchema, { invoice }, { ownerId: user.userId });
    await work();
    expect(await mails()).toEqual(['INVOICE_SENT TO  FAILED']);
  });
});

describe('a mail server that refuses one of the addresses', () => {
  test('for good keeps the mail from nobody else, whoever it is', async () => {
    for (const refused of [GRACE, CFO]) {
      const { send, mails, notifications, invoice } = newCase();
      sink.refuse(refused, 550);
      await send();
      await work();
      service.clock.advance(DAY_MS);
      await work();
      expect((await mails()).filter((mail) => mail.endsWith('FAILED'))).toHaveLength(1);
      const list = await notifications.listNotifications({ invoiceId: invoice.id, state: Notification_State.FAILED });
      expect(list.notifications).toMatchObject([{ recipient: refused, error: expect.stringMatching(/^550 /) }]);
      sink.refuse(refused, undefined);
    }
    for (const address of [GRACE, CFO]) expect(mailsTo(address)).toHaveLength(1);
    expect(mailsTo(IT)).toHaveLength(2);
  });

  test('for now gets the mail for that one again, and for no other', async () => {
    for (const refused of [GRACE, CFO]) {
      const { send, mails } = newCase();
      sink.refuse(refused, 450);
      await send();
      await work();
      expect((await mails()).filter((mail) => mail.endsWith('QUEUED'))).toEqual([expect.stringContaining(refused)]);
      sink.refuse(refused, undefined);
      service.clock.advance(DAY_MS);
      await work();
      expect((await mails()).every((mail) => mail.endsWith('SENT'))).toBe(true);
    }
    for (const address of [GRACE, CFO, IT]) expect(mailsTo(address)).toHaveLength(2);
  });
});

describe('the answer', () => {
  test('about a mail shows its copies and what became of each, and each copy which mail it is of', async () => {
    const { settle, send, notifications } = newCase();
    await settle(SENT_BOX);
    sink.refuse(IT, 550);
    const { id } = await send();
    await work();
    const { notification } = await notifications.getNotification({ notificationId: id });
    expect(notification).toMatchObject({ recipient: GRACE, role: Notification_Role.TO, copyOf: '' });
    expect(notification?.copies).toMatchObject([
      { recipient: CFO, role: Notification_Role.CC, state: Notification_State.SENT },
      { recipient: IT, role: Notification_Role.CC, state: Notification_State.FAILED },
      { recipient: SENT_BOX, role: Notification_Role.BCC, state: Notification_State.SENT },
    ]);
    for (const { notificationId, recipient, role, state } of notification?.copies ?? []) {
      const copy = (await notifications.getNotification({ notificationId })).notification;
      expect(copy).toMatchObject({ recipient, role, state, copyOf: id, copies: [] });
      const stranger = service.client(NotificationService, testUser());
      const refusal = await refusalOf(stranger.getNotification({ notificationId }));
      expect(refusal.reason).toBe('NOTIFICATION_NOT_FOUND');
    }
    const { notifications: listed } = await notifications.listNotifications({});
    expect(listed).toHaveLength(4);
    expect(listed.find((each) => each.id === id)).toEqual(notification);
  });

  test('has nothing of anybody once the account is deleted', async () => {
    const { settle, send, user } = newCase();
    await settle(SENT_BOX);
    await send();
    await work();
    await service.db.insert(deletedOwners).values({ ownerId: user.userId, deleteTime: service.clock.now() });
    while (await prepareEraseMails(service.db)());
    const rows = await service.rowsOf(user.userId);
    expect(rows).toHaveLength(4);
    expect(JSON.stringify(rows, (_, value) => (typeof value === 'bigint' ? 0 : value))).not.toContain('@');
  });
});

describe('when an invoice is voided', () => {
  test('whoever got a copy gets one of the mail that says so', async () => {
    const { settle, send, cancel, mails } = newCase();
    await settle(SENT_BOX);
    await send();
    await work();
    await cancel();
    await work();
    await work();
    const told = (await mails()).filter((mail) => mail.startsWith('INVOICE_VOIDED'));
    expect(told).toEqual(
      [`BCC ${SENT_BOX}`, `CC ${CFO}`, `CC ${IT}`, `TO ${GRACE}`].map((who) => `INVOICE_VOIDED ${who} SENT`),
    );
    const messageIds = new Set<string | undefined>();
    for (const address of [GRACE, CFO, IT, SENT_BOX]) {
      const caught = mailsTo(address).at(-1);
      expect(caught?.mail).toMatchObject({ to: [{ address: GRACE }], cc: [{ address: CFO }, { address: IT }] });
      messageIds.add(caught?.mail.messageId);
    }
    expect(messageIds.size).toBe(1);
  });

  test('who did not get a copy is told nothing, and who got one is though the customer did not get the mail', async () => {
    const { send, cancel, mails } = newCase();
    sink.refuse(GRACE, 550);
    sink.refuse(IT, 550);
    await send();
    await work();
    await cancel();
    await work();
    expect((await mails()).filter((mail) => mail.startsWith('INVOICE_VOIDED'))).toEqual([
      `INVOICE_VOIDED TO ${CFO} SENT`,
    ]);
    expect(mailsTo(CFO).at(-1)?.mail).toMatchObject({ to: [{ address: CFO }] });
    expect(mailsTo(CFO).at(-1)?.mail.cc ?? []).toEqual([]);
  });

  test('who is being sent a copy at that moment is told by a mail of their own, once it is known', async () => {
    const { send, cancel, mails, user } = newCase();
    await send();
    sink.refuse(CFO, 450);
    await work();
    sink.refuse(CFO, undefined);
    service.clock.advance(DAY_MS);
    const now = service.clock.now();
    const [claimed, ...others] = await deliverer.deps.store.claimMails({ now, dueTime: now, count: 10 });
    expect([claimed?.row.recipient, others]).toEqual([CFO, []]);
    await cancel();
    await work();
    const told = async () => (await mails()).filter((mail) => mail.startsWith('INVOICE_VOIDED'));
    const before = [`INVOICE_VOIDED CC ${IT} SENT`, `INVOICE_VOIDED TO ${GRACE} SENT`];
    expect(await told()).toEqual(before);
    await service.db.execute(sql`
      update notifications set state = 'SENT', send_time = ${now.toISOString()}, next_attempt_time = null, lease_token = null,
        lease_expire_time = null where owner_id = ${user.userId} and recipient = ${CFO} and kind = 'INVOICE_SENT'`);
    service.clock.advance(DAY_MS);
    await work();
    expect(await told()).toEqual([`INVOICE_VOIDED CC ${CFO} SENT`, ...before]);
    expect(mailsTo(GRACE)).toHaveLength(2);
  });

  test('whoever gets blind copies only since then gets one of it', async () => {
    const { settle, send, cancel, mails } = newCase();
    await send();
    await work();
    await settle(SENT_BOX);
    await cancel();
    await work();
    expect(await mails()).toContain(`INVOICE_VOIDED BCC ${SENT_BOX} SENT`);
    await settle('new@lovelace.example');
    await work();
    expect((await mails()).filter((mail) => mail.startsWith('INVOICE_VOIDED'))).toHaveLength(4);
  });

  test('copies that wait do not go out, as little as the mail itself', async () => {
    const { settle, send, cancel, mails } = newCase();
    await settle(SENT_BOX);
    await send();
    await cancel();
    await work();
    expect(await mails()).toEqual(
      [`BCC ${SENT_BOX}`, `CC ${CFO}`, `CC ${IT}`, `TO ${GRACE}`].map((who) => `INVOICE_SENT ${who} FAILED`),
    );
    expect(sink.mails()).toEqual([]);
  });
});
