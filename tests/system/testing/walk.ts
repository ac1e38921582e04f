import { expect } from 'vitest';
import { waitUntil } from '../../../runtime/testing/wait-until.ts';
import { readPdf } from '../../../services/notification/testing/read-pdf.ts';
import { type Api, addCustomer, type Json, signUp } from './api.ts';

/** How long events may take to arrive everywhere. */
const OPTIONS = { timeoutMs: 15_000 } as const;

/**
 * The main walk: from sign-up to a paid invoice and all its effects, each exactly once. It is the same for every way to run
 * the system.
 */
export async function walkFromSignUpToPaidInvoice(url: () => string): Promise<void> {
  const api = await signUp(url, { timeZone: 'Europe/Berlin', companyName: 'Dana Design' });
  const customerId = await addCustomer(api);

  const draft = await api.call('POST', '/invoices', {
    body: {
      customerId,
      currencyCode: 'EUR',
      dueDate: '2099-12-31',
      discountPercent: '10',
      lines: [
        { description: 'Design', quantity: '2', unitPrice: '49.995', taxPercent: '19' },
        { description: 'Print', quantity: '1', unitPrice: '9.99', taxPercent: '7', discountPercent: '15' },
      ],
    },
  });
  expect(draft.status).toBe(201);
  expect(draft.headers.get('location')).toBe(`/invoices/${draft.body.id}`);
  expect(draft.headers.get('etag')).toBe(draft.body.etag);
  // 99.99 + (9.99 - 1.50) = 108.48; less 10 % = 97.63; the tax is 19 % of 89.99 and 7 % of 7.64.
  expect(draft.body).toMatchObject({
    number: '',
    state: 'DRAFT',
    customerId,
    currencyCode: 'EUR',
    dueDate: '2099-12-31',
    lines: [{ netMinor: '9999' }, { netMinor: '849', discountMinor: '150' }],
    subtotalMinor: '10848',
    discountMinor: '1085',
    taxMinor: '1763',
    totalMinor: '11526',
    paidMinor: '0',
    dueMinor: '11526',
    overdue: false,
  });

  const patched = await api.call('PATCH', `/invoices/${draft.body.id}`, { body: { dueDate: '2098-06-30' } });
  expect(patched.body).toEqual({
    ...draft.body,
    dueDate: '2098-06-30',
    nextDueDate: '2098-06-30',
    etag: expect.any(String),
    updateTime: expect.any(String),
  });

  const invoiceId: string = draft.body.id;
  const sent = await api.post('/invoices/send', { invoiceId });
  expect(sent).toMatchObject({
    state: 'OPEN',
    number: 'INV-00001',
    dueMinor: '11526',
    seller: { name: 'Dana Design' },
    customer: { name: 'Ada Bakery', email: 'ada@bakery.example' },
  });

  const reminder = await api.call('POST', '/reminders', { body: { invoiceId, daysBeforeDue: 10 } });
  expect(reminder.status).toBe(201);
  expect(reminder.body).toMatchObject({ invoiceId, state: 'SCHEDULED', remindTime: '2098-06-20T07:00:00Z' });
  // Sending makes the four reminders of the plan. They would no longer be made for a paid invoice.
  await waitUntil(async () => (await api.get(`/reminders?invoiceId=${invoiceId}`)).reminders.length === 5, OPTIONS);

  const firstPayment = await api.call('POST', `/invoices/${invoiceId}/payments`, { body: { amountMinor: '10000' } });
  expect(firstPayment.status).toBe(201);
  expect(await api.get(`/invoices/${invoiceId}`)).toMatchObject({
    state: 'OPEN',
    dueMinor: '1526',
    partiallyPaid: true,
  });
  await api.post(`/invoices/${invoiceId}/payments`, { amountMinor: '1526', method: 'cash' });
  expect(await api.get(`/invoices/${invoiceId}`)).toMatchObject({ state: 'PAID', dueMinor: '0', paidMinor: '11526' });

  await expectEverythingOnce(api, invoiceId);
  await expectPrinted(url, api, `/invoices/${invoiceId}/pdf`, ['Invoice INV-00001', 'Dana Design', '115.26 EUR']);
}

async function expectPrinted(url: () => string, api: Api, path: string, texts: readonly string[]): Promise<void> {
  const response = await fetch(url() + path, { headers: { authorization: `Bearer ${api.accessToken}` } });
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/pdf']);
  expect(response.headers.get('content-disposition')).toBe('attachment; filename="Invoice INV-00001.pdf"');
  const { pages } = await readPdf(await response.bytes());
  for (const text of texts) expect(pages[0]).toContain(text);
}

async function expectEverythingOnce(api: Api, invoiceId: string): Promise<void> {
  const wanted = [
    'invoice.created',
    'invoice.sent',
    'invoice.updated',
    ...Array.from({ length: 3 }, () => 'notification.sent'),
    ...Array.from({ length: 2 }, () => 'payment.recorded'),
    ...Array.from({ length: 5 }, () => 'reminder.cancelled'),
    'reminder.scheduled',
  ];
  const trail: Json[] = await waitUntil(async () => {
    const { activities } = await api.get(`/activities/invoice/${invoiceId}?pageSize=100`);
    return activities.length >= wanted.length && activities;
  }, OPTIONS);
  expect(trail.map(({ type }) => type).toSorted()).toEqual(wanted);
  for (const { actorType, address } of trail) expect(address).toBe(actorType === 'USER' ? '127.0.0.1' : undefined);
  const { verifiedCount, head, problem } = await api.get('/activities/verification');
  expect([problem, verifiedCount]).toEqual([undefined, head.sequence]);
  expect(Number(verifiedCount)).toBeGreaterThan(wanted.length);

  const { reminders } = await api.get(`/reminders?invoiceId=${invoiceId}`);
  expect(reminders).toHaveLength(5);
  for (const reminder of reminders) {
    expect(reminder).toMatchObject({ state: 'CANCELLED', cancelReason: 'INVOICE_PAID' });
  }

  const { notifications } = await api.get(`/notifications?invoiceId=${invoiceId}`);
  expect(
    notifications.map(({ kind, state }: { kind: string; state: string }) => `${kind} ${state}`).toSorted(),
  ).toEqual(['INVOICE_SENT SENT', 'PAYMENT_RECEIVED SENT', 'PAYMENT_RECEIVED SENT']);

  const stats = await waitUntil(async () => {
    const { currencies } = await api.get('/stats');
    return currencies[0]?.paid.count === 1 ? currencies : undefined;
  }, OPTIONS);
  expect(stats).toMatchObject([
    {
      currencyCode: 'EUR',
      draft: { count: 0, totalMinor: '0' },
      unpaid: { count: 0, totalMinor: '0' },
      overdue: { count: 0, totalMinor: '0' },
      paid: { count: 1, totalMinor: '11526' },
      dueMinor: '0',
      paidThisMonthMinor: '11526',
    },
  ]);
}
