import { beforeAll, describe, expect, test } from 'vitest';
import { type Api, addCustomer, addDraft, addOpenInvoice, type Json, signUp } from './testing/api.ts';
import { useSharedNumer } from './testing/use-numer.ts';

const numer = useSharedNumer();
const url = () => numer().url;

let api: Api;
let customerId: string;

beforeAll(async () => {
  api = await signUp(url);
  customerId = await addCustomer(api);
});

function times<T>(count: number, make: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => make(index)));
}

/** Requests to finalize an invoice, and hangs up once the request is on its way. */
async function cutOff({ accessToken }: Api, id: string): Promise<Json> {
  const hangUp = new AbortController();
  const body = new ReadableStream({
    pull(controller) {
      controller.enqueue(new TextEncoder().encode('{}'));
      controller.close();
      setImmediate(() => hangUp.abort());
    },
  });
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${accessToken}` };
  const response = await fetch(`${url()}/invoices/${id}/finalize`, {
    method: 'POST',
    headers,
    body,
    duplex: 'half',
    signal: hangUp.signal,
  });
  return response.json();
}

describe('numbers', () => {
  test('40 sends at once for one user give the numbers 1 to 40', async () => {
    const drafts: Json[] = await times(40, () => addDraft(api, customerId));
    const sent: Json[] = await Promise.all(drafts.map(({ id }) => api.post('/invoices/send', { invoiceId: id })));
    const wanted = Array.from({ length: 40 }, (_, index) => `INV-${String(index + 1).padStart(5, '0')}`);
    expect(sent.map(({ number }) => number).toSorted()).toEqual(wanted);
  });

  test('sends that fail between others take no number', async () => {
    const other = await signUp(url);
    const [good, silent] = [await addCustomer(other), await addCustomer(other, { email: '' })];
    const answers = await times(20, async (index) => {
      const { id } = await addDraft(other, index % 2 === 0 ? good : silent);
      return other.call('POST', '/invoices/send', { body: { invoiceId: id } });
    });
    const refused = answers.filter(({ status }) => status !== 200);
    expect(new Set(refused.map(({ body }) => body.reason))).toEqual(new Set(['CUSTOMER_WITHOUT_EMAIL']));
    const numbers = answers.filter(({ status }) => status === 200).map(({ body }) => body.number);
    expect(numbers.toSorted()).toEqual(Array.from({ length: 10 }, (_, n) => `INV-${String(n + 1).padStart(5, '0')}`));
  });

  test('60 finalizations at once, a fifth of them cut off by their clients, leave no gap', async () => {
    const other = await signUp(url);
    const customer = await addCustomer(other);
    const drafts: Json[] = await times(60, () => addDraft(other, customer));
    const answers = await Promise.allSettled(
      drafts.map(({ id }, index) => (index % 5 === 0 ? cutOff(other, id) : other.post(`/invoices/${id}/finalize`, {}))),
    );
    const told = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value.number] : []));
    expect(told.length).toBeGreaterThanOrEqual(48);
    expect(told.length).toBeLessThan(60);
    // An invoice whose request was cut off is open by now or can still be opened; either way it takes exactly one number.
    for (const { id } of drafts) {
      const answer = await other.call('POST', `/invoices/${id}/finalize`);
      expect([200, 409]).toContain(answer.status);
    }
    const opened = await other.list('/invoices', 'invoices');
    expect(opened.map(({ number }) => number).toSorted()).toEqual(
      Array.from({ length: 60 }, (_, index) => `INV-${String(index + 1).padStart(5, '0')}`),
    );
    expect(new Set(told).size).toBe(told.length);
  }, 60_000);

  test('one draft that is sent by many at once gets one number', async () => {
    const other = await signUp(url);
    const { id } = await addDraft(other, await addCustomer(other));
    const answers = await times(16, () => other.call('POST', `/invoices/${id}/send`));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const refused = answers.filter(({ status }) => status !== 200);
    expect(new Set(refused.map(({ status, body }) => `${status} ${body.reason}`))).toEqual(
      new Set(['409 INVOICE_STATE']),
    );
    expect(await addOpenInvoice(other, await addCustomer(other))).toMatchObject({ number: 'INV-00002' });
  });
});

describe('payments', () => {
  test('50 payments at once on one invoice fill its total exactly', async () => {
    const lines = [{ description: 'Bread', quantity: '50', unitPrice: '1', taxPercent: '0' }];
    const { id } = await addOpenInvoice(api, customerId, { lines });
    const answers = await times(50, () =>
      api.call('POST', `/invoices/${id}/payments`, { body: { amountMinor: '100' } }),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 50 }, () => 201));
    expect(answers.map(({ body }) => Number(body.invoiceDueMinor)).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 50 }, (_, index) => index * 100),
    );
    expect(await api.get(`/invoices/${id}`)).toMatchObject({ state: 'PAID', paidMinor: '5000', dueMinor: '0' });
  });

  test('20 payments at once of which only some fit never exceed the total', async () => {
    const lines = [{ description: 'Bread', quantity: '1', unitPrice: '40', taxPercent: '0' }];
    const { id } = await addOpenInvoice(api, customerId, { lines });
    const answers = await times(20, () =>
      api.call('POST', `/invoices/${id}/payments`, { body: { amountMinor: '300' } }),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(13);
    const refused = answers.filter(({ status }) => status !== 201);
    expect(new Set(refused.map(({ status, body }) => `${status} ${body.reason}`))).toEqual(
      new Set(['409 OVERPAYMENT']),
    );
    expect(await api.get(`/invoices/${id}`)).toMatchObject({ state: 'OPEN', paidMinor: '3900', dueMinor: '100' });
    expect(await api.list(`/invoices/${id}/payments`, 'payments')).toHaveLength(13);
  });

  test('an invoice is never both paid and voided', async () => {
    const outcomes = await times(10, async () => {
      const { id, totalMinor } = await addOpenInvoice(api, customerId);
      const [paid, voided] = await Promise.all([
        api.call('POST', `/invoices/${id}/payments`, { body: { amountMinor: totalMinor } }),
        api.call('POST', `/invoices/${id}/void`),
      ]);
      const { state, paidMinor } = await api.get(`/invoices/${id}`);
      return `${paid.status} ${voided.status} ${state} ${paidMinor}`;
    });
    const allowed = ['201 409 PAID 11899', '409 200 VOID 0'];
    expect(outcomes.filter((outcome) => !allowed.includes(outcome))).toEqual([]);
  });
});

test('an idempotency key is of its user alone', async () => {
  const other = await signUp(url);
  const headers = { 'idempotency-key': 'create-once' };
  const [one, another] = await Promise.all([
    api.post('/customers', { name: 'Ada' }, headers),
    other.post('/customers', { name: 'Ada' }, headers),
  ]);
  expect(one.id).not.toBe(another.id);
});

describe('If-Match', () => {
  test('lets one of many changes at once win each round', async () => {
    const { id } = await addDraft(api, customerId);
    for (let round = 1; round <= 5; round += 1) {
      const { etag } = await api.get(`/invoices/${id}`);
      const answers = await times(10, (index) =>
        api.call('PATCH', `/invoices/${id}`, { body: { memo: `${round}.${index}` }, headers: { 'if-match': etag } }),
      );
      const won = answers.filter(({ status }) => status === 200);
      expect(won).toHaveLength(1);
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 412]));
      expect((await api.get(`/invoices/${id}`)).memo).toBe(won[0]?.body.memo);
    }
  });

  test('changes of different fields at once without it are all kept', async () => {
    const { id } = await addDraft(api, customerId);
    await Promise.all([
      api.patch(`/invoices/${id}`, { memo: 'Thank you' }),
      api.patch(`/invoices/${id}`, { dueDate: '2098-01-31' }),
      api.patch(`/invoices/${id}`, { discountPercent: '10' }),
    ]);
    expect(await api.get(`/invoices/${id}`)).toMatchObject({
      memo: 'Thank you',
      dueDate: '2098-01-31',
      discountPercent: '10',
      totalMinor: '10709',
    });
  });

  test('one address signs up once', async () => {
    const answers = await times(8, () =>
      fetch(`${url()}/users`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email: 'ONCE@example.com', password: 'correct horse', name: 'Once' }),
      }),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, ...Array.from({ length: 7 }, () => 409)]);
  });
});
