import { beforeAll, describe, expect, test } from 'vitest';
import { waitUntil } from '../../runtime/testing/wait-until.ts';
import {
  type Api,
  addCustomer,
  addDraft,
  addOpenInvoice,
  anonymous,
  draftOf,
  type Json,
  signUp,
} from './testing/api.ts';
import { recount } from './testing/recount.ts';
import { useNumer } from './testing/use-numer.ts';

/** The guarantees that everybody who sends invoices relies on. */

const numer = useNumer();
const url = () => numer().url;
const OPTIONS = { timeoutMs: 50_000 } as const;

let api: Api;
let customerId: string;

beforeAll(async () => {
  api = await signUp(url);
  customerId = await addCustomer(api);
});

describe('sending', () => {
  test('opens the invoice, numbers it and mails it to the customer', async () => {
    const { id } = await addDraft(api, customerId);
    const sent = await api.call('POST', '/invoices/send', { body: { invoiceId: id } });
    expect(sent).toMatchObject({
      status: 200,
      body: { id, state: 'OPEN', number: expect.stringMatching(/^INV-\d{5}$/) },
    });
    const mail = await waitUntil(async () => {
      const [found] = (await api.get(`/notifications?invoiceId=${id}&state=SENT`)).notifications;
      return found;
    }, OPTIONS);
    expect(mail).toMatchObject({ kind: 'INVOICE_SENT', recipient: 'ada@bakery.example' });
    expect(mail.subject).toContain(sent.body.number);
  });

  test('freezes the invoice', async () => {
    const { id } = await addOpenInvoice(api, customerId);
    const toAnother = { customerId: await addCustomer(api) };
    for (const change of [{ dueDate: '2098-01-31' }, { lines: [] }, toAnother, { discountPercent: '50' }]) {
      const answer = await api.call('PATCH', `/invoices/${id}`, { body: change });
      expect(answer).toMatchObject({ status: 409, body: { reason: 'INVOICE_STATE' } });
    }
    expect(await api.call('DELETE', `/invoices/${id}`)).toMatchObject({ status: 409 });
  });

  test('keeps the details of both parties as they were', async () => {
    const other = await signUp(url, { companyName: 'Dana Design' });
    const buyer = await addCustomer(other);
    const { id } = await addOpenInvoice(other, buyer);
    await other.patch(`/customers/${buyer}`, { name: 'Another name' });
    await other.patch(`/users/${other.userId}`, { companyName: 'Another company' });
    expect((await other.call('DELETE', `/customers/${buyer}`)).status).toBe(204);
    expect(await other.get(`/invoices/${id}`)).toMatchObject({
      seller: { name: 'Dana Design' },
      customer: { name: 'Ada Bakery' },
    });
  });
});

describe('reminders', () => {
  const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1_000).toISOString();

  test('each goes out once, over a restart as well, and none after the invoice was paid', async () => {
    const [unpaid, paid] = [await addOpenInvoice(api, customerId), await addOpenInvoice(api, customerId)];
    const remind = (invoiceId: string, seconds: number) =>
      api.post('/reminders', { invoiceId, remindTime: inSeconds(seconds) });
    const [first, unneeded] = [await remind(unpaid.id, 3), await remind(paid.id, 5)];
    await api.post(`/invoices/${paid.id}/payments`, { amountMinor: paid.dueMinor });

    const stateOf = async ({ id }: Json) => (await api.get(`/reminders/${id}`)).state;
    await waitUntil(async () => (await stateOf(first)) === 'SENT', OPTIONS);
    // It gets due while the system is down. Once it has gone out, the job has looked for due reminders again.
    const second = await remind(unpaid.id, 3);
    await numer().kill();
    await numer().restart();
    await waitUntil(async () => (await stateOf(second)) === 'SENT', OPTIONS);

    const mailsOf = async ({ id }: Json) =>
      (await api.get(`/notifications?invoiceId=${id}`)).notifications
        .filter(({ kind }: Json) => kind === 'REMINDER')
        .map(({ state }: Json) => state);
    await waitUntil(async () => (await mailsOf(unpaid)).join() === 'SENT,SENT', OPTIONS);
    expect(await mailsOf(paid)).toEqual([]);
    expect(await api.get(`/reminders/${unneeded.id}`)).toMatchObject({
      state: 'CANCELLED',
      cancelReason: 'INVOICE_PAID',
    });
    const dueActivities = async () =>
      (await api.get(`/activities/invoice/${unpaid.id}?pageSize=100`)).activities.filter(
        ({ type }: Json) => type === 'reminder.due',
      );
    // An event that was in transit when the process was killed arrives once its claim has expired.
    await waitUntil(async () => (await dueActivities()).length >= 2, OPTIONS);
    expect(await dueActivities()).toHaveLength(2);
  }, 60_000);

  test('the plan follows the due date, and can be paused', async () => {
    const { id } = await addOpenInvoice(api, customerId);
    const times = await waitUntil(async () => {
      const { reminders } = await api.get(`/reminders?invoiceId=${id}`);
      return reminders.length === 4 && reminders.map(({ remindTime }: Json) => remindTime);
    }, OPTIONS);
    expect(times).toEqual(['2099-12-24', '2099-12-28', '2099-12-31', '2100-01-07'].map((day) => `${day}T09:00:00Z`));
    expect(await api.post(`/invoices/${id}/reminders/pause`, {})).toMatchObject({ paused: true });
    const { id: reminderId } = await api.post('/reminders', { invoiceId: id, remindTime: inSeconds(3) });
    const paused = await waitUntil(async () => {
      const reminder = await api.get(`/reminders/${reminderId}`);
      return reminder.state !== 'SCHEDULED' && reminder;
    }, OPTIONS);
    expect(paused).toMatchObject({ state: 'CANCELLED', cancelReason: 'PAUSED' });
  }, 60_000);

  test('follow the plan of the account, also those that were planned before it changed', async () => {
    const other = await signUp(url);
    const { id } = await addOpenInvoice(other, await addCustomer(other));
    const remindersOf = async () => (await other.get(`/reminders?invoiceId=${id}`)).reminders;
    const before = await waitUntil(async () => {
      const reminders = await remindersOf();
      return reminders.length === 4 && reminders;
    }, OPTIONS);
    await other.patch('/reminder-settings', {
      steps: [{ daysBeforeDue: 3 }, { daysAfterDue: 30 }],
      timeOfDay: '17:30',
    });
    await waitUntil(async () => (await remindersOf()).length === 5, OPTIONS);
    const after = await remindersOf();
    expect(after.map(({ remindTime, cancelReason }: Json) => `${remindTime} ${cancelReason}`)).toEqual([
      '2099-12-24T09:00:00Z PLAN_CHANGED',
      '2099-12-28T17:30:00Z CANCEL_REASON_UNSPECIFIED',
      '2099-12-31T09:00:00Z PLAN_CHANGED',
      '2100-01-07T09:00:00Z PLAN_CHANGED',
      '2100-01-30T17:30:00Z CANCEL_REASON_UNSPECIFIED',
    ]);
    expect(after.slice(0, 4).map((reminder: Json) => reminder.id)).toEqual(before.map((reminder: Json) => reminder.id));
  }, 60_000);
});

describe('changing', () => {
  test('leaves every field as it was that was not given, and the totals follow', async () => {
    const lines = [
      { description: 'Design', quantity: '2', unitPrice: '49.995', taxPercent: '19', discountPercent: '5' },
      { description: 'Print', quantity: '3', unitPrice: '0.5' },
    ];
    const draft = await addDraft(api, customerId, { memo: 'Thank you', discountPercent: '10', lines });
    const changing = { etag: expect.any(String), updateTime: expect.any(String) };
    expect(await api.patch(`/invoices/${draft.id}`, { memo: 'Thanks' })).toEqual({
      ...draft,
      ...changing,
      memo: 'Thanks',
    });
    const [, print] = draft.lines;
    const patched = await api.patch(`/invoices/${draft.id}`, { lines: [{ ...print, quantity: '4' }] });
    expect(patched).toMatchObject({
      memo: 'Thanks',
      lines: [{ id: print.id, description: 'Print', netMinor: '200' }],
      subtotalMinor: '200',
      discountMinor: '20',
      taxMinor: '0',
      totalMinor: '180',
    });
    expect(await api.get(`/invoices/${draft.id}`)).toEqual(patched);
  });

  test('leaves the other fields of customers and users as well', async () => {
    const details = { name: 'Ada', email: 'ada@example.com', phone: '1', taxId: 'DE1', notes: 'n', locale: 'de' };
    const address = { line1: 'Street 1', city: 'Berlin', postalCode: '10115', countryCode: 'DE' };
    const customer = await api.post('/customers', { ...details, address });
    const changing = { etag: expect.any(String), updateTime: expect.any(String) };
    expect(await api.patch(`/customers/${customer.id}`, { phone: '2', address: { city: 'Bonn' } })).toEqual({
      ...customer,
      ...changing,
      phone: '2',
      address: { ...customer.address, city: 'Bonn' },
    });
    const user = await api.get(`/users/${api.userId}`);
    expect(await api.patch(`/users/${api.userId}`, { companyName: 'Dana Design' })).toEqual({
      ...user,
      ...changing,
      companyName: 'Dana Design',
    });
    expect(await api.patch(`/customers/${customer.id}`, { phone: null })).toMatchObject({ phone: '', notes: 'n' });
  });

  test('leaves the other metadata, by null removes some, and goes on after sending', async () => {
    const draft = await addDraft(api, customerId, { metadata: { project: 'a', phase: '1' }, tags: ['urgent'] });
    await api.post('/invoices/send', { invoiceId: draft.id });
    const patched = await api.patch(`/invoices/${draft.id}`, { metadata: { phase: null, 'po.Number': '7' } });
    expect(patched).toMatchObject({ metadata: { project: 'a', 'po.Number': '7' }, tags: ['urgent'] });
    expect(patched.metadata).not.toHaveProperty('phase');
    const wrong = await api.call('PATCH', `/invoices/${draft.id}`, { body: { metadata: { 'po number': '7' } } });
    expect(wrong).toMatchObject({ status: 400, body: { errors: [{ pointer: '/metadata/po number' }] } });
    expect(await api.patch(`/invoices/${draft.id}`, { metadata: null })).toMatchObject({ metadata: {} });
  });
});

describe('amounts', () => {
  test('of 9.99 less 15 % add up', async () => {
    const lines = [{ description: 'Print', quantity: '1', unitPrice: '9.99', discountPercent: '15', taxPercent: '7' }];
    const {
      lines: [line],
      ...draft
    } = await addDraft(api, customerId, { lines });
    expect(line).toMatchObject({ grossMinor: '999', discountMinor: '150', netMinor: '849' });
    expect(draft).toMatchObject({ subtotalMinor: '849', discountMinor: '0', taxMinor: '59', totalMinor: '908' });
  });

  test('of an invoice with discounts and several rates add up to its total', async () => {
    const rates = ['0', '7', '7.7', '19', '25.5'];
    const lines = rates.map((taxPercent, index) => ({
      description: `Part ${index}`,
      quantity: '3.333',
      unitPrice: '9.99',
      discountPercent: '15',
      taxPercent,
    }));
    const draft = await addDraft(api, customerId, { lines, discountPercent: '33.333' });
    const sum = (amounts: readonly Json[], name: string) => amounts.reduce((all, each) => all + BigInt(each[name]), 0n);
    expect(sum(draft.lines, 'netMinor')).toBe(BigInt(draft.subtotalMinor));
    expect(sum(draft.taxes, 'netMinor')).toBe(BigInt(draft.subtotalMinor) - BigInt(draft.discountMinor));
    expect(sum(draft.taxes, 'taxMinor')).toBe(BigInt(draft.taxMinor));
    expect(BigInt(draft.subtotalMinor) - BigInt(draft.discountMinor) + BigInt(draft.taxMinor)).toBe(
      BigInt(draft.totalMinor),
    );
  });

  test('are the server’s own, whatever the request says of them', async () => {
    const draft = await addDraft(api, customerId, { totalMinor: '1', state: 'PAID', number: 'MINE', id: customerId });
    expect(draft).toMatchObject({ totalMinor: '11899', state: 'DRAFT', number: '' });
    expect(draft.id).not.toBe(customerId);
  });
});

test('the early-payment discount of the account is on what says nothing of it, and {} stands for none', async () => {
  const owner = await signUp(url);
  const buyer = await addCustomer(owner);
  const settings = (earlyPaymentDiscount: unknown) => owner.patch('/invoice-settings', { earlyPaymentDiscount });
  const discount = { percent: '2', days: 14 };
  expect((await settings(discount)).earlyPaymentDiscount).toEqual(discount);
  const half = await owner.call('PATCH', '/invoice-settings', { body: { earlyPaymentDiscount: { percent: '' } } });
  expect(half).toMatchObject({ status: 400, body: { errors: [{ pointer: '/earlyPaymentDiscount/percent' }] } });

  const { dueDate: _, ...content } = draftOf(buyer);
  const term = { ...content, dueDays: 30 };
  const draft = await owner.post('/invoices', term);
  expect(draft.earlyPaymentDiscount).toMatchObject(discount);
  expect(await owner.post('/invoices', { ...term, earlyPaymentDiscount: {} })).not.toHaveProperty(
    'earlyPaymentDiscount',
  );
  expect(await addDraft(owner, buyer)).not.toHaveProperty('earlyPaymentDiscount');
  const quote = await owner.post('/quotes', { dueDays: 14, invoice: content });
  expect(quote.invoice.earlyPaymentDiscount).toMatchObject(discount);
  const body = { earlyPaymentDiscount: null };
  expect(await owner.patch(`/invoices/${draft.id}`, body)).not.toHaveProperty('earlyPaymentDiscount');

  expect(await settings(null)).not.toHaveProperty('earlyPaymentDiscount');
  expect(await owner.post('/invoices', term)).not.toHaveProperty('earlyPaymentDiscount');
});

describe('answers', () => {
  test('to a creation are complete, and the same as read afterwards', async () => {
    const { body, headers } = await api.call('POST', '/invoices', { body: draftOf(customerId) });
    expect(body).toMatchObject({ state: 'DRAFT', number: '', totalMinor: '11899', createTime: expect.any(String) });
    expect(headers.get('location')).toBe(`/invoices/${body.id}`);
    expect(await api.get(`/invoices/${body.id}`)).toEqual(body);
    const sent = await api.post('/invoices/send', { invoiceId: body.id });
    expect(sent).toMatchObject({ state: 'OPEN', number: expect.stringMatching(/^INV-/), sendTime: expect.any(String) });
    expect(await api.get(`/invoices/${body.id}`)).toEqual(sent);
    const payment = await api.call('POST', `/invoices/${body.id}/payments`, { body: { amountMinor: '11899' } });
    expect(payment.body).toMatchObject({ invoiceState: 'PAID', invoiceDueMinor: '0', currencyCode: 'EUR' });
    expect(await api.get(payment.headers.get('location') ?? '')).toEqual(payment.body);
  });
});

describe('reading', () => {
  test('changes nothing, of an overdue invoice neither', async () => {
    const { id } = await addOpenInvoice(api, customerId, { issueDate: '2020-01-01', dueDate: '2020-01-31' });
    const paths = [`/invoices/${id}`, '/invoices', '/invoices?overdue=true', '/stats', `/reminders?invoiceId=${id}`];
    const before = await waitUntil(async () => {
      const { activities } = await api.get(`/activities/invoice/${id}`);
      return activities.length === 3 && activities; // created, sent, mailed
    }, OPTIONS);
    const invoice = await api.get(`/invoices/${id}`);
    expect(invoice).toMatchObject({ state: 'OPEN', overdue: true });
    for (const path of paths) {
      const first = await api.get(path);
      expect(await api.get(path)).toEqual(first);
    }
    expect(await api.get(`/invoices/${id}`)).toEqual(invoice);
    expect((await api.get(`/activities/invoice/${id}`)).activities).toEqual(before);
    const unchanged = await api.call('GET', `/invoices/${id}`, { headers: { 'if-none-match': invoice.etag } });
    expect(unchanged).toMatchObject({ status: 304, body: undefined });
  });
});

describe('statistics', () => {
  test('are right in each currency, and added up across currencies only with a rate', async () => {
    const other = await signUp(url);
    const buyer = await addCustomer(other);
    const inCurrency = (currencyCode: string) => ({ currencyCode, issueDate: '2020-01-01', dueDate: '2020-01-31' });
    for (const currencyCode of ['EUR', 'JPY', 'KWD']) {
      await addDraft(other, buyer, { currencyCode });
      await addOpenInvoice(other, buyer, inCurrency(currencyCode)); // overdue
      const partly = await addOpenInvoice(other, buyer, { currencyCode });
      await other.post(`/invoices/${partly.id}/payments`, { amountMinor: '100' });
      const paid = await addOpenInvoice(other, buyer, { currencyCode });
      await other.post(`/invoices/${paid.id}/payments`, { amountMinor: paid.dueMinor });
      const { id: voided } = await addOpenInvoice(other, buyer, { currencyCode });
      await other.post(`/invoices/${voided}/void`, {});
      const { id: lost } = await addOpenInvoice(other, buyer, { currencyCode });
      await other.post(`/invoices/${lost}/mark-uncollectible`, {});
      const { id: dropped } = await addDraft(other, buyer, { currencyCode });
      expect((await other.call('DELETE', `/invoices/${dropped}`)).status).toBe(204);
    }
    const wanted = await recount(other);
    expect(wanted.map(({ currencyCode, unpaid, paid }) => [currencyCode, unpaid.count, paid.totalMinor])).toEqual([
      ['EUR', 2, '11899'],
      ['JPY', 2, '119'],
      ['KWD', 2, '118988'],
    ]);
    await waitUntil(
      async () => JSON.stringify((await other.get('/stats')).currencies) === JSON.stringify(wanted),
      OPTIONS,
    );

    const rate = await other.post('/exchange-rates', { currencyCode: 'JPY', rate: '0.0061', date: '2026-01-01' });
    const stats = await other.get('/stats');
    const [euros, yen, dinars] = stats.currencies;
    expect([euros.converted, dinars.converted]).toEqual([undefined, undefined]);
    expect(yen).toEqual({ ...wanted[1], converted: yen.converted });
    // 119 JPY are 0.7259 EUR.
    expect(yen.converted).toMatchObject({
      currencyCode: 'EUR',
      rate: '0.0061',
      amounts: { paid: { totalMinor: '73' } },
    });
    expect(stats.convertedTotal).toMatchObject({
      currencyCode: 'EUR',
      amounts: { paid: { count: 2, totalMinor: String(11_899 + 73) } },
      unconvertedCurrencyCodes: ['KWD'],
    });
    await other.call('DELETE', `/exchange-rates/${rate.id}`);
    expect((await other.get('/stats')).currencies).toEqual(wanted);
  });
});

describe('lists', () => {
  test('are complete and without duplicates on all pages while invoices are added', async () => {
    const other = await signUp(url);
    const buyer = await addCustomer(other);
    const made: Json[] = await Promise.all(Array.from({ length: 30 }, () => addDraft(other, buyer)));
    for (const order of ['CREATE_TIME_DESC', 'CREATE_TIME_ASC', 'DUE_DATE_ASC', 'DUE_DATE_DESC']) {
      const seen: string[] = [];
      let pageToken = '';
      do {
        const page = await other.get(`/invoices?order=${order}&pageSize=7&pageToken=${pageToken}`);
        expect(page.invoices.length).toBeLessThanOrEqual(7);
        seen.push(...page.invoices.map(({ id }: Json) => id));
        pageToken = page.nextPageToken;
        if (seen.length < 30) await addDraft(other, buyer);
      } while (pageToken !== '');
      expect(new Set(seen).size).toBe(seen.length);
      expect(made.filter(({ id }) => !seen.includes(id))).toEqual([]);
    }
  });

  test('have one order, however often they are read', async () => {
    const first = await api.list('/invoices', 'invoices');
    expect(await api.list('/invoices', 'invoices')).toEqual(first);
    // JSON leaves out the fraction of a whole second, so as text it would come after all other times of that second.
    const byTime = first.map(({ createTime, id }) => `${Date.parse(createTime)} ${id}`);
    expect(byTime).toEqual(byTime.toSorted().toReversed());
  });
});

test('numbers are each user’s own', async () => {
  for (const user of [await signUp(url), await signUp(url)]) {
    const buyer = await addCustomer(user);
    const sent = [await addOpenInvoice(user, buyer), await addOpenInvoice(user, buyer)];
    expect(sent.map(({ number }) => number)).toEqual(['INV-00001', 'INV-00002']);
  }
});

test('the page of caught mails shows what was sent', async () => {
  const page = await (await fetch(`${url()}/dev/mail`)).text();
  expect(page).toContain('ada@bakery.example');
  expect((await anonymous(url).call('GET', '/readyz')).status).toBe(200);
});
