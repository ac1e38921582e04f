import { randomUUIDv7 } from 'node:crypto';
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { CreditAppliedSchema } from '../../gen/numer/invoice/v1/customer_ledger_events_pb.ts';
import {
  InvoiceCreatedSchema,
  InvoiceDeletedSchema,
  InvoiceMarkedUncollectibleSchema,
  InvoiceSentSchema,
  InvoiceUpdatedSchema,
  InvoiceVoidedSchema,
  PaymentRecordedSchema,
} from '../../gen/numer/invoice/v1/invoice_events_pb.ts';
import { Invoice_State } from '../../gen/numer/invoice/v1/invoice_pb.ts';
import type { ExportedInvoiceSchema } from '../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { Payment_Kind } from '../../gen/numer/invoice/v1/payment_pb.ts';
import { type ReceivedEvent, topicOf } from '../../runtime/events/event.ts';
import type { onAnyInvoiceEvent } from './consumers/on-any-invoice-event.ts';

/** An event of an invoice, as the consumer gets it. */
export type InvoiceEvent = ReceivedEvent<(typeof onAnyInvoiceEvent.events)[number]>;

/** What an action may set. */
export interface Terms {
  readonly currencyCode?: string;
  readonly totalMinor?: bigint;
  readonly dueDate?: string;
}

/** An invoice as the invoice service would have it. */
export interface LedgerInvoice {
  readonly id: string;
  readonly ownerId: string;
  version: bigint;
  state: keyof typeof Invoice_State | 'DELETED';
  currencyCode: string;
  totalMinor: bigint;
  dueMinor: bigint;
  dueDate: string;
  readonly payments: { readonly id: string; readonly amountMinor: bigint; readonly paymentDate: string }[];
}

/** Plays the invoice service: it changes invoices and gives the event of each change. */
export interface Ledger {
  readonly invoices: LedgerInvoice[];
  create(ownerId: string, terms?: Terms): [LedgerInvoice, InvoiceEvent];
  update(invoice: LedgerInvoice, terms: Terms): InvoiceEvent;
  send(invoice: LedgerInvoice): InvoiceEvent;
  pay(invoice: LedgerInvoice, amountMinor: bigint, paymentDate: string): InvoiceEvent;
  /** Pays with credit of the customer, which is no money that was received. */
  applyCredit(invoice: LedgerInvoice, amountMinor: bigint): InvoiceEvent;
  void(invoice: LedgerInvoice): InvoiceEvent;
  giveUp(invoice: LedgerInvoice): InvoiceEvent;
  delete(invoice: LedgerInvoice): InvoiceEvent;
}

const SCHEMAS = {
  created: InvoiceCreatedSchema,
  updated: InvoiceUpdatedSchema,
  sent: InvoiceSentSchema,
  voided: InvoiceVoidedSchema,
  givenUp: InvoiceMarkedUncollectibleSchema,
  deleted: InvoiceDeletedSchema,
  paid: PaymentRecordedSchema,
  credited: CreditAppliedSchema,
} as const;

/** Makes an empty ledger; `now` gives the times of its events. */
export function createLedger(now: () => Date): Ledger {
  const invoices: LedgerInvoice[] = [];

  function change(invoice: LedgerInvoice, kind: keyof typeof SCHEMAS, patch: Partial<LedgerInvoice>): InvoiceEvent {
    Object.assign(invoice, patch);
    invoice.version += 1n;
    // A deleted draft is told as it was before.
    const state = Invoice_State[invoice.state === 'DELETED' ? 'DRAFT' : invoice.state];
    const { id, currencyCode, totalMinor, dueMinor, dueDate } = invoice;
    const payment = paymentOf(invoice, kind);
    const schema = SCHEMAS[kind];
    return {
      id: randomUUIDv7(),
      type: schema.typeName,
      topic: topicOf(schema),
      source: 'invoice',
      subject: id,
      version: invoice.version,
      ownerId: invoice.ownerId,
      actor: `user:${invoice.ownerId}`,
      requestId: 'request-1',
      callerAddress: undefined,
      traceparent: undefined,
      time: now(),
      message: create(schema, { invoice: { id, state, currencyCode, totalMinor, dueMinor, dueDate }, ...payment }),
    } as InvoiceEvent; // the schema and the fields of the message belong together
  }

  return {
    invoices,
    create(ownerId, terms = {}) {
      const invoice: LedgerInvoice = {
        id: randomUUIDv7(),
        ownerId,
        version: 0n,
        state: 'DRAFT',
        currencyCode: 'EUR',
        totalMinor: 10_000n,
        dueMinor: 0n,
        dueDate: '2026-03-15',
        payments: [],
        ...terms,
      };
      invoices.push(invoice);
      return [invoice, change(invoice, 'created', {})];
    },
    update: (invoice, terms) => change(invoice, 'updated', terms),
    send: (invoice) => change(invoice, 'sent', { state: 'OPEN', dueMinor: invoice.totalMinor }),
    pay(invoice, amountMinor, paymentDate) {
      invoice.payments.push({ id: randomUUIDv7(), amountMinor, paymentDate });
      const dueMinor = invoice.dueMinor - amountMinor;
      return change(invoice, 'paid', { dueMinor, ...(dueMinor === 0n ? { state: 'PAID' } : {}) });
    },
    applyCredit(invoice, amountMinor) {
      const dueMinor = invoice.dueMinor - amountMinor;
      return change(invoice, 'credited', { dueMinor, ...(dueMinor === 0n ? { state: 'PAID' } : {}) });
    },
    void: (invoice) => change(invoice, 'voided', { state: 'VOID', dueMinor: 0n }),
    giveUp: (invoice) => change(invoice, 'givenUp', { state: 'UNCOLLECTIBLE' }),
    delete: (invoice) => change(invoice, 'deleted', { state: 'DELETED' }),
  };
}

/** The payment that an event of this kind tells of: the last one, or one with credit, which is in no list. */
function paymentOf({ id: invoiceId, currencyCode, payments }: LedgerInvoice, kind: keyof typeof SCHEMAS) {
  if (kind === 'paid') return { payment: { ...payments.at(-1), invoiceId, currencyCode } };
  if (kind !== 'credited') return {};
  const payment = { id: randomUUIDv7(), invoiceId, currencyCode, amountMinor: 1n, paymentDate: '2026-03-09' };
  return { payment: { ...payment, kind: Payment_Kind.CREDIT } };
}

/** The invoice as ExportInvoices gives it. */
export function exported(invoice: LedgerInvoice): MessageInitShape<typeof ExportedInvoiceSchema> {
  if (invoice.state === 'DELETED') throw new Error('a deleted draft is not exported');
  const { id, currencyCode, state, payments, ...rest } = invoice;
  return {
    ...rest,
    invoiceId: id,
    currencyCode,
    state: Invoice_State[state],
    payments: payments.map((payment) => ({ ...payment, invoiceId: id, currencyCode })),
  };
}

/** The numbers of an account counted one by one, in the form of GetStats. */
export function recount(invoices: readonly LedgerInvoice[], ownerId: string, today: string) {
  const own = invoices.filter((invoice) => invoice.ownerId === ownerId && invoice.state !== 'DELETED');
  return [...new Set(own.map(({ currencyCode }) => currencyCode))].toSorted().map((currencyCode) => {
    const ofCurrency = own.filter((invoice) => invoice.currencyCode === currencyCode);
    const group = (fits: (invoice: LedgerInvoice) => boolean) => {
      const chosen = ofCurrency.filter(fits);
      return {
        count: chosen.length,
        totalMinor: chosen.reduce((sum, { totalMinor }) => sum + totalMinor, 0n),
        dueMinor: chosen.reduce((sum, { dueMinor }) => sum + dueMinor, 0n),
      };
    };
    const unpaid = group(({ state }) => state === 'OPEN');
    return {
      currencyCode,
      draft: group(({ state }) => state === 'DRAFT'),
      unpaid,
      overdue: group(({ state, dueDate }) => state === 'OPEN' && dueDate < today),
      paid: group(({ state }) => state === 'PAID'),
      voided: group(({ state }) => state === 'VOID'),
      uncollectible: group(({ state }) => state === 'UNCOLLECTIBLE'),
      dueMinor: unpaid.dueMinor,
      paidThisMonthMinor: ofCurrency
        .flatMap(({ payments }) => payments)
        .filter(({ paymentDate }) => paymentDate.slice(0, 7) === today.slice(0, 7))
        .reduce((sum, { amountMinor }) => sum + amountMinor, 0n),
    };
  });
}
