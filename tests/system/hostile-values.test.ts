import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type Api,
  addCustomer,
  addDraft,
  addOpenInvoice,
  anonymous,
  draftOf,
  type Json,
  recurringOf,
  signUp,
  templateOf,
} from './testing/api.ts';
import { hostileBodies, type Tried } from './testing/hostile-requests.ts';
import { type PublishedRoute, pathOf, routes } from './testing/routes.ts';
import { useSharedNumer } from './testing/use-numer.ts';

/** Number of requests at the same time. */
const CONCURRENCY = 4;

const numer = useSharedNumer();
const url = () => numer().url;

let api: Api;
/** A valid body for each route that takes one. */
let goodBodies: Readonly<Record<string, Json>>;
let ids: Readonly<Record<string, string>>;
/** Id of the invoice to credit in parts: some hostile bodies credit all of it, and other routes need their own invoice. */
let creditedId: string;

beforeAll(async () => {
  api = await signUp(url);
  const customerId = await addCustomer(api);
  const draft = await addDraft(api, customerId);
  const invoice = await addOpenInvoice(api, customerId);
  const credited = await addOpenInvoice(api, customerId);
  creditedId = credited.id;
  const payment = await api.post(`/invoices/${invoice.id}/payments`, { amountMinor: '1' });
  const quote = await api.post('/quotes', { invoice: templateOf(customerId) });
  const sent = await api.post('/quotes', { invoice: templateOf(customerId) });
  await api.post(`/quotes/${sent.id}/send`, {});
  const creditNote = await api.post(`/invoices/${credited.id}/credit-notes`, { reason: 'returned', amountMinor: '1' });
  const recurring = await api.post('/recurring-invoices', recurringOf(customerId));
  const { webhookEndpoint } = await api.post('/webhook-endpoints', { url: 'https://localhost/' });
  await api.post('/number-series', { name: 'web', documentType: 'INVOICE', pattern: 'W{SEQ}' });
  ids = {
    document_id: invoice.id,
    'invoice.id': draft.id,
    invoice_id: invoice.id,
    customer_id: customerId,
    payment_id: payment.id,
    'customer.id': customerId,
    'user.id': api.userId,
    user_id: api.userId,
    'number_series.name': 'web',
    'quote.id': quote.id,
    quote_id: sent.id,
    credit_note_id: creditNote.id,
    'recurring_invoice.id': recurring.id,
    recurring_invoice_id: recurring.id,
    webhook_endpoint_id: webhookEndpoint.id,
    'webhook_endpoint.id': webhookEndpoint.id,
    webhook_delivery_id: webhookEndpoint.id,
  };
  goodBodies = {
    '/invoices': draftOf(customerId),
    '/invoices/{invoice.id}': draftOf(customerId),
    '/invoices/{invoice_id}/payments': { amountMinor: '1' },
    '/invoices/{invoice_id}/payments/{payment_id}/reverse': { reason: 'returned' },
    '/invoices/{invoice_id}/write-off': { amountMinor: '1', reason: 'insolvent' },
    '/invoices/{invoice_id}/credit-notes': {
      reason: 'returned',
      lines: [{ invoiceLineId: credited.lines[0].id, amountMinor: '1' }],
    },
    '/credit-notes/preview': {
      invoiceId: credited.id,
      reason: 'returned',
      lines: [{ invoiceLineId: credited.lines[0].id, amountMinor: '1' }],
    },
    '/invoices/{invoice_id}/instalments': {
      instalments: [
        { dueDate: '2099-01-31', amountMinor: '1' },
        { dueDate: '2099-02-28', amountMinor: '2' },
      ],
    },
    '/invoices/{invoice_id}/apply-credit': { amountMinor: '1' },
    '/users/{user_id}/password': { currentPassword: 'correct horse', newPassword: 'correct horse' },
    '/customers/{customer_id}/deposits': { amountMinor: '1', currencyCode: 'EUR' },
    '/customers/{customer_id}/refunds': { amountMinor: '1', currencyCode: 'EUR' },
    '/invoices/send': { invoiceId: invoice.id },
    '/invoices/{invoice_id}/resend': { recipient: 'ada@example.com', message: 'Hello' },
    '/quotes/{quote_id}/resend': { recipient: 'ada@example.com', message: 'Hello' },
    '/credit-notes/{credit_note_id}/resend': { recipient: 'ada@example.com', message: 'Hello' },
    '/quotes': { expireDate: '2099-12-31', invoice: templateOf(customerId) },
    '/quotes/{quote.id}': { dueDays: 14, invoice: templateOf(customerId) },
    '/recurring-invoices': { ...recurringOf(customerId), count: 3 },
    '/recurring-invoices/{recurring_invoice.id}': { interval: 2, invoice: templateOf(customerId) },
    '/number-series': { name: 'web-2', documentType: 'INVOICE', pattern: 'X{SEQ}' },
    '/number-series/{number_series.name}': { pattern: 'W-{SEQ}', nextSequence: '5' },
    '/customers': { name: 'Ada' },
    '/reminders': { invoiceId: invoice.id, daysBeforeDue: 20 },
    '/users': { email: 'hostile@example.com', password: 'correct horse', name: 'H' },
    '/sessions': { email: 'hostile@example.com', password: 'correct horse' },
    '/password-resets': { email: 'hostile@example.com' },
    '/password-resets/confirm': { token: 'hostile', newPassword: 'correct horse' },
    '/api-keys': { name: 'Accounting' },
    '/webhook-endpoints': { url: 'https://localhost/', description: 'Shop', eventTypes: ['invoice.sent'] },
    '/webhook-endpoints/{webhook_endpoint.id}': { description: 'Shop', eventTypes: ['invoice.sent'], disabled: false },
    '/exchange-rates': { currencyCode: 'USD', targetCurrencyCode: 'EUR', rate: '0.9', date: '2026-03-01' },
  };
});

afterAll(async () => {
  expect((await anonymous(url).call('GET', '/readyz')).status).toBe(200);
});

// Calls without a body would only use up the invoice that the others need.
const withBody = routes.filter(
  ({ body, path }) => body !== '' && !/void|uncollectible|finalize|[}]\/(send|accept|decline|convert)/.test(path),
);

const tried: Tried = new Map();

test.each(withBody)(
  'no value of any field makes $name fail',
  async (route) => {
    const requests = [...hostileBodies(route, goodBodies[route.path] ?? {}, tried)];
    expect(requests).not.toHaveLength(0);
    const failed: Json[] = [];
    const work = async () => {
      for (let body = requests.pop(); body !== undefined; body = requests.pop()) {
        const { status, body: answer } = await send(route, body);
        if (status >= 500 || (status >= 400 && answer.reason === undefined)) failed.push({ status, body, answer });
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, work));
    expect(failed).toEqual([]);
  },
  240_000,
);

function send(route: PublishedRoute, body: Json) {
  const caller = route.isPublic ? anonymous(url) : api;
  return caller.call(
    route.verb.toUpperCase(),
    pathOf(route, (variable) => (route.path.endsWith('/credit-notes') ? creditedId : ids[variable])),
    { body },
  );
}
