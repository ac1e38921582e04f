import { randomUUIDv7 } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { makeScratchDir, type ScratchDir } from '../../../runtime/testing/scratch-dir.ts';
import { type SmtpSink, startSmtpSink } from '../../../runtime/testing/smtp-sink.ts';
import { startTestService, type TestService } from '../../../runtime/testing/start-test-service.ts';
import { notificationService } from '../service.ts';
import type { MailOrder } from '../store/queue-mails.ts';
import { type Deliverer, startDeliverer } from '../testing/start-deliverer.ts';
import { WEBHOOK_KEY } from '../testing/webhook-key.ts';
import { pruneWithdrawals } from './prune-withdrawals.ts';

const HOUR_MS = 3_600_000;

let service: TestService;
let folder: ScratchDir;
let sink: SmtpSink;
let deliverer: Deliverer;

beforeAll(async () => {
  folder = makeScratchDir('numer-mail');
  service = await startTestService(notificationService, { environment: { ...WEBHOOK_KEY, MAIL_DIR: folder.path } });
});
afterAll(async () => {
  await service.stop();
  folder.remove();
});
beforeEach(async () => {
  sink = await startSmtpSink();
  deliverer = await startDeliverer(service, { SMTP_URL: sink.url });
});
afterEach(() => sink.close());

const nothing = {
  paymentId: null,
  creditNoteId: null,
  revisionId: null,
  printed: null,
  link: null,
  recipient: null,
  ccEmails: null,
  copies: null,
  senderName: null,
  replyTo: null,
  subject: null,
  textBody: null,
  htmlBody: null,
};

/** Does what the event of a settled invoice does, for which nobody is thanked. */
async function settleInvoice(
  invoice: Pick<MailOrder, 'ownerId' | 'invoiceId' | 'invoiceVersion'> & {
    readonly dueBefore?: string;
    readonly withdrawsInvoice?: boolean;
  },
): Promise<void> {
  await deliverer.deps.store.queueMails([
    {
      ...nothing,
      ...{ eventId: randomUUIDv7(), quoteId: null, kind: null, requestId: 'request-2' },
      ...{ expireTime: null, dueDate: null, dueBefore: null, withdrawsInvoice: false },
      ...{ withdrawReason: 'Nothing was due any more.', time: service.clock.now() },
      ...invoice,
    },
  ]);
}

/** Does what the event of a declined quote does. */
async function answerQuote(ownerId: string, quoteId: string | null): Promise<void> {
  await deliverer.deps.store.queueMails([
    {
      ...nothing,
      ...{ eventId: randomUUIDv7(), ownerId, quoteId, invoiceId: null, invoiceVersion: null },
      ...{ kind: null, requestId: 'request-2' },
      ...{ expireTime: null, dueDate: null, dueBefore: null, withdrawsInvoice: null },
      ...{ withdrawReason: 'The quote was declined.', time: service.clock.now() },
    },
  ]);
}

test('a reminder is not sent when what it says no longer holds', async () => {
  const late = await deliverer.queue('REMINDER');
  service.clock.advance(12 * HOUR_MS + 1);
  const withdrawn = await deliverer.queue('REMINDER');
  const { ownerId, invoiceId } = await deliverer.find(withdrawn);
  await deliverer.queue('PAYMENT_RECEIVED', { ownerId, invoiceId, withdrawReason: 'The invoice was paid.' });
  await deliverer.deliver();
  expect(sink.mails()).toHaveLength(1);
  expect(await deliverer.find(late)).toMatchObject({
    state: 'FAILED',
    error: expect.stringContaining('out of date'),
  });
  expect(await deliverer.find(withdrawn)).toMatchObject({ state: 'FAILED', error: 'The invoice was paid.' });
});

test('a reminder is not sent when its invoice was settled before the wish to send it, or at the same moment', async () => {
  const invoices = Array.from({ length: 10 }, () => ({ ownerId: randomUUIDv7(), invoiceId: randomUUIDv7() }));
  const ids: string[] = [];
  for (const [index, invoice] of invoices.entries()) {
    const settling = settleInvoice({ ...invoice, invoiceVersion: 3n });
    if (index < 2) await settling;
    const [id] = await Promise.all([deliverer.queue('REMINDER', { ...invoice, invoiceVersion: 2n }), settling]);
    ids.push(id);
  }
  const ofAnother = await deliverer.queue('REMINDER', { invoiceId: invoices[0]?.invoiceId ?? null });
  await deliverer.deliver();
  for (const id of ids) {
    expect(await deliverer.find(id)).toMatchObject({ state: 'FAILED', error: 'Nothing was due any more.' });
  }
  expect(await deliverer.find(ofAnother)).toMatchObject({ state: 'SENT' });
});

test('a reminder is sent when its invoice is due again, or it is of an instalment that is not settled', async () => {
  const ownerId = randomUUIDv7();
  const [invoice, other] = [
    { ownerId, invoiceId: randomUUIDv7() },
    { ownerId, invoiceId: randomUUIDv7() },
  ];
  await settleInvoice({ ...invoice, invoiceVersion: 3n });
  await settleInvoice({ ...invoice, invoiceVersion: 2n });
  const dueAgain = await deliverer.queue('REMINDER', { ...invoice, invoiceVersion: 4n });
  await settleInvoice({ ...invoice, invoiceVersion: 3n });
  await settleInvoice({ ...other, invoiceVersion: 3n, dueBefore: '2026-04-30' });
  const [first, second] = [
    await deliverer.queue('REMINDER', { ...other, dueDate: '2026-03-31' }),
    await deliverer.queue('REMINDER', { ...other, dueDate: '2026-04-30' }),
  ];
  await deliverer.deliver();
  expect(await deliverer.find(dueAgain)).toMatchObject({ state: 'SENT' });
  expect(await deliverer.find(first)).toMatchObject({ state: 'FAILED', error: 'Nothing was due any more.' });
  expect(await deliverer.find(second)).toMatchObject({ state: 'SENT' });
});

test('the mail of an invoice that was voided is not sent when it is asked for weeks later, as by a dead letter', async () => {
  const invoice = { ownerId: randomUUIDv7(), invoiceId: randomUUIDv7() };
  const prune = () => pruneWithdrawals.run(deliverer.deps, service.clock.now(), AbortSignal.timeout(10_000));
  await settleInvoice({ ...invoice, invoiceVersion: 3n, withdrawsInvoice: true });
  service.clock.advance(30 * 24 * HOUR_MS);
  await prune();
  const id = await deliverer.queue('INVOICE_SENT', { ...invoice, invoiceVersion: 2n });
  await deliverer.deliver();
  expect(await deliverer.find(id)).toMatchObject({ state: 'FAILED', error: 'Nothing was due any more.' });
  service.clock.advance(1);
  await prune();
  expect(await service.db.$client`select from mail_withdrawals where owner_id = ${invoice.ownerId}`).toHaveLength(0);
});

test('a quote is not sent when it has expired, or was answered meanwhile', async () => {
  const expireTime = new Date(service.clock.now().getTime() + HOUR_MS);
  const [expired, answered, valid] = [
    await deliverer.queue('QUOTE_SENT', { expireTime }),
    await deliverer.queue('QUOTE_SENT'),
    await deliverer.queue('QUOTE_SENT', { expireTime: new Date(expireTime.getTime() + 1) }),
  ];
  const { ownerId, quoteId } = await deliverer.find(answered);
  await answerQuote(ownerId, quoteId);
  service.clock.advance(HOUR_MS);
  await deliverer.deliver();
  expect(await deliverer.find(expired)).toMatchObject({
    state: 'FAILED',
    error: expect.stringContaining('out of date'),
  });
  expect(await deliverer.find(answered)).toMatchObject({ state: 'FAILED', error: 'The quote was declined.' });
  expect(await deliverer.find(valid)).toMatchObject({ state: 'SENT' });
  expect(sink.mails()).toHaveLength(1);
});

test('a quote is not sent when its answer came before the wish to send it, or at the same moment', async () => {
  const quotes = Array.from({ length: 10 }, () => ({ ownerId: randomUUIDv7(), quoteId: randomUUIDv7() }));
  const ids: string[] = [];
  for (const [index, { ownerId, quoteId }] of quotes.entries()) {
    const answer = answerQuote(ownerId, quoteId);
    if (index < 2) await answer;
    const [id] = await Promise.all([deliverer.queue('QUOTE_SENT', { ownerId, quoteId }), answer]);
    ids.push(id);
  }
  const ofAnother = await deliverer.queue('QUOTE_SENT', { quoteId: quotes[0]?.quoteId ?? null });
  await deliverer.deliver();
  for (const id of ids) {
    expect(await deliverer.find(id)).toMatchObject({ state: 'FAILED', error: 'The quote was declined.' });
  }
  expect(await deliverer.find(ofAnother)).toMatchObject({ state: 'SENT' });
});

test('an early answer to a quote is forgotten after a month', async () => {
  const ownerId = randomUUIDv7();
  const isKnown = async () => {
    await pruneWithdrawals.run(deliverer.deps, service.clock.now(), AbortSignal.timeout(10_000));
    const rows = await service.db.$client`select from quote_answers where owner_id = ${ownerId}`;
    return rows.length === 1;
  };
  await answerQuote(ownerId, randomUUIDv7());
  service.clock.advance(30 * 24 * HOUR_MS);
  expect(await isKnown()).toBe(true);
  service.clock.advance(1);
  expect(await isKnown()).toBe(false);
});
