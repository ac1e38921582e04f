import { randomUUIDv7 } from 'node:crypto';
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { CreditNoteIssuedSchema } from '../../gen/numer/invoice/v1/credit_note_events_pb.ts';
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
import { InvoiceWrittenOffSchema, PaymentReversedSchema } from '../../gen/numer/invoice/v1/payment_events_pb.ts';
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

/** Money that was paid of an invoice. */
export interface LedgerPayment {
  readonly id: string;
  readonly amountMinor: bigint;
  readonly paymentDate: string;
  isReversed?: boolean;
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
  readonly payments: LedgerPayment[];
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
  /** Takes back a part by a credit note. */
  creditNote(invoice: LedgerInvoice, amountMinor: bigint): InvoiceEvent;
  writeOff(invoice: LedgerInvoice): InvoiceEvent;
  /** Reverses a payment, so that it is due again. */
  reverse(invoice: LedgerInvoice, payment: LedgerPayment): InvoiceEvent;
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
  takenBack: CreditNoteIssuedSchema,
  writtenOff: InvoiceWrittenOffSchema,
  reversed: PaymentReversedSchema,
} as const;

/** Makes an empty ledger; `now` gives the times of its events. */
export function createLedger(now: () => Date): Ledger {
  const invoices: LedgerInvoice[] = [];

  function change(
    invoice: LedgerInvoice,
    kind: keyof typeof SCHEMAS,
    patch: Partial<LedgerInvoice>,
    payment?: LedgerPayment,
  ): InvoiceEvent {
    Object.assign(invoice, patch);
    invoice.version += 1n;
    // A deleted draft is told as it was before.
    const state = Invoice_State[invoice.state === 'DELETED' ? 'DRAFT' : invoice.state];
    const { id, currencyCode, totalMinor, dueMinor, dueDate } = invoice;
    const told = payment === undefined ? {} : { payment: { ...payment, invoiceId: id, currencyCode } };
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
      traceparent: undefined,
      time: now(),
      message: create(schema, { invoice: { id, state, currencyCode, totalMinor, dueMinor, dueDate }, ...told }),
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
      const payment = { id: randomUUIDv7(), amountMinor, paymentDate };
      invoice.payments.push(payment);
      return change(invoice, 'paid', lessDue(invoice, amountMinor), payment);
    },
    applyCredit(invoice, amountMinor) {
      const credit = { id: randomUUIDv7(), amountMinor, paymentDate: '2026-03-09', kind: Payment_Kind.CREDIT };
      return change(invoice, 'credited', lessDue(invoice, amountMinor), credit);
    },
    creditNote: (invoice, amountMinor) => change(invoice, 'takenBack', lessDue(invoice, amountMinor)),
    writeOff(invoice) {
      const { dueMinor: amountMinor } = invoice;
      const loss = { id: randomUUIDv7(), amountMinor, paymentDate: '2026-03-09', kind: Payment_Kind.WRITE_OFF };
      return change(invoice, 'writtenOff', lessDue(invoice, amountMinor), loss);
    },
    reverse(invoice, payment) {
      payment.isReversed = true;
      const state = invoice.state === 'PAID' ? 'OPEN' : invoice.state;
      return change(invoice, 'reversed', { state, dueMinor: invoice.dueMinor + payment.amountMinor }, payment);
    },
    void: (invoice) => change(invoice, 'voided', { state: 'VOID', dueMinor: 0n }),
    giveUp: (invoice) => change(invoice, 'givenUp', { state: 'UNCOLLECTIBLE' }),
    delete: (invoice) => change(invoice, 'deleted', { state: 'DELETED' }),
  };
}

function lessDue(invoice: LedgerInvoice, amountMinor: bigint): Partial<LedgerInvoice> {
  const dueMinor = invoice.dueMinor - amountMinor;
  return { dueMinor, ...(dueMinor === 0n ? { state: 'PAID' } : {}) };
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
    payments: payments.map(({ isReversed = false, ...payment }) => ({
      ...payment,
      invoiceId: id,
      currencyCode,
      ...(isReversed ? { reverseTime: timestampFromDate(new Date(0)) } : {}),
    })),
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
        .filter(({ paymentDate, isReversed = false }) => !isReversed && paymentDate.slice(0, 7) === today.slice(0, 7))
        .reduce((sum, { amountMinor }) => sum + amountMinor, 0n),
    };
  });
}
