// Each line after a directive is one mistake that the compiler must find.
import { createNumerClient, type NumerClient } from '@numer/client';
import { NumerError } from '@numer/client/numer-error';
import { createRestClient, type RestClient } from '@numer/client/rest';

export function routes(rest: RestClient): void {
  // @ts-expect-error: there is no such route
  void rest.call('GET /invoice');
  // @ts-expect-error: the route does not have this method
  void rest.call('PUT /invoices/{invoiceId}', { path: { invoiceId: '1' }, body: {} });
  // @ts-expect-error: the path of a call is its template
  void rest.call('GET /invoices/1');
  // @ts-expect-error: it is for services only
  void rest.call('POST /sessions/authenticate', { body: { token: '' } });
}

export function parameters(rest: RestClient): void {
  // @ts-expect-error: there is no such parameter
  void rest.call('GET /invoices', { query: { status: 'OPEN' } });
  // @ts-expect-error: there is no such state
  void rest.call('GET /invoices', { query: { state: 'SENT' } });
  // @ts-expect-error: a page size is a number
  void rest.call('GET /invoices', { query: { pageSize: 'ten' } });
  // @ts-expect-error: the path needs the id
  void rest.call('GET /invoices/{invoiceId}');
  // @ts-expect-error: the parameter has another name
  void rest.call('GET /invoices/{invoiceId}', { path: { id: '1' } });
  // @ts-expect-error: a variable of the path is not a parameter of the query
  void rest.call('GET /invoices/{invoiceId}/payments', { path: { invoiceId: '1' }, query: { invoiceId: '1' } });
  // @ts-expect-error: stats have no parameters
  void rest.call('GET /stats', { query: { currencyCode: 'EUR' } });
}

export function fields(rest: RestClient): void {
  // @ts-expect-error: a customer needs a name
  void rest.call('POST /customers', { body: { email: 'ada@bakery.example' } });
  // @ts-expect-error: an invoice needs a customer, unlike a preview of one
  void rest.call('POST /invoices', { body: { currencyCode: 'EUR' } });
  void rest.call('POST /invoices/preview', { body: { currencyCode: 'EUR' } });
  // @ts-expect-error: there is no such field
  void rest.call('POST /customers', { body: { name: 'Ada', phoneNumber: '1' } });
  // @ts-expect-error: only the server gives the number
  void rest.call('POST /invoices', { body: { customerId: '1', dueDate: '2099-12-31', number: 'INV-1' } });
  // @ts-expect-error: amounts of 64 bits are strings in JSON
  void rest.call('POST /invoices/{invoiceId}/payments', { path: { invoiceId: '1' }, body: { amountMinor: 1 } });
  // @ts-expect-error: states change by calls of their own
  void rest.call('PATCH /invoices/{invoiceId}', { path: { invoiceId: '1' }, body: { state: 'PAID' } });
  // @ts-expect-error: null clears a field, it does not make one
  void rest.call('POST /customers', { body: { name: null } });
  // @ts-expect-error: nothing is sent with GET
  void rest.call('GET /invoices', { body: {} });
}

export async function answers(rest: RestClient): Promise<void> {
  const invoice = await rest.call('GET /invoices/{invoiceId}', { path: { invoiceId: '1' } });
  // @ts-expect-error: there is no such field in the answer
  invoice.status;
  // @ts-expect-error: there is no such state
  invoice.state === 'SENT';
  const deleted = await rest.call('DELETE /invoices/{invoiceId}', { path: { invoiceId: '1' } });
  // @ts-expect-error: the answer has no body
  deleted.id;
}

export async function connect(numer: NumerClient): Promise<void> {
  // @ts-expect-error: there is no such service
  numer.payments;
  // @ts-expect-error: it is for services only
  void numer.sessions.authenticate({ token: '' });
  // @ts-expect-error: it is for services only
  void numer.invoices.exportInvoices({});
  // @ts-expect-error: there is no such field
  void numer.invoices.getInvoice({ id: '1' });
  // @ts-expect-error: amounts are bigints
  void numer.invoices.recordPayment({ invoiceId: '1', amountMinor: 1 });
  const { invoice } = await numer.invoices.getInvoice({ invoiceId: '1' });
  // @ts-expect-error: a message that is absent is undefined
  invoice.id;
}

export function options(error: unknown): void {
  // @ts-expect-error: the client needs the URL of Numer
  createNumerClient({});
  // @ts-expect-error: there is no such option
  createRestClient({ baseUrl: '', token: '' });
  // @ts-expect-error: there is no such reason
  if (error instanceof NumerError && error.reason === 'INVOICE_MISSING') throw error;
}
