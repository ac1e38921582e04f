import type { InvoiceChoice } from './dataset.ts';

/** A request with placeholders, as in target files. */
export interface RequestTemplate {
  readonly method: string;
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The operations that are measured, in their order. */
export const OPERATION_NAMES = ['get', 'list', 'stats', 'create', 'update', 'pay', 'send'] as const;

/** Name of an operation. */
export type OperationName = (typeof OPERATION_NAMES)[number];

/** The subject of an operation, and its request in the REST API of Numer. */
export interface Operation {
  /** A loaded invoice, or one made just before, because the operation uses it up. */
  readonly invoice: InvoiceChoice | 'created';
  readonly request: RequestTemplate;
}

/** The operations. A target file may give other requests for them. */
export const OPERATIONS: Readonly<Record<OperationName, Operation>> = {
  get: { invoice: 'any', request: { method: 'GET', path: '/invoices/{invoiceId}' } },
  list: { invoice: 'any', request: { method: 'GET', path: '/invoices?view=FULL' } },
  stats: { invoice: 'any', request: { method: 'GET', path: '/stats' } },
  create: {
    invoice: 'any',
    request: {
      method: 'POST',
      path: '/invoices',
      body: {
        customerId: '{customerId}',
        currencyCode: 'EUR',
        dueDate: '2099-12-31',
        memo: 'Invoice {n}',
        lines: [
          { description: 'Design of the bread shop', quantity: '2', unitPrice: '4000', taxPercent: '19' },
          { description: 'Photographs of bread, rolls and cakes', quantity: '1', unitPrice: '2500', taxPercent: '19' },
          { description: 'Setting up and a day of training', quantity: '3', unitPrice: '500', taxPercent: '19' },
        ],
      },
    },
  },
  update: {
    invoice: 'draft',
    request: { method: 'PATCH', path: '/invoices/{invoiceId}', body: { memo: 'Change {n}' } },
  },
  pay: {
    invoice: 'open',
    request: { method: 'POST', path: '/invoices/{invoiceId}/payments', body: { amountMinor: '1' } },
  },
  send: { invoice: 'created', request: { method: 'POST', path: '/invoices/{invoiceId}/send', body: {} } },
};

/** The operations whose ratios make up the compared mean. */
export const COMPARED: readonly OperationName[] = ['get', 'list', 'update', 'create', 'pay'];
