import { randomUUIDv7 } from 'node:crypto';
import type { FloorEvent, FloorInvoice, Row } from './statements.ts';

/** The body of a request to create an invoice. */
export interface CreateBody {
  readonly customerId: string;
  readonly currencyCode: string;
  readonly dueDate: string;
  readonly memo: string;
  readonly lines: readonly {
    readonly description: string;
    readonly quantity: string;
    readonly unitPrice: string;
    readonly taxPercent: string;
  }[];
}

/** The further fields of a new line in a response, so that it is as long as that of Numer. */
const LINE_DEFAULTS = {
  discountPercent: '0',
  discountMinor: '0',
  baseQuantity: '1',
  unitCode: 'C62',
  discountAmountMinor: '0',
  allowances: [],
  charges: [],
  taxes: [],
  allowanceMinor: '0',
  chargeMinor: '0',
  includedTaxMinor: '0',
};

/** The same for the invoice. */
const INVOICE_DEFAULTS = {
  number: '',
  state: 'DRAFT',
  version: '1',
  discountPercent: '0',
  discountMinor: '0',
  paidMinor: '0',
  overdue: false,
  partiallyPaid: false,
  etag: '"1"',
  availableActions: ['UPDATE', 'DELETE', 'SEND'],
  discountAmountMinor: '0',
  allowances: [],
  charges: [],
  pricesIncludeTax: false,
  roundingPolicy: 'DOCUMENT',
  prepaidMinor: '0',
  roundingIncrementMinor: '0',
  roundingAmountMinor: '0',
  allowanceMinor: '0',
  chargeMinor: '0',
  retainedMinor: '0',
  retainedTaxes: [],
  roundingMinor: '0',
};

/** An empty group of the statistics. */
const NO_INVOICES = {
  count: 0,
  totalMinor: '0',
  dueMinor: '0',
  paidMinor: '0',
  creditedMinor: '0',
  writtenOffMinor: '0',
  payableMinor: '0',
};

const NO_STATS = {
  draft: NO_INVOICES,
  unpaid: NO_INVOICES,
  overdue: NO_INVOICES,
  paid: NO_INVOICES,
  voided: NO_INVOICES,
  uncollectible: NO_INVOICES,
  credited: { count: 0, netMinor: '0', taxMinor: '0', totalMinor: '0' },
  paidThisMonthMinor: '0',
};

/** The statistics, and as much again in the account's currency. */
export function statsOf(groups: readonly Row[]): Row {
  const overdueAgeing = [1, 31, 61, 91].map((daysFrom) => ({ daysFrom, daysTo: daysFrom + 29, invoices: NO_INVOICES }));
  const currencies = groups.map(({ currencyCode, kind, count, totalMinor, dueMinor }) => [
    String(currencyCode),
    { [String(kind).toLowerCase()]: { ...NO_INVOICES, count, totalMinor, dueMinor } },
  ]);
  return {
    currencies: {
      ...NO_STATS,
      dueMinor: '0',
      overdueAgeing,
      averageDaysToPay: '0.0',
      paidCount: 0,
      groups: currencies,
    },
    convertedTotal: { currencyCode: 'EUR', amounts: NO_STATS, unconvertedCurrencyCodes: [] },
    updateTime: groups[0]?.updateTime,
  };
}

/** The defaults of a payment. */
export const PAYMENT_DEFAULTS = {
  paymentDate: '2026-01-01',
  method: '',
  reference: '',
  invoiceState: 'OPEN',
  invoiceDueMinor: '0',
  kind: 'MONEY',
  appliedMinor: '0',
  excessMinor: '0',
  reason: '',
  reverseDate: '',
  reverseReason: '',
};

/** A new invoice, to store and to return. It uses plain arithmetic on numbers: the floor need not be right, only fast. */
export function newInvoice(ownerId: string, body: CreateBody, now: string): { row: FloorInvoice; answer: Row } {
  const id = randomUUIDv7();
  const lines = body.lines.map((line, position) => {
    const netMinor = Math.round(Number(line.quantity) * Number(line.unitPrice) * 100);
    return { position, id: randomUUIDv7(), ...line, netMinor, grossMinor: netMinor, ...LINE_DEFAULTS };
  });
  const subtotalMinor = lines.reduce((sum, { netMinor }) => sum + netMinor, 0);
  const taxMinor = Math.round(subtotalMinor * 0.19);
  const amounts = { subtotalMinor, taxMinor, totalMinor: subtotalMinor + taxMinor };
  const taxes = [
    { taxPercent: '19', netMinor: String(subtotalMinor), taxMinor: String(taxMinor), category: 'STANDARD' },
  ];
  const { customerId, currencyCode, dueDate, memo } = body;
  const facts = { id, ownerId, customerId, currencyCode, dueDate, memo, ...amounts, taxes, lines };
  return {
    row: { ...facts, now },
    answer: { ...facts, ...INVOICE_DEFAULTS, issueDate: now.slice(0, 10), createTime: now, updateTime: now },
  };
}

const AUDITED = ['state', 'customerId', 'currencyCode', 'issueDate', 'dueDate', 'memo', 'totalMinor'] as const;
const AUDITED_OF_LINE = ['description', 'quantity', 'unitPrice', 'taxPercent'] as const;

/** The event of a change, whose payload holds the invoice and what changed. */
export function eventOf(
  topic: string,
  ownerId: string,
  requestId: string,
  invoice: Row,
  changes: readonly Row[],
): FloorEvent {
  return {
    id: randomUUIDv7(),
    topic,
    type: 'numer.invoice.v1.Event',
    subject: String(invoice.id),
    version: String(invoice.version),
    ownerId,
    requestId,
    payload: { invoice, changes, timeZone: 'UTC' },
  };
}

/** The changes when an invoice is created. */
export function creationOf(invoice: Row): Row[] {
  const lines = invoice.lines as Row[];
  return [
    ...AUDITED.map((field) => ({ field, newValue: String(invoice[field]) })),
    ...lines.flatMap((line, index) =>
      AUDITED_OF_LINE.map((field) => ({ field: `lines[${index}].${field}`, newValue: String(line[field]) })),
    ),
  ];
}
