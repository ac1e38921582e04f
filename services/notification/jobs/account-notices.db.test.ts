import { randomUUIDv7 } from 'node:crypto';
import { type ConnectRouter, createRouterTransport } from '@connectrpc/connect';
import { eq } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CreditNoteService } from '../../../gen/numer/invoice/v1/credit_note_service_pb.ts';
import { InvoiceService } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { QuoteAcceptedSchema, QuoteDeclinedSchema } from '../../../gen/numer/invoice/v1/quote_events_pb.ts';
import { QuoteService } from '../../../gen/numer/invoice/v1/quote_service_pb.ts';
import { MailSettingsService } from '../../../gen/numer/notification/v1/mail_settings_service_pb.ts';
import { PasswordResetRequestedSchema } from '../../../gen/numer/user/v1/password_reset_events_pb.ts';
import { UserDeletedSchema } from '../../../gen/numer/user/v1/user_events_pb.ts';
import { UserService } from '../../../gen/numer/user/v1/user_service_pb.ts';
import { connectErrorOf, DomainError } from '../../../runtime/call/errors.ts';
import { readConfig } from '../../../runtime/process/config.ts';
import { silentLog } from '../../../runtime/process/log.ts';
import { type SmtpSink, startSmtpSink } from '../../../runtime/testing/smtp-sink.ts';
import { testUser } from '../../../runtime/testing/start-test-service.ts';
import { waitUntil } from '../../../runtime/testing/wait-until.ts';
import { NOTIFICATION_CONFIG } from '../config.ts';
import { createDeps, type Deps } from '../deps.ts';
import type { Kind } from '../domain/decide-next.ts';
import { copiesOf } from '../mail/mail-copies.ts';
import { recordReport } from '../record-report.ts';
import type { MailOrder } from '../store/queue-mails.ts';
import { accountMails, accountNoticeTimes, notifications } from '../store/schema.ts';
import { type Deliverer, startDeliverer } from '../testing/start-deliverer.ts';
import { type QueueTestService, startQueue } from '../testing/start-queue.ts';
import { asNobody, toNoCall } from '../testing/to-no-service.ts';
import { WEBHOOK_KEY } from '../testing/webhook-key.ts';
import { deliverDueAccountMails } from './deliver-account-mails.ts';

const NOBODY = 'nobody@hopper.example';
const DAY_MS = 24 * 3_600_000;

let service: QueueTestService;
let sink: SmtpSink;
/** Sends mails to customers; what it tells of them comes back to the service. */
let deliverer: Deliverer;
/** What the user service answers. */
let account: () => { email: string; locale: string; timeZone: string };
/** For whom the user service was asked. */
let asked: string[];

beforeAll(async () => {
  service = await startQueue();
});
afterAll(() => service.stop());
beforeEach(async () => {
  sink = await startSmtpSink();
  sink.refuse(NOBODY, 550);
  deliverer = await startDeliverer(service, { SMTP_URL: sink.url });
  asked = [];
  account = () => ({ email: 'ada@lovelace.example', locale: 'en', timeZone: 'Europe/London' });
});
afterEach(async () => {
  await service.db.delete(accountMails);
  await sink.close();
});

const customer = { name: 'Hopper & Co' };

function services({ service: add }: ConnectRouter) {
  add(UserService, {
    getUser({ userId }) {
      asked.push(userId);
      return { user: account() };
    },
  });
  add(InvoiceService, { getInvoice: () => ({ invoice: { number: 'R-7', customer } }) });
  add(QuoteService, { getQuote: () => ({ quote: { number: 'Q-8', customer } }) });
  add(CreditNoteService, { getCreditNote: () => ({ creditNote: { number: 'CN-9', customer } }) });
}

/** A replica that works when a test says so. */
async function createReplica(): Promise<Deps> {
  const { db, clock } = service;
  const transport = createRouterTransport(services);
  return createDeps(
    {
      db,
      clock,
      log: silentLog(),
      transportTo: () => transport,
      callAsService: asNobody,
      callAsReader: asNobody,
      callFor: toNoCall,
    },
    readConfig(NOTIFICATION_CONFIG, { ...WEBHOOK_KEY, SMTP_URL: sink.url }),
  );
}

/** Sends what is due to the holders of accounts, as one replica does every second. */
async function deliver(): Promise<void> {
  await deliverDueAccountMails(await createReplica(), new AbortController().signal);
}

const queuedOf = (ownerId: string) => service.db.select().from(accountMails).where(eq(accountMails.ownerId, ownerId));

/** What the holders of accounts got. */
const noticesSent = () => sink.mails().filter(({ to }) => to.join() === account().email);

/** A customer's answer to a quote, as the event tells of it; `byOwner` when the account recorded it. */
function answer(desc: typeof QuoteAcceptedSchema | typeof QuoteDeclinedSchema, ownerId: string, byOwner = false) {
  const actor = byOwner ? `user:${ownerId}` : `customer:${randomUUIDv7()}`;
  return service.publish(desc, { quote: { id: randomUUIDv7() } }, { ownerId, actor });
}

/** Sends a mail to a customer, and waits until what became of it was taken note of. Gives its id. */
async function send(ownerId: string, kind: Kind, changes: Partial<MailOrder> = {}): Promise<string> {
  const id = await deliverer.queue(kind, { ownerId, ...changes });
  await deliverer.deliver();
  await settled();
  return id;
}

/** Waits until the service has applied all that was told. */
const settled = () =>
  waitUntil(async () => {
    const { length } = await service.db.execute('select from outbox');
    return length === 0;
  });

function switchNotices(ownerId: string, accountNotices: boolean) {
  return service
    .client(MailSettingsService, { ...testUser(), userId: ownerId })
    .updateMailSettings({ settings: { accountNotices }, updateMask: { paths: ['account_notices'] } });
}

/** Orders of mails about quotes, which nothing keeps from being queued. */
function orders(ownerId: string, count: number) {
  const time = service.clock.now();
  return Array.from({ length: count }, () => ({
    eventId: randomUUIDv7(),
    ownerId,
    kind: 'QUOTE_ACCEPTED',
    quoteId: randomUUIDv7(),
    notificationId: null,
    requestId: 'request-1',
    createTime: time,
    time,
  }));
}

describe('the holder of an account', () => {
  test('is told once that a customer has answered a quote, at the address of the moment of sending', async () => {
    const ownerId = randomUUIDv7();
    const accepted = await answer(QuoteAcceptedSchema, ownerId);
    account = () => ({ email: 'new@lovelace.example', locale: 'en', timeZone: 'Europe/London' });
    await deliver();
    await service.publish(QuoteAcceptedSchema, { quote: { id: accepted.subject } }, { ...accepted });
    await deliver();
    const [caught, ...others] = sink.mails();
    expect(others).toEqual([]);
    expect(caught).toMatchObject({ to: ['new@lovelace.example'] });
    expect(caught?.mail.subject).toBe('Quote Q-8 was accepted by Hopper & Co');
    expect(caught?.mail.text).toContain('Hopper & Co accepted your quote Q-8 on 1 March 2026, 12:00 (Europe/London).');
    expect(asked).toEqual([ownerId]);
    expect(await queuedOf(ownerId)).toEqual([]);

    await answer(QuoteDeclinedSchema, ownerId);
    await deliver();
    expect(sink.mails()[1]?.mail.subject).toBe('Quote Q-8 was declined by Hopper & Co');
    // They are none of the mails to customers.
    expect(await service.rowsOf(ownerId)).toEqual([]);
  });

  test('is not told of an answer that the account has recorded itself', async () => {
    const ownerId = randomUUIDv7();
    await answer(QuoteAcceptedSchema, ownerId, true);
    await answer(QuoteDeclinedSchema, ownerId, true);
    expect(await queuedOf(ownerId)).toEqual([]);
  });

  test.each([
    ['INVOICE_SENT', {}, 'invoice R-7'],
    ['QUOTE_SENT', {}, 'quote Q-8'],
    ['CREDIT_NOTE_ISSUED', { creditNoteId: randomUUIDv7() }, 'credit note CN-9'],
    ['REMINDER', {}, 'reminder of invoice R-7'],
    ['PAYMENT_RECEIVED', {}, 'confirmation of a payment for invoice R-7'],
  ] as const)('is told of a mail that was refused, why, and of what: %s (%#)', async (kind, changes, content) => {
    const ownerId = randomUUIDv7();
    await send(ownerId, kind, { ...changes, recipient: NOBODY });
    await deliver();
    await deliver();
    const [caught, ...others] = sink.mails();
    expect(others).toEqual([]);
    expect(caught?.mail.subject).toBe(`Mail not delivered: ${content} to Hopper & Co`);
    const { text = '' } = caught?.mail ?? {};
    expect(text).toContain('could not be delivered');
    expect(text).toContain(`Email address: ${NOBODY}`);
    const [row] = await service.rowsOf(ownerId);
    expect(row?.error).toMatch(/550/);
    expect(text).toContain(`Reason: The mail server said: “${row?.error}”`);
  });

  test('is told of a mail that came back, and why', async () => {
    const ownerId = randomUUIDv7();
    const id = await send(ownerId, 'INVOICE_SENT');
    expect(await queuedOf(ownerId)).toEqual([]);
    const report = [
      'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
      ...['', '--b', 'Content-Type: message/delivery-status', ''],
      `Original-Envelope-Id: ${id}`,
      ...['', 'Final-Recipient: rfc822; grace@hopper.example', 'Action: failed', 'Status: 5.1.1'],
      ...['Diagnostic-Code: smtp; 550 no such user', '', '--b--', ''],
    ].join('\r\n');
    for (let times = 0; times < 2; times++) await recordReport(service.db, Buffer.from(report), service.clock.now());
    await settled();
    await deliver();
    const [caught, ...others] = noticesSent();
    expect(others).toEqual([]);
    expect(caught?.mail.text).toContain('came back as undeliverable');
    expect(caught?.mail.text).toContain('Reason: The mail server said: “5.1.1 550 no such user”');
  });

  test('is told of a copy to somebody at the customer, but not of the blind one of the account', async () => {
    const ownerId = randomUUIDv7();
    sink.refuse('blind@lovelace.example', 550);
    const eventId = randomUUIDv7();
    const recipients = { recipient: 'grace@hopper.example', ccEmails: [NOBODY], bccEmail: 'blind@lovelace.example' };
    await send(ownerId, 'INVOICE_SENT', { eventId, ccEmails: [NOBODY], copies: copiesOf(eventId, recipients) });
    await deliver();
    expect(noticesSent().map(({ mail }) => mail.subject)).toEqual([
      'Mail not delivered: copy of invoice R-7 to Hopper & Co',
    ]);
  });

  test('is not told of a mail whose reason has gone, nor of one to the account itself', async () => {
    const ownerId = randomUUIDv7();
    const id = await deliverer.queue('REMINDER', { ownerId, recipient: NOBODY });
    await service.db
      .update(notifications)
      .set({ withdrawReason: 'The invoice was paid.' })
      .where(eq(notifications.id, id));
    await deliverer.deliver();
    await settled();
    expect(await service.rowsOf(ownerId)).toMatchObject([{ state: 'FAILED', error: 'The invoice was paid.' }]);
    expect(await queuedOf(ownerId)).toEqual([]);

    account = () => ({ email: 'Nobody@hopper.example', locale: 'en', timeZone: 'UTC' });
    await send(ownerId, 'INVOICE_SENT', { recipient: NOBODY });
    await deliver();
    expect(await queuedOf(ownerId)).toEqual([]);
    expect(sink.mails()).toEqual([]);
  });

  test('is told of a reminder for which the customer has no address, but not of a confirmation', async () => {
    const ownerId = randomUUIDv7();
    await send(ownerId, 'PAYMENT_RECEIVED', { recipient: '' });
    await send(ownerId, 'REMINDER', { recipient: '' });
    await deliver();
    const [caught, ...others] = sink.mails();
    expect(others).toEqual([]);
    expect(caught?.mail.text).toContain('Reason: The customer has no email address.');
    expect(caught?.mail.text).not.toContain('Email address:');
  });

  test('is told that it is not known whether a reminder arrived, in the language of the account', async () => {
    sink.hangUpAfterNext(1);
    await send(randomUUIDv7(), 'REMINDER');
    account = () => ({ email: 'ada@lovelace.example', locale: 'de', timeZone: 'Europe/Berlin' });
    await deliver();
    const [caught, ...others] = noticesSent();
    expect(others).toEqual([]);
    expect(caught?.mail.subject).toBe('Zustellung ungewiss: Erinnerung an die Rechnung R-7 an Hopper & Co');
    expect(caught?.mail.text).toContain('Grund: Die Verbindung brach ab, bevor der Mailserver geantwortet hat (');
    expect(caught?.mail.text).not.toContain('konnte nicht zugestellt werden');
  });

  test('is told nothing while the account does not want it', async () => {
    const [ownerId, otherId] = [randomUUIDv7(), randomUUIDv7()];
    await switchNotices(ownerId, false);
    await send(ownerId, 'INVOICE_SENT', { recipient: NOBODY });
    await answer(QuoteAcceptedSchema, ownerId);
    await answer(QuoteAcceptedSchema, otherId);
    expect(await queuedOf(ownerId)).toEqual([]);
    expect(await queuedOf(otherId)).toHaveLength(1);
    await switchNotices(ownerId, true);
    await answer(QuoteAcceptedSchema, ownerId);
    expect(await queuedOf(ownerId)).toHaveLength(1);
  });

  test('is told of nothing that is about what the account was told', async () => {
    const ownerId = randomUUIDv7();
    await answer(QuoteAcceptedSchema, ownerId);
    sink.refuse(account().email, 550);
    await deliver();
    await settled();
    expect(await queuedOf(ownerId)).toEqual([]);
    expect(await service.rowsOf(ownerId)).toEqual([]);
  });
});

describe('of what an account is told', () => {
  test('no more than 50 mails go out within 24 hours, whoever queues them, and the last one says so', async () => {
    const [ownerId, otherId] = [randomUUIDv7(), randomUUIDv7()];
    const { store } = deliverer.deps;
    await store.queueAccountNotices(orders(ownerId, 20));
    service.clock.advance(DAY_MS / 2);
    await Promise.all(
      [15, 40, 1].map((count) => store.queueAccountNotices([...orders(ownerId, count), ...orders(otherId, 1)])),
    );
    const queued = await queuedOf(ownerId);
    expect(queued).toHaveLength(50);
    const resumeTimes = queued.flatMap(({ resumeTime }) => resumeTime ?? []);
    expect(resumeTimes).toEqual([new Date(service.clock.now().getTime() + DAY_MS / 2)]);
    expect(await queuedOf(otherId)).toHaveLength(3);

    // Those of twelve hours ago count no longer, the others still do.
    service.clock.advance(DAY_MS / 2);
    await store.queueAccountNotices(orders(ownerId, 60));
    expect(await queuedOf(ownerId)).toHaveLength(70);
  });

  test('the last mail for now says when more are sent', async () => {
    await deliverer.deps.store.queueAccountNotices(orders(randomUUIDv7(), 70));
    await deliver();
    const texts = sink.mails().map(({ mail }) => mail.text ?? '');
    expect(texts).toHaveLength(50);
    const pauses = texts.filter((text) => text.includes('the last mail of this kind until'));
    expect(pauses).toHaveLength(1);
  });

  test('waits for the services that know of it, and ends when the account is gone', async () => {
    const ownerId = randomUUIDv7();
    await answer(QuoteAcceptedSchema, ownerId);
    const known = account;
    account = () => {
      throw new Error('away');
    };
    await deliver();
    expect(await queuedOf(ownerId)).toMatchObject([{ attempts: 1, leaseToken: null }]);
    service.clock.advance(30_000);
    account = () => {
      throw connectErrorOf(new DomainError('missing', 'USER_NOT_FOUND', 'There is no such user.'));
    };
    await deliver();
    expect(await queuedOf(ownerId)).toEqual([]);
    account = known;
    expect(sink.mails()).toEqual([]);
  });

  test('nothing holds up a mail about a password', async () => {
    const ownerId = randomUUIDv7();
    await deliverer.deps.store.queueAccountNotices(orders(ownerId, 3));
    service.clock.advance(1_000);
    await service.publish(PasswordResetRequestedSchema, { passwordResetId: randomUUIDv7() }, { ownerId });
    const claimed = await deliverer.deps.store.claimAccountMail(service.clock.now());
    expect(claimed?.kind).toBe('PASSWORD_RESET');
  });

  test('nothing is left when the account is deleted, whichever event comes first', async () => {
    const ownerId = randomUUIDv7();
    await answer(QuoteAcceptedSchema, ownerId);
    await service.publish(UserDeletedSchema, { userId: ownerId }, { ownerId });
    await answer(QuoteDeclinedSchema, ownerId);
    while (await deliverer.deps.store.eraseNext());
    expect(await queuedOf(ownerId)).toEqual([]);
    const counted = await service.db.select().from(accountNoticeTimes).where(eq(accountNoticeTimes.ownerId, ownerId));
    expect(counted).toEqual([]);
  });
});
