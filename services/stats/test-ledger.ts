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
  readonly customerId?: string;
  readonly currencyCode?: string;
  readonly totalMinor?: bigint;
  readonly taxMinor?: bigint;
  readonly issueDate?: string;
  readonly dueDate?: string;
}

/** A payment as the invoice service would have it. */
export interface LedgerPayment {
  readonly id: string;
  readonly kind: 'MONEY' | 'CREDIT';
  readonly amountMinor: bigint;
  /** The part that paid for the invoice; the rest became credit. */
  readonly appliedMinor: bigint;
  readonly paymentDate: string;
}

/** An invoice as the invoice service would have it. */
export interface LedgerInvoice {
  readonly id: string;
  readonly ownerId: string;
  version: bigint;
  state: keyof typeof Invoice_State | 'DELETED';
  customerId: string;
  currencyCode: string;
  totalMinor: bigint;
  taxMinor: bigint;
  paidMinor: bigint;
  dueMinor: bigint;
  issueDate: string;
  dueDate: string;
  readonly payments: LedgerPayment[];
}

/** Plays the invoice service: it changes invoices and gives the event of each change. */
export interface Ledger {
  readonly invoices: LedgerInvoice[];
  create(ownerId: string, terms?: Terms): [LedgerInvoice, InvoiceEvent];
  update(invoice: LedgerInvoice, terms: Terms): InvoiceEvent;
  send(invoice: LedgerInvoice): InvoiceEvent;
  /** Records money that was received, which may be more than what is due. */
  pay(invoice: LedgerInvoice, amountMinor: bigint, paymentDate: string): InvoiceEvent;
  /** Pays with credit of the customer, which is no money that was received. */
  applyCredit(invoice: LedgerInvoice, amountMinor: bigint, paymentDate: string): InvoiceEvent;
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

/** The customer of an invoice that names none. */
const CUSTOMER = '019ab3f0-0000-7000-8000-0000000000c1';

/** Makes an empty ledger; `now` gives the times of its events. */
export function createLedger(now: () => Date): Ledger {
  const invoices: LedgerInvoice[] = [];

  function change(invoice: LedgerInvoice, kind: keyof typeof SCHEMAS, patch: Partial<LedgerInvoice>): InvoiceEvent {
    Object.assign(invoice, patch);
    invoice.version += 1n;
    // A deleted draft is told as it was before.
    const state = Invoice_State[invoice.state === 'DELETED' ? 'DRAFT' : invoice.state];
    const payment = paymentOf(invoice, kind);
    const schema = SCHEMAS[kind];
    return {
      id: randomUUIDv7(),
      type: schema.typeName,
      topic: topicOf(schema),
      source: 'invoice',
      subject: invoice.id,
      version: invoice.version,
      ownerId: invoice.ownerId,
      actor: `user:${invoice.ownerId}`,
      requestId: 'request-1',
      callerAddress: undefined,
      traceparent: undefined,
      time: now(),
      message: create(schema, { invoice: { ...termsOf(invoice), id: invoice.id, state }, ...payment }),
    } as InvoiceEvent; // the schema and the fields of the message belong together
  }

  function settle(invoice: LedgerInvoice, by: 'paid' | 'credited', amountMinor: bigint, paymentDate: string) {
    const appliedMinor = amountMinor < invoice.dueMinor ? amountMinor : invoice.dueMinor;
    const kind = by === 'paid' ? 'MONEY' : 'CREDIT';
    invoice.payments.push({ id: randomUUIDv7(), kind, amountMinor, appliedMinor, paymentDate });
    const dueMinor = invoice.dueMinor - appliedMinor;
    const paidMinor = invoice.paidMinor + appliedMinor;
    return change(invoice, by, { dueMinor, paidMinor, ...(dueMinor === 0n ? { state: 'PAID' } : {}) });
  }

  return {
    invoices,
    create(ownerId, terms = {}) {
      const invoice: LedgerInvoice = {
        id: randomUUIDv7(),
        ownerId,
        version: 0n,
        state: 'DRAFT',
        customerId: CUSTOMER,
        currencyCode: 'EUR',
        totalMinor: 10_000n,
        taxMinor: 0n,
        paidMinor: 0n,
        dueMinor: 0n,
        issueDate: '2026-03-01',
        dueDate: '2026-03-15',
        payments: [],
        ...terms,
      };
      invoices.push(invoice);
      return [invoice, change(invoice, 'created', {})];
    },
    update: (invoice, terms) => change(invoice, 'updated', terms),
    send: (invoice) => change(invoice, 'sent', { state: 'OPEN', dueMinor: invoice.totalMinor }),
    pay: (invoice, amountMinor, paymentDate) => settle(invoice, 'paid', amountMinor, paymentDate),
    applyCredit: (invoice, amountMinor, paymentDate) => settle(invoice, 'credited', amountMinor, paymentDate),
    void: (invoice) => change(invoice, 'voided', { state: 'VOID', dueMinor: 0n }),
    giveUp: (invoice) => change(invoice, 'givenUp', { state: 'UNCOLLECTIBLE' }),
    delete: (invoice) => change(invoice, 'deleted', { state: 'DELETED' }),
  };
}

/** What an event and an export say of an invoice in the same words. */
function termsOf(invoice: LedgerInvoice) {
  const { customerId, currencyCode, totalMinor, taxMinor, paidMinor, dueMinor, issueDate, dueDate } = invoice;
  return { customerId, currencyCode, totalMinor, taxMinor, paidMinor, dueMinor, issueDate, dueDate };
}

/** What the last payment adds to an event that tells of one. */
function paymentOf(invoice: LedgerInvoice, kind: keyof typeof SCHEMAS) {
  const payment = invoice.payments.at(-1);
  if (payment === undefined || (kind !== 'paid' && kind !== 'credited')) return {};
  return { payment: toPayment(payment, invoice) };
}

function toPayment({ kind, ...payment }: LedgerPayment, { id: invoiceId, currencyCode }: LedgerInvoice) {
  const excessMinor = payment.amountMinor - payment.appliedMinor;
  return { ...payment, kind: Payment_Kind[kind], excessMinor, invoiceId, currencyCode };
}

/** The invoice as ExportInvoices gives it. */
export function exported(invoice: LedgerInvoice): MessageInitShape<typeof ExportedInvoiceSchema> {
  const { id, ownerId, version, state, payments } = invoice;
  if (state === 'DELETED') throw new Error('a deleted draft is not exported');
  return {
    ...termsOf(invoice),
    invoiceId: id,
    ownerId,
    version,
    state: Invoice_State[state],
    payments: payments.filter(({ kind }) => kind === 'MONEY').map((payment) => toPayment(payment, invoice)),
    creditPayments: payments.filter(({ kind }) => kind === 'CREDIT').map((payment) => toPayment(payment, invoice)),
  };
}
