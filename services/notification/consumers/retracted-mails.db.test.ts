import { randomUUIDv7 } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  InvoiceSentSchema,
  InvoiceVoidedSchema,
  PaymentRecordedSchema,
} from '../../../gen/numer/invoice/v1/invoice_events_pb.ts';
import { Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { PaymentReversedSchema } from '../../../gen/numer/invoice/v1/payment_events_pb.ts';
import { ReminderDueSchema } from '../../../gen/numer/reminder/v1/reminder_events_pb.ts';
import { type SmtpSink, startSmtpSink } from '../../../runtime/testing/smtp-sink.ts';
import { decideRetractions } from '../jobs/decide-retractions.ts';
import { pruneWithdrawals } from '../jobs/prune-withdrawals.ts';
import { recordReport } from '../record-report.ts';
import { LEASE_MS, prepareClaimMails } from '../store/claim-mail.ts';
import { type Deliverer, startDeliverer } from '../testing/start-deliverer.ts';
import { type QueueTestService, startQueue } from '../testing/start-queue.ts';
import { testInvoice } from '../testing/test-invoice.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

let service: QueueTestService;
let sink: SmtpSink;
let deliverer: Deliverer;

beforeAll(async () => {
  service = await startQueue();
});
afterAll(() => service.stop());
beforeEach(async () => {
  sink = await startSmtpSink();
  deliverer = await startDeliverer(service, { SMTP_URL: sink.url });
});
afterEach(() => sink.close());

/** Decides and delivers, as the jobs do again and again. */
async function work(): Promise<void> {
  await decideRetractions.run(deliverer.deps, service.clock.now(), new AbortController().signal);
  await deliverer.deliver();
}

/** The mails of an owner with their states, in no order of their own. */
async function mailsOf(ownerId: string): Promise<string[]> {
  return (await service.rowsOf(ownerId)).map(({ kind, state }) => `${kind} ${state}`).toSorted();
}

/** An invoice, what happens to it, and the mail server's side of it. */
function newCase(changes: Parameters<typeof testInvoice>[0] = {}) {
  const ownerId = randomUUIDv7();
  const invoice = testInvoice({ etag: '"2-2026-03-01"', ...changes });
  const voided = { ...invoice, state: Invoice_State.VOID, etag: '"3-2026-03-02"' };
  const payment = {
    id: randomUUIDv7(),
    amountMinor: 11_900n,
    currencyCode: 'EUR',
    paymentDate: '2026-03-15',
    invoiceDueMinor: 0n,
  };
  const paid = { ...invoice, state: Invoice_State.PAID, paidMinor: 11_900n, dueMinor: 0n, etag: '"3-2026-03-02"' };
  return {
    ownerId,
    invoice,
    payment,
    send: () => service.publish(InvoiceSentSchema, { invoice }, { ownerId }),
    remind: () =>
      service.publish(
        ReminderDueSchema,
        { reminder: { id: randomUUIDv7(), invoiceId: invoice.id }, invoice, timeZone: 'UTC' },
        { ownerId },
      ),
    cancel: (by = {}, again = {}) =>
      service.publish(InvoiceVoidedSchema, { invoice: voided, timeZone: 'UTC', ...by }, { ownerId, ...again }),
    pay: () => service.publish(PaymentRecordedSchema, { invoice: paid, payment, timeZone: 'UTC' }, { ownerId }),
    reverse: (again = {}) =>
      service.publish(
        PaymentReversedSchema,
        { invoice: { ...invoice, etag: '"4-2026-03-03"' }, payment, timeZone: 'UTC' },
        { ownerId, ...again },
      ),
  };
}

/** Claims the due mails, like a replica that is handing them to the mail server. */
async function claim() {
  const now = service.clock.now();
  return await prepareClaimMails(service.db, LEASE_MS)({ now, dueTime: now, count: 100 });
}

describe('a customer who was mailed an invoice', () => {
  test('is told once that it is void, however often the event is delivered', async () => {
    const { ownerId, send, cancel } = newCase();
    await send();
    await work();
    const event = await cancel();
    await work();
    await service.db.execute(sql`delete from inbox where event_id = ${event.id}`);
    await cancel({}, event);
    await work();
    expect(await mailsOf(ownerId)).toEqual(['INVOICE_SENT SENT', 'INVOICE_VOIDED SENT']);
    const mail = sink.mails().at(-1);
    expect(mail?.mail.subject).toBe('Invoice 2026-0042 was cancelled');
    expect(mail?.mail.text).toContain(
      'Invoice 2026-0042 of 1 March 2026 for 119.00 EUR was cancelled. You no longer need to pay it.\n',
    );
  });

  test('is told of it as well when only a reminder was sent', async () => {
    const { ownerId, remind, cancel } = newCase();
    await remind();
    await work();
    await cancel();
    await work();
    expect(await mailsOf(ownerId)).toEqual(['INVOICE_VOIDED SENT', 'REMINDER SENT']);
  });

  test('is told of it as well when the mail bounced, since it may have bounced from one of several mailboxes', async () => {
    const { ownerId, send, cancel } = newCase();
    const { id } = await send();
    await work();
    const report = `To: bounces+${id}@x.example\nContent-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\nAction: failed\n\n--b--\n`;
    await recordReport(service.db, Buffer.from(report), service.clock.now());
    await cancel();
    await work();
    expect(await mailsOf(ownerId)).toEqual(['INVOICE_SENT BOUNCED', 'INVOICE_VOIDED SENT']);
  });

  test('is told which invoice replaces it, when that was not mailed', async () => {
    const { send, cancel } = newCase();
    await send();
    await work();
    await cancel({ revisedByInvoiceNumber: '2026-0043' });
    await work();
    expect(sink.mails().at(-1)?.mail.text).toContain('You no longer need to pay it. Invoice 2026-0043 replaces it.');
  });

  test('is told by the mail of the revision alone, when that is sent, whichever event comes first', async () => {
    for (const isVoidedFirst of [true, false]) {
      const original = newCase();
      const ownerId = original.ownerId;
      await original.send();
      await work();
      const revision = testInvoice({ revisesInvoiceNumber: '2026-0042' });
      const voided = { ...original.invoice, revisedByInvoiceId: revision.id };
      const steps = [
        () => original.cancel({ invoice: voided, revisedByInvoiceNumber: '2026-0043', revisionSent: true }),
        () => service.publish(InvoiceSentSchema, { invoice: revision }, { ownerId }),
      ];
      for (const step of isVoidedFirst ? steps : steps.toReversed()) {
        await step();
        await work();
        service.clock.advance(15 * MINUTE_MS);
      }
      await work();
      expect(await mailsOf(ownerId)).toEqual(['INVOICE_SENT SENT', 'INVOICE_SENT SENT']);
      expect(sink.mails().at(-1)?.mail.text).toContain(
        'It replaces invoice 2026-0042, which you no longer need to pay.',
      );
    }
  });

  test('is told as well when the revision is mailed to somebody else, without its number', async () => {
    const original = newCase();
    const { ownerId } = original;
    await original.send();
    await work();
    const revision = testInvoice({ customer: { name: 'Carl', email: 'carl@gauss.example', locale: 'en' } });
    const voided = { ...original.invoice, revisedByInvoiceId: revision.id };
    await service.publish(InvoiceSentSchema, { invoice: revision }, { ownerId });
    await original.cancel({ invoice: voided, revisedByInvoiceNumber: '2026-0043', revisionSent: true });
    await work();
    expect(await mailsOf(ownerId)).toEqual(['INVOICE_SENT SENT', 'INVOICE_SENT SENT', 'INVOICE_VOIDED SENT']);
    const told = sink.mails().find(({ mail }) => mail.subject === 'Invoice 2026-0042 was cancelled');
    expect(told?.to).toEqual(['grace@hopper.example']);
    expect(told?.mail.text).not.toContain('replaced');
  });

  test('is not told the number of a revision for another customer', async () => {
    const { send, cancel } = newCase();
    await send();
    await work();
    await cancel({ revisedByInvoiceNumber: '2026-0043', revisedForOtherCustomer: true });
    await work();
    expect(sink.mails().at(-1)?.mail.subject).toBe('Invoice 2026-0042 was cancelled');
    expect(sink.mails().at(-1)?.mail.text).not.toContain('2026-0043');
  });

  test('is told after all when the mail of the revision is not sent, without its number', async () => {
    const original = newCase();
    const { ownerId } = original;
    await original.send();
    await work();
    const revision = testInvoice({ etag: '"2-2026-03-02"' });
    const voided = { ...original.invoice, revisedByInvoiceId: revision.id };
    await original.cancel({ invoice: voided, revisedByInvoiceNumber: '2026-0043', revisionSent: true });
    await service.publish(InvoiceSentSchema, { invoice: revision }, { ownerId });
    await service.publish(InvoiceVoidedSchema, { invoice: { ...revision, etag: '"3-2026-03-02"' } }, { ownerId });
    await work();
    service.clock.advance(MINUTE_MS);
    await work();
    expect(await mailsOf(ownerId)).toEqual(['INVOICE_SENT FAILED', 'INVOICE_SENT SENT', 'INVOICE_VOIDED SENT']);
    expect(sink.mails().at(-1)?.mail.text).not.toContain('replaced');
  });
});

describe('nothing is told of a void invoice', () => {
  test('of which the customer was never mailed', async () => {
    const { ownerId, cancel } = newCase();
    await cancel();
    await work();
    expect(await mailsOf(ownerId)).toEqual([]);
  });

  test.each([
    ['still waits', false],
    ['is asked for only after it', true],
  ])('whose mail %s: that one is not sent either', async (_, isVoidedFirst) => {
    const { ownerId, send, cancel } = newCase();
    const steps = isVoidedFirst ? [cancel, work, send] : [send, cancel];
    for (const step of steps) await step();
    await work();
    await work();
    expect(await mailsOf(ownerId)).toEqual(['INVOICE_SENT FAILED']);
    expect(sink.mails()).toEqual([]);
  });

  test('that somebody else has with the same id', async () => {
    const { ownerId, invoice, send } = newCase();
    await send();
    await work();
    await service.publish(InvoiceVoidedSchema, { invoice }, { ownerId: randomUUIDv7() });
    await work();
    expect(await mailsOf(ownerId)).toEqual(['INVOICE_SENT SENT']);
    expect(sink.mails()).toHaveLength(1);
  });
});

describe('while a mail is with the mail server', () => {
  test.each([
    ['it is sent', ['INVOICE_SENT SENT', 'INVOICE_VOIDED SENT']],
    ['the server takes it later, and it is not sent', ['INVOICE_SENT FAILED']],
  ])('it is not decided whether to take it back, until %s', async (end, mails) => {
    const { ownerId, send, cancel } = newCase();
    await send();
    const claimed = (await claim()).find(({ row }) => row.ownerId === ownerId);
    await cancel();
    await work();
    expect(await mailsOf(ownerId)).toEqual(['INVOICE_SENT QUEUED']);
    const ended = { id: claimed?.row.id ?? '', leaseToken: claimed?.leaseToken ?? '' };
    if (end === 'it is sent') {
      await service.db.execute(sql`
        update notifications set state = 'SENT', send_time = now(), next_attempt_time = null, lease_token = null, lease_expire_time = null
        where id = ${ended.id}`);
    } else {
      await deliverer.deps.store.deferMail({
        ...ended,
        error: 'later',
        nextAttemptTime: service.clock.now(),
        mayHaveLeft: false,
      });
    }
    for (const _ of [1, 2]) {
      service.clock.advance(MINUTE_MS);
      await work();
    }
    expect(await mailsOf(ownerId)).toEqual(mails);
  });

  test('a mail that was queued at the same moment is kept back by the decision itself', async () => {
    const { ownerId, invoice, send, cancel } = newCase();
    await cancel();
    await send();
    // As a claim that began before the invoice was voided sees it.
    await service.db.execute(sql`delete from mail_withdrawals where owner_id = ${ownerId}`);
    await service.db.execute(sql`update mail_retractions set decide_time = create_time where owner_id = ${ownerId}`);
    await work();
    expect(await service.rowsOf(ownerId)).toMatchObject([
      {
        invoiceId: invoice.id,
        state: 'FAILED',
        withdrawReason: 'The invoice was voided before the mail could be sent.',
      },
    ]);
    expect(sink.mails()).toEqual([]);
  });

  test('of many that are sent and voided at once, each customer gets both mails or none', async () => {
    const cases = Array.from({ length: 40 }, () => newCase());
    let isOver = false;
    const working = (async () => {
      while (!isOver) await work();
    })();
    await Promise.all(cases.flatMap(({ send, cancel }) => [send(), cancel()]));
    isOver = true;
    await working;
    service.clock.advance(MINUTE_MS);
    await work();
    await work();
    for (const { ownerId } of cases) {
      const mails = await mailsOf(ownerId);
      if (mails.length > 1) expect(mails).toEqual(['INVOICE_SENT SENT', 'INVOICE_VOIDED SENT']);
      else expect(mails).toEqual(['INVOICE_SENT FAILED']);
    }
  });
});

describe('of a mail that may have left, the customer is told all the same', () => {
  test.each([
    ['an invoice', 'INVOICE_SENT', 'INVOICE_VOIDED'],
    ['a reminder', 'REMINDER', 'INVOICE_VOIDED'],
    ['the confirmation of a payment', 'PAYMENT_RECEIVED', 'PAYMENT_REVERSED'],
  ] as const)('%s to which the mail server gave no answer', async (_, kind, retraction) => {
    const { ownerId, send, remind, pay, cancel, reverse } = newCase();
    const ask = { INVOICE_SENT: send, REMINDER: remind, PAYMENT_RECEIVED: pay }[kind];
    await ask();
    sink.hangUpAfterNext(1);
    await work();
    await (retraction === 'INVOICE_VOIDED' ? cancel() : reverse());
    await work();
    await work();
    expect(await mailsOf(ownerId)).toEqual([`${kind} FAILED`, `${retraction} SENT`].toSorted());
    expect(sink.mails()).toHaveLength(2);
  });

  test('an invoice whose sender ended in the middle', async () => {
    const { ownerId, send, cancel } = newCase();
    await send();
    const claimed = (await claim()).find(({ row }) => row.ownerId === ownerId);
    await cancel();
    await work();
    service.clock.advance(LEASE_MS);
    for (const _ of [1, 2]) {
      await work();
      service.clock.advance(LEASE_MS);
    }
    expect(await mailsOf(ownerId)).toEqual(['INVOICE_SENT FAILED', 'INVOICE_VOIDED SENT']);
    const rows = await service.rowsOf(ownerId);
    expect(rows.find(({ id }) => id === claimed?.row.id)?.error).toBe(
      'The invoice was voided before the mail could be sent. An earlier attempt may have sent it.',
    );
  });
});

describe('a reversed payment', () => {
  test('is told to whom it was confirmed, once, with what is to be paid now', async () => {
    const { ownerId, pay, reverse } = newCase({ dueDate: '2026-03-31' });
    await pay();
    await work();
    const event = await reverse();
    await reverse(event);
    await work();
    await work();
    expect(await mailsOf(ownerId)).toEqual(['PAYMENT_RECEIVED SENT', 'PAYMENT_REVERSED SENT']);
    const mail = sink.mails().at(-1);
    expect(mail?.mail.subject).toBe('Payment for invoice 2026-0042 was reversed');
    expect(mail?.mail.text).toContain('The amount due is now 119.00 EUR. The due date is 31 March 2026.');
  });

  test('is queued at once, so that it goes out before the mail of what is paid next', async () => {
    const { ownerId, invoice, payment, pay, reverse } = newCase();
    await pay();
    await work();
    await reverse();
    service.clock.advance(1);
    const part = { ...invoice, paidMinor: 5_000n, dueMinor: 6_900n, etag: '"5-2026-03-04"' };
    const another = { ...payment, id: randomUUIDv7(), amountMinor: 5_000n, invoiceDueMinor: 6_900n };
    await service.publish(PaymentRecordedSchema, { invoice: part, payment: another, timeZone: 'UTC' }, { ownerId });
    const claimed = await prepareClaimMails(
      service.db,
      LEASE_MS,
    )({
      now: service.clock.now(),
      dueTime: service.clock.now(),
      count: 1,
    });
    expect(claimed.map(({ row }) => row.kind)).toEqual(['PAYMENT_REVERSED']);
  });

  test.each([
    ['still waits', false],
    ['is asked for only after it', true],
  ])('whose confirmation %s is not told, and that one is not sent', async (_, isReversedFirst) => {
    const { ownerId, pay, reverse } = newCase();
    const steps = isReversedFirst ? [reverse, work, pay] : [pay, reverse];
    for (const step of steps) await step();
    await work();
    const [mail, ...others] = await service.rowsOf(ownerId);
    expect(others).toEqual([]);
    expect(mail).toMatchObject({
      state: 'FAILED',
      error: 'The payment was reversed before the mail could be sent.',
    });
  });

  test('is not told when another payment of the invoice was confirmed', async () => {
    const { ownerId, invoice, pay, payment, reverse } = newCase();
    await pay();
    await work();
    const other = { ...payment, id: randomUUIDv7() };
    await service.publish(PaymentReversedSchema, { invoice, payment: other, timeZone: 'UTC' }, { ownerId });
    await work();
    expect(await mailsOf(ownerId)).toEqual(['PAYMENT_RECEIVED SENT']);
    await reverse();
    await work();
    expect(await mailsOf(ownerId)).toEqual(['PAYMENT_RECEIVED SENT', 'PAYMENT_REVERSED SENT']);
  });

  test('is not told when its invoice was paid by another one meanwhile, even if it comes weeks later, as by a dead letter', async () => {
    const { ownerId, invoice, payment, pay, reverse } = newCase();
    await pay();
    const settled = { ...invoice, state: Invoice_State.PAID, paidMinor: 11_900n, dueMinor: 0n, etag: '"5-2026-03-04"' };
    const another = { ...payment, id: randomUUIDv7() };
    await service.publish(PaymentRecordedSchema, { invoice: settled, payment: another, timeZone: 'UTC' }, { ownerId });
    await work();
    service.clock.advance(30 * DAY_MS);
    await pruneWithdrawals.run(deliverer.deps, service.clock.now(), new AbortController().signal);
    await reverse();
    await work();
    await work();
    expect(await mailsOf(ownerId)).toEqual([
      'PAYMENT_RECEIVED SENT',
      'PAYMENT_RECEIVED SENT',
      'PAYMENT_REVERSED FAILED',
    ]);
  });

  test('is not told any more once the invoice is void, of which the customer is told instead', async () => {
    const { ownerId, pay, reverse, cancel } = newCase();
    await pay();
    await work();
    await reverse();
    await decideRetractions.run(deliverer.deps, service.clock.now(), new AbortController().signal);
    await cancel({ invoice: testVoided(await service.rowsOf(ownerId)) });
    await work();
    await work();
    expect(await mailsOf(ownerId)).toEqual(['INVOICE_VOIDED SENT', 'PAYMENT_RECEIVED SENT', 'PAYMENT_REVERSED FAILED']);
  });
});

/** The invoice that mails are about, void, in a later version than theirs. */
function testVoided(rows: readonly { readonly invoiceId: string | null }[]) {
  return { ...testInvoice({ state: Invoice_State.VOID, etag: '"5-2026-03-04"' }), id: rows[0]?.invoiceId ?? '' };
}
