import { randomUUID } from 'node:crypto';
import { MethodOptions_IdempotencyLevel as IdempotencyLevel } from '@bufbuild/protobuf/wkt';
import { accountCalls } from './account-calls.ts';
import { alternate } from './alternate.ts';
import { type Api, addCustomer, addDraft, addOpenInvoice, draftOf, type Json, recurringOf, templateOf } from './api.ts';
import { linkCalls } from './link-calls.ts';
import { passwordResetCalls } from './password-reset-calls.ts';
import { type PublishedRoute, routes } from './routes.ts';
import { settingsCalls } from './settings-calls.ts';
import type { Numer } from './start-numer.ts';
import { webhookCalls } from './webhook-calls.ts';

/** Every route that changes something. */
export const changingRoutes: readonly PublishedRoute[] = routes.filter(
  ({ method }) => method.idempotency !== IdempotencyLevel.NO_SIDE_EFFECTS,
);

/** A request that a changing route accepts. */
export interface ChangingCall {
  readonly path: string;
  readonly body?: Json;
  /** Instead of a body in JSON. */
  readonly csv?: string;
  /** Likewise, an image. */
  readonly png?: Uint8Array<ArrayBuffer>;
  /** The caller. Default: the user that the calls were made for. */
  readonly caller?: Api;
  /** Credentials with which the caller, or the created user, signs in; absent for the user that the calls were made for. */
  readonly credentials?: { readonly email: string; readonly password: string };
  /** Path of the resource that changes. By default, `path` begins with it. */
  readonly resource?: string;
}

/** Makes a request for a route, after creating the resources it needs. Each differs from all earlier ones. */
export type MakeChangingCall = () => Promise<ChangingCall>;

/** The call of each changing route, by the name of the route. */
export type ChangingCalls = Readonly<Record<string, MakeChangingCall>>;

/** The method, body and headers of a call of a route, for {@link Api.call}. */
export function sendCall(
  api: Api,
  route: PublishedRoute,
  call: ChangingCall,
  headers: Readonly<Record<string, string>>,
) {
  const { path, body, csv, png, caller = api } = call;
  const file = csv ?? png;
  const content = file === undefined ? { body } : { text: file };
  const type: Readonly<Record<string, string>> =
    file === undefined ? {} : { 'content-type': csv === undefined ? 'image/png' : 'text/csv' };
  return caller.call(route.verb.toUpperCase(), path, { ...content, headers: { ...headers, ...type } });
}

/** The calls for a user who has this customer. */
export function createChangingCalls(
  numer: () => Pick<Numer, 'url' | 'dataDir'>,
  api: Api,
  customerId: string,
): ChangingCalls {
  const url = () => numer().url;
  return {
    ...accountCalls(url, api),
    ...passwordResetCalls(url, numer),
    ...customerCalls(api, customerId),
    ...invoiceCalls(api, customerId),
    ...paymentCalls(api, customerId),
    ...quoteCalls(api, customerId),
    ...recurringCalls(api, customerId),
    ...settingsCalls(api),
    ...reminderCalls(api, customerId),
    ...exchangeRateCalls(api),
    ...webhookCalls(api),
    ...linkCalls(api, customerId),
  };
}

function customerCalls(api: Api, customerId: string): ChangingCalls {
  const phone = alternate('+49 30 1', '+49 30 2');
  const money = () => ({
    amountMinor: '100',
    currencyCode: 'EUR',
    method: 'cash',
    reference: `from Ada ${randomUUID()}`,
  });
  return {
    'POST /customers': async () => ({ path: '/customers', body: { name: `Ada ${randomUUID()}`, locale: 'de' } }),
    'PATCH /customers/{customer.id}': async () => ({
      path: `/customers/${customerId}`,
      body: { phone: phone(), notes: `Ada ${randomUUID()}` },
    }),
    'DELETE /customers/{customer_id}': async () => ({ path: `/customers/${await addCustomer(api, { locale: 'fr' })}` }),
    'POST /customers/import': async () => ({
      path: '/customers/import',
      csv: `name,reference\nAda,K-${randomUUID()}\n`,
    }),
    'POST /customers/{customer_id}/deposits': async () => ({
      path: `/customers/${customerId}/deposits`,
      body: money(),
    }),
    'POST /customers/{customer_id}/refunds': async () => {
      await api.post(`/customers/${customerId}/deposits`, money());
      return { path: `/customers/${customerId}/refunds`, body: money() };
    },
  };
}

/** Creates an invoice that is open, but not mailed, which would take longer than everything else that a call needs. */
async function addFinalizedInvoice(api: Api, customerId: string): Promise<Json> {
  const { id } = await addDraft(api, customerId);
  return api.post(`/invoices/${id}/finalize`, {});
}

function invoiceCalls(api: Api, customerId: string): ChangingCalls {
  const draft = async () => `/invoices/${(await addDraft(api, customerId)).id}`;
  const open = async () => `/invoices/${(await addFinalizedInvoice(api, customerId)).id}`;
  const draftToSend = async () => {
    const { id: invoiceId } = await addDraft(api, customerId);
    return { path: '/invoices/send', body: { invoiceId }, resource: `/invoices/${invoiceId}` };
  };
  return {
    'POST /invoices': async () => ({ path: '/invoices', body: draftOf(customerId, { memo: randomUUID() }) }),
    'PATCH /invoices/{invoice.id}': async () => ({
      path: await draft(),
      body: { memo: 'Thank you', dueDate: '2098-01-01' },
    }),
    'DELETE /invoices/{invoice_id}': async () => ({ path: await draft() }),
    'POST /invoices/{invoice_id}/finalize': async () => ({ path: `${await draft()}/finalize`, body: {} }),
    'POST /invoices/{invoice_id}/send': async () => ({ path: `${await draft()}/send`, body: {} }),
    'POST /invoices/send': draftToSend,
    'POST /invoices/{invoice_id}/resend': async () => ({
      path: `/invoices/${(await addOpenInvoice(api, customerId)).id}/resend`,
      body: { recipient: `${randomUUID()}@example.com`, message: 'For Ada' },
    }),
    'POST /invoices/{invoice_id}/void': async () => ({ path: `${await open()}/void`, body: {} }),
    'POST /invoices/{invoice_id}/mark-uncollectible': async () => ({
      path: `${await open()}/mark-uncollectible`,
      body: {},
    }),
    'POST /invoices/{invoice_id}/duplicate': async () => ({ path: `${await open()}/duplicate`, body: {} }),
    'POST /invoices/{invoice_id}/revise': async () => ({ path: `${await open()}/revise`, body: {} }),
    'POST /invoices/{invoice_id}/instalments': async () => ({
      path: `${await open()}/instalments`,
      body: {
        instalments: [
          { dueDate: '2098-01-01', amountMinor: '5000' },
          { dueDate: '2099-01-01', amountMinor: '6899' },
        ],
      },
    }),
    'POST /invoices/batch-send': async () => ({
      path: '/invoices/batch-send',
      body: { invoiceIds: [(await addDraft(api, customerId)).id] },
    }),
    'POST /invoices/batch-void': async () => ({
      path: '/invoices/batch-void',
      body: { invoiceIds: [(await addFinalizedInvoice(api, customerId)).id] },
    }),
    'POST /invoices/import': async () => {
      const reference = `K-${randomUUID()}`;
      await addCustomer(api, { reference });
      const columns = 'invoice,customer_reference,currency_code,due_date,description,quantity,unit_price';
      return { path: '/invoices/import', csv: `${columns}\n1,${reference},EUR,2099-01-01,Bread,1,2\n` };
    },
  };
}

function paymentCalls(api: Api, customerId: string): ChangingCalls {
  const money = { amountMinor: '100', method: 'cash', reference: 'from Ada' };
  const open = async () => `/invoices/${(await addFinalizedInvoice(api, customerId)).id}`;
  return {
    'POST /invoices/{invoice_id}/payments': async () => ({ path: `${await open()}/payments`, body: money }),
    'POST /invoices/{invoice_id}/payments/{payment_id}/reverse': async () => {
      const payments = `${await open()}/payments`;
      const { id } = await api.post(payments, money);
      return { path: `${payments}/${id}/reverse`, body: { reason: 'returned to Ada' } };
    },
    'POST /invoices/{invoice_id}/write-off': async () => ({
      path: `${await open()}/write-off`,
      body: { reason: 'Ada is insolvent' },
    }),
    'POST /invoices/{invoice_id}/credit-notes': async () => ({
      path: `${await open()}/credit-notes`,
      body: { amountMinor: '100', reason: 'Ada complained' },
    }),
    'POST /credit-notes/{credit_note_id}/resend': async () => {
      const invoice = await addOpenInvoice(api, customerId);
      const creditNotes = `/invoices/${invoice.id}/credit-notes`;
      const { id } = await api.post(creditNotes, { amountMinor: '100', reason: 'Ada complained' });
      return { path: `/credit-notes/${id}/resend`, body: { message: 'For Ada' } };
    },
    'POST /invoices/{invoice_id}/apply-credit': async () => {
      await api.post(`/customers/${customerId}/deposits`, { ...money, currencyCode: 'EUR' });
      return { path: `${await open()}/apply-credit`, body: { amountMinor: '1' } };
    },
  };
}

function quoteCalls(api: Api, customerId: string): ChangingCalls {
  const content = () => ({ expireDate: '2099-01-01', invoice: { ...templateOf(customerId), memo: randomUUID() } });
  const quote = async (...actions: readonly string[]) => {
    const path = `/quotes/${(await api.post('/quotes', content())).id}`;
    for (const action of actions) await api.post(`${path}/${action}`, {});
    return path;
  };
  return {
    'POST /quotes': async () => ({ path: '/quotes', body: content() }),
    'PATCH /quotes/{quote.id}': async () => ({ path: await quote(), body: { expireDate: '2098-01-01', dueDays: 10 } }),
    'DELETE /quotes/{quote_id}': async () => ({ path: await quote() }),
    'POST /quotes/{quote_id}/send': async () => ({ path: `${await quote()}/send`, body: {} }),
    'POST /quotes/{quote_id}/resend': async () => ({
      path: `${await quote('send')}/resend`,
      body: { message: 'For Ada' },
    }),
    'POST /quotes/{quote_id}/accept': async () => ({ path: `${await quote('send')}/accept`, body: {} }),
    'POST /quotes/{quote_id}/decline': async () => ({ path: `${await quote('send')}/decline`, body: {} }),
    'POST /quotes/{quote_id}/convert': async () => ({ path: `${await quote('send', 'accept')}/convert`, body: {} }),
  };
}

function recurringCalls(api: Api, customerId: string): ChangingCalls {
  const content = () => {
    const recurring = recurringOf(customerId);
    return { ...recurring, invoice: { ...recurring.invoice, memo: randomUUID() } };
  };
  const recurring = async (...actions: readonly string[]) => {
    const path = `/recurring-invoices/${(await api.post('/recurring-invoices', content())).id}`;
    for (const action of actions) await api.post(`${path}/${action}`, {});
    return path;
  };
  return {
    'POST /recurring-invoices': async () => ({ path: '/recurring-invoices', body: content() }),
    'PATCH /recurring-invoices/{recurring_invoice.id}': async () => ({
      path: await recurring(),
      body: { interval: 2, mode: 'SEND', invoice: { memo: 'Thank you' } },
    }),
    'DELETE /recurring-invoices/{recurring_invoice_id}': async () => ({ path: await recurring() }),
    'POST /recurring-invoices/{recurring_invoice_id}/pause': async () => ({
      path: `${await recurring()}/pause`,
      body: {},
    }),
    'POST /recurring-invoices/{recurring_invoice_id}/resume': async () => ({
      path: `${await recurring('pause')}/resume`,
      body: {},
    }),
  };
}

function reminderCalls(api: Api, customerId: string): ChangingCalls {
  const open = async () => (await addFinalizedInvoice(api, customerId)).id;
  const reminder = async () => ({ invoiceId: await open(), daysBeforeDue: 11 });
  return {
    'POST /reminders': async () => ({ path: '/reminders', body: await reminder() }),
    'DELETE /reminders/{reminder_id}': async () => ({
      path: `/reminders/${(await api.post('/reminders', await reminder())).id}`,
    }),
    'POST /invoices/{invoice_id}/reminders/pause': async () => ({
      path: `/invoices/${await open()}/reminders/pause`,
      body: {},
    }),
    'POST /invoices/{invoice_id}/reminders/resume': async () => {
      const reminders = `/invoices/${await open()}/reminders`;
      await api.post(`${reminders}/pause`, {});
      return { path: `${reminders}/resume`, body: {} };
    },
  };
}

function exchangeRateCalls(api: Api): ChangingCalls {
  let day = 0;
  const rate = () => {
    day += 1;
    return { currencyCode: 'USD', rate: '0.9', date: `2026-03-${String(day).padStart(2, '0')}` };
  };
  return {
    'POST /exchange-rates': async () => ({ path: '/exchange-rates', body: rate() }),
    'DELETE /exchange-rates/{exchange_rate_id}': async () => ({
      path: `/exchange-rates/${(await api.post('/exchange-rates', rate())).id}`,
    }),
  };
}
