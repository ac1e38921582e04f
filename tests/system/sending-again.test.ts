import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type SmtpSink, startSmtpSink } from '../../runtime/testing/smtp-sink.ts';
import { waitUntil } from '../../runtime/testing/wait-until.ts';
import { type Api, addCustomer, addDraft, type Json, signUp, templateOf } from './testing/api.ts';
import { useNumer } from './testing/use-numer.ts';

let sink: SmtpSink;
beforeAll(async () => {
  sink = await startSmtpSink();
});
afterAll(() => sink.close());
const numer = useNumer(() => ({ environment: { SMTP_URL: sink.url } }));

let owner: Api;
beforeAll(async () => {
  owner = await signUp(() => numer().url, { timeZone: 'Europe/Berlin' });
});

/** A customer with a unique address. */
async function newCustomer(fields: Json = {}) {
  const email = `${randomUUID()}@example.com`;
  return { email, customerId: await addCustomer(owner, { email, ...fields }) };
}

/** Subjects and texts of the mails to an address, once there are so many. */
async function mailsTo(email: string, count: number): Promise<readonly { subject: string; text: string }[]> {
  const mails = await waitUntil(() => {
    const found = sink.mails().filter(({ to }) => to[0] === email);
    return found.length >= count && found;
  });
  return mails.map(({ mail }) => ({ subject: mail.subject ?? '', text: mail.text ?? '' }));
}

describe('words of the seller', () => {
  test('stand in the mails of invoices, quotes and credit notes, and nowhere else', async () => {
    const { email, customerId } = await newCustomer({ locale: 'de' });
    const message = 'Liebe Ada,\n\nvielen Dank <3';
    const { id } = await addDraft(owner, customerId);
    const invoice = await owner.post(`/invoices/${id}/send`, { message });
    await mailsTo(email, 1);
    const quote = await owner.post('/quotes', { invoice: templateOf(customerId) });
    await owner.post(`/quotes/${quote.id}/send`, { message });
    await mailsTo(email, 2);
    await owner.post(`/invoices/${id}/credit-notes`, { reason: 'Bruch', amountMinor: '100', message });
    const mails = await mailsTo(email, 3);
    expect(mails.map(({ text }) => text.includes(`\n\n${message}\n\n`))).toEqual([true, true, true]);
    expect(JSON.stringify([invoice, await owner.get(`/invoices/${id}`)])).not.toContain('vielen Dank');
    expect(JSON.stringify(await owner.list('/activities/user', 'activities'))).not.toContain('vielen Dank');
  });

  test('stand in each mail of a batch', async () => {
    const { email, customerId } = await newCustomer();
    const invoiceIds = [(await addDraft(owner, customerId)).id, (await addDraft(owner, customerId)).id];
    await owner.post(`/invoices/${invoiceIds[1]}/finalize`, {});
    await owner.post('/invoices/batch-send', { invoiceIds, message: 'All of March.' });
    const mails = await mailsTo(email, 2);
    expect(mails.map(({ text }) => text.includes('\n\nAll of March.\n\n'))).toEqual([true, true]);
  });
});

describe('the actions of a document', () => {
  /** Asserts that the actions offer to mail a document again exactly when that works, and otherwise name why it is refused. */
  const expectAgreement = async (path: string) => {
    const { availableActions, unavailableActions = [] } = await owner.get(path);
    const { status, body } = await owner.call('POST', `${path}/resend`, { body: {} });
    const reason = unavailableActions.find(({ action }: Json) => action === 'RESEND')?.reason;
    expect([path, availableActions?.includes('RESEND') ?? false, reason]).toEqual([
      path,
      status === 201,
      body.metadata?.cause,
    ]);
    return reason ?? '';
  };

  test('say whether an invoice can be mailed again, as the call does', async () => {
    const { customerId } = await newCustomer();
    const newInvoice = async (...actions: readonly (readonly [string, Json])[]) => {
      const { id } = await addDraft(owner, customerId);
      for (const [action, body] of actions) await owner.post(`/invoices/${id}/${action}`, body);
      return expectAgreement(`/invoices/${id}`);
    };
    const [finalize, send, pay] = [
      ['finalize', {}],
      ['send', {}],
      ['payments', { amountMinor: '11899' }],
    ] as const;
    const reasons = [
      await newInvoice(),
      await newInvoice(finalize),
      await newInvoice(finalize, pay),
      await newInvoice(send),
      await newInvoice(send, pay),
      await newInvoice(send, ['mark-uncollectible', {}]),
      await newInvoice(send, ['void', {}]),
      await newInvoice(finalize, ['void', {}]),
    ];
    expect(reasons).toEqual(['NOT_SENT', 'NOT_SENT', 'NOT_SENT', '', '', '', 'VOIDED', 'VOIDED']);
  });

  test('say whether a quote can be mailed again, as the call does', async () => {
    const { customerId } = await newCustomer();
    const newQuote = async (...actions: readonly string[]) => {
      const { id } = await owner.post('/quotes', { invoice: templateOf(customerId), dueDays: 14 });
      for (const action of actions) await owner.post(`/quotes/${id}/${action}`, {});
      return expectAgreement(`/quotes/${id}`);
    };
    const reasons = [
      await newQuote(),
      await newQuote('send'),
      await newQuote('send', 'accept'),
      await newQuote('send', 'decline'),
      await newQuote('send', 'accept', 'convert'),
    ];
    expect(reasons).toEqual(['NOT_SENT', '', 'ACCEPTED', 'DECLINED', 'INVOICED']);
  });
});

describe('an invoice that was sent', () => {
  test('goes to the present address of the customer and to others, says what is due by now, and is taken back everywhere', async () => {
    const { email, customerId } = await newCustomer();
    const { id } = await addDraft(owner, customerId);
    expect(await owner.call('POST', `/invoices/${id}/resend`, { body: {} })).toMatchObject({
      status: 409,
      body: { reason: 'INVOICE_STATE', metadata: { state: 'DRAFT', action: 'RESEND', cause: 'NOT_SENT' } },
    });
    await owner.post(`/invoices/${id}/send`, {});
    await mailsTo(email, 1);

    const [moved, books] = [`${randomUUID()}@example.com`, `${randomUUID()}@example.com`];
    await owner.patch(`/customers/${customerId}`, { email: moved });
    const payment = await owner.post(`/invoices/${id}/payments`, { amountMinor: '1899' });
    const first = await owner.call('POST', `/invoices/${id}/resend`, { body: {} });
    expect(first).toMatchObject({ status: 201, body: { kind: 'INVOICE_SENT', invoiceId: id, recipient: moved } });
    expect(first.headers.get('location')).toBe(`/notifications/${first.body.id}`);
    await owner.post(`/invoices/${id}/resend`, { recipient: books, message: 'For your books.' });
    const [toCustomer] = await mailsTo(moved, 1);
    expect(toCustomer?.text).toContain('Please pay 100.00 EUR');
    const [toBooks] = await mailsTo(books, 1);
    expect(toBooks?.text).toContain('\n\nFor your books.\n\n');

    await waitUntil(async () => {
      const activities = await owner.list(`/activities/invoice/${id}`, 'activities');
      const resent = activities.filter(({ type }: Json) => type === 'document.resent');
      return resent.some(({ subjectId, actorId, changes }: Json) => {
        const fields = changes.map(({ field }: Json) => field);
        return subjectId === first.body.id && actorId === owner.userId && fields.includes('recipient');
      });
    });

    await owner.post(`/invoices/${id}/payments/${payment.id}/reverse`, { reason: 'returned' });
    await owner.post(`/invoices/${id}/void`, {});
    for (const [address, count] of [
      [moved, 2],
      [books, 2],
    ] as const) {
      expect((await mailsTo(address, count)).at(-1)?.subject).toMatch(/was cancelled$/);
    }
    expect((await owner.call('POST', `/invoices/${id}/resend`, { body: {} })).body.metadata.cause).toBe('VOIDED');
  });

  test('is mailed again five times a day, and not for anybody else', async () => {
    const { customerId } = await newCustomer();
    const { id } = await addDraft(owner, customerId);
    await owner.post(`/invoices/${id}/send`, {});
    const asked = await Promise.all(
      Array.from({ length: 8 }, () => owner.call('POST', `/invoices/${id}/resend`, { body: {} })),
    );
    expect(asked.map(({ status }) => status).toSorted()).toEqual([201, 201, 201, 201, 201, 429, 429, 429]);
    const refused = asked.find(({ status }) => status === 429);
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(23 * 3600);
    const stranger = await signUp(() => numer().url);
    expect(await stranger.call('POST', `/invoices/${id}/resend`, { body: {} })).toMatchObject({
      status: 404,
      body: { reason: 'INVOICE_NOT_FOUND' },
    });
  });
});
