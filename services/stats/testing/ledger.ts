import { randomUUIDv7 } from 'node:crypto';
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { CreditNoteIssuedSchema } from '../../../gen/numer/invoice/v1/credit_note_events_pb.ts';
import { CreditAppliedSchema } from '../../../gen/numer/invoice/v1/customer_ledger_events_pb.ts';
import {
  InvoiceCreatedSchema,
  InvoiceDeletedSchema,
  InvoiceMarkedUncollectibleSchema,
  InvoiceSentSchema,
  InvoiceUpdatedSchema,
  InvoiceVoidedSchema,
  PaymentRecordedSchema,
} from '../../../gen/numer/invoice/v1/invoice_events_pb.ts';
import { Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import type { ExportedInvoiceSchema } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { InvoiceWrittenOffSchema, PaymentReversedSchema } from '../../../gen/numer/invoice/v1/payment_events_pb.ts';
import { Payment_Kind } from '../../../gen/numer/invoice/v1/payment_pb.ts';
import { type ReceivedEvent, topicOf } from '../../../runtime/events/event.ts';
import type { onAnyInvoiceEvent } from '../consumers/on-any-invoice-event.ts';

/** An event of an invoice, as the consumer gets it. */
export type InvoiceEvent = ReceivedEvent<(typeof onAnyInvoiceEvent.events)[number]>;

/** What an action may set. */
export interface Terms {
  readonly customerId?: string;
  readonly currencyCode?: string;
  readonly totalMinor?: bigint;
  readonly taxMinor?: bigint;
  readonly prepaidMinor?: bigint;
  readonly issueDate?: string;
  readonly dueDate?: string;
}

/** A payment as the invoice service would have it. */
export interface LedgerPayment {
  readonly id: string;
  readonly kind: 'MONEY' | 'CREDIT' | 'WRITE_OFF';
  readonly amountMinor: bigint;
  /** The part that was applied to the invoice; the rest became credit. */
  readonly appliedMinor: bigint;
  readonly paymentDate: string;
  isReversed: boolean;
}

/** A credit note as the invoice service would have it. */
export interface LedgerCreditNote {
  readonly id: string;
  readonly issueDate: string;
  readonly totalMinor: bigint;
  readonly taxMinor: bigint;
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
  /** The amount that was paid before the invoice existed, which is therefore not payable. */
  prepaidMinor: bigint;
  paidMinor: bigint;
  /** What credit notes took off the amount due. */
  creditedMinor: bigint;
  writtenOffMinor: bigint;
  issueDate: string;
  dueDate: string;
  readonly payments: LedgerPayment[];
  readonly creditNotes: LedgerCreditNote[];
}

/** The payable amount of an invoice. */
export function payableOf({ totalMinor, prepaidMinor }: Pick<LedgerInvoice, 'totalMinor' | 'prepaidMinor'>): bigint {
  return totalMinor - prepaidMinor;
}

/** The amount due on an invoice, in any state. */
export function dueOf(
  invoice: Pick<LedgerInvoice, 'totalMinor' | 'prepaidMinor' | 'paidMinor' | 'creditedMinor' | 'writtenOffMinor'>,
): bigint {
  return payableOf(invoice) - invoice.paidMinor - invoice.creditedMinor - invoice.writtenOffMinor;
}

/** Plays the invoice service: it changes invoices and gives the event of each change. */
export interface Ledger {
  readonly invoices: LedgerInvoice[];
  create(ownerId: string, terms?: Terms): [LedgerInvoice, InvoiceEvent];
  update(invoice: LedgerInvoice, terms: Terms): InvoiceEvent;
  send(invoice: LedgerInvoice): InvoiceEvent;
  /** Records money that was received, which may exceed the amount due. */
  pay(invoice: LedgerInvoice, amountMinor: bigint, paymentDate: string): InvoiceEvent;
  /** Pays with credit of the customer, which is not money received. */
  applyCredit(invoice: LedgerInvoice, amountMinor: bigint, paymentDate: string): InvoiceEvent;
  /** Credits a part of the invoice by a credit note. */
  creditNote(invoice: LedgerInvoice, amountMinor: bigint, issueDate: string): InvoiceEvent;
  writeOff(invoice: LedgerInvoice): InvoiceEvent;
  /** Reverses a payment, so that its amount is due again. */
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

/** What an event pays with. */
const KINDS = { paid: 'MONEY', credited: 'CREDIT', writtenOff: 'WRITE_OFF' } as const;

/** Which part of an invoice a payment adds to. */
const TAKEN_BY = { MONEY: 'paidMinor', CREDIT: 'paidMinor', WRITE_OFF: 'writtenOffMinor' } as const;

/** The customer of an invoice that names none. */
const CUSTOMER = '019ab3f0-0000-7000-8000-0000000000c1';

/** Makes an empty ledger; `now` gives the times of its events. */
export function createLedger(now: () => Date): Ledger {
  const invoices: LedgerInvoice[] = [];

  function change(
    invoice: LedgerInvoice,
    kind: keyof typeof SCHEMAS,
    patch: Partial<LedgerInvoice>,
    payment?: LedgerPayment,
    creditNote?: LedgerCreditNote,
  ): InvoiceEvent {
    Object.assign(invoice, patch);
    invoice.version += 1n;
    // The event of a deleted draft has the draft as it was before.
    const state = Invoice_State[invoice.state === 'DELETED' ? 'DRAFT' : invoice.state];
    const told = payment === undefined ? {} : { payment: toPayment(payment, invoice) };
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
      message: create(schema, {
        invoice: { ...termsOf(invoice), id: invoice.id, state },
        ...told,
        ...(creditNote === undefined ? {} : { creditNote }),
      }),
    } as InvoiceEvent; // the schema and the fields of the message belong together
  }

  function settle(invoice: LedgerInvoice, by: keyof typeof KINDS, amountMinor: bigint, paymentDate: string) {
    const dueMinor = dueOf(invoice);
    const appliedMinor = amountMinor < dueMinor ? amountMinor : dueMinor;
    const kind = KINDS[by];
    const payment = { id: randomUUIDv7(), kind, amountMinor, appliedMinor, paymentDate, isReversed: false };
    invoice.payments.push(payment);
    return change(invoice, by, lessDue(invoice, appliedMinor, TAKEN_BY[kind]), payment);
  }

  return {
    invoices,
    create(ownerId, terms = {}) {
      const invoice = newInvoice(ownerId, terms);
      invoices.push(invoice);
      return [invoice, change(invoice, 'created', {})];
    },
    update: (invoice, terms) => change(invoice, 'updated', terms),
    send: (invoice) => change(invoice, 'sent', { state: 'OPEN' }),
    pay: (invoice, amountMinor, paymentDate) => settle(invoice, 'paid', amountMinor, paymentDate),
    applyCredit: (invoice, amountMinor, paymentDate) => settle(invoice, 'credited', amountMinor, paymentDate),
    creditNote(invoice, amountMinor, issueDate) {
      const note = { id: randomUUIDv7(), issueDate, totalMinor: amountMinor, taxMinor: amountMinor / 3n };
      invoice.creditNotes.push(note);
      return change(invoice, 'takenBack', lessDue(invoice, amountMinor, 'creditedMinor'), undefined, note);
    },
    writeOff: (invoice) => settle(invoice, 'writtenOff', dueOf(invoice), '2026-03-09'),
    reverse(invoice, payment) {
      payment.isReversed = true;
      const { kind, appliedMinor } = payment;
      return change(invoice, 'reversed', lessDue(invoice, -appliedMinor, TAKEN_BY[kind]), payment);
    },
    void: (invoice) => change(invoice, 'voided', { state: 'VOID' }),
    giveUp: (invoice) => change(invoice, 'givenUp', { state: 'UNCOLLECTIBLE' }),
    delete: (invoice) => change(invoice, 'deleted', { state: 'DELETED' }),
  };
}

function newInvoice(ownerId: string, terms: Terms): LedgerInvoice {
  return {
    id: randomUUIDv7(),
    ownerId,
    version: 0n,
    state: 'DRAFT',
    customerId: CUSTOMER,
    currencyCode: 'EUR',
    totalMinor: 10_000n,
    taxMinor: 0n,
    prepaidMinor: 0n,
    paidMinor: 0n,
    creditedMinor: 0n,
    writtenOffMinor: 0n,
    issueDate: '2026-03-01',
    dueDate: '2026-03-15',
    payments: [],
    creditNotes: [],
    ...terms,
  };
}

/** The fields that an invoice has alike in an event and in an export. */
function termsOf(invoice: LedgerInvoice) {
  const { customerId, currencyCode, totalMinor, taxMinor, paidMinor, writtenOffMinor, issueDate, dueDate } = invoice;
  const creditedMinor = invoice.creditedMinor + writtenOffMinor;
  const settled = { paidMinor, creditedMinor, writtenOffMinor, dueMinor: dueOf(invoice) };
  return { customerId, currencyCode, totalMinor, taxMinor, ...settled, issueDate, dueDate };
}

function toPayment({ kind, isReversed, ...payment }: LedgerPayment, { id: invoiceId, currencyCode }: LedgerInvoice) {
  const excessMinor = payment.amountMinor - payment.appliedMinor;
  const reversed = isReversed ? { reverseTime: timestampFromDate(new Date(0)) } : {};
  return { ...payment, ...reversed, kind: Payment_Kind[kind], excessMinor, invoiceId, currencyCode };
}

/** The invoice after an amount is taken off what is due. */
function lessDue(
  invoice: LedgerInvoice,
  amountMinor: bigint,
  by: 'paidMinor' | 'creditedMinor' | 'writtenOffMinor',
): Partial<LedgerInvoice> {
  const after = dueOf(invoice) - amountMinor;
  return {
    [by]: invoice[by] + amountMinor,
    ...(after === 0n ? { state: 'PAID' } : {}),
    ...(after > 0n && invoice.state === 'PAID' ? { state: 'OPEN' } : {}),
  };
}

/** The invoice as ExportInvoices gives it. */
export function exported(invoice: LedgerInvoice): MessageInitShape<typeof ExportedInvoiceSchema> {
  const { id, ownerId, version, state, payments, creditNotes } = invoice;
  if (state === 'DELETED') throw new Error('a deleted draft is not exported');
  return {
    ...termsOf(invoice),
    invoiceId: id,
    ownerId,
    version,
    state: Invoice_State[state],
    payments: payments.filter(({ kind }) => kind === 'MONEY').map((payment) => toPayment(payment, invoice)),
    creditPayments: payments.filter(({ kind }) => kind === 'CREDIT').map((payment) => toPayment(payment, invoice)),
    creditNotes: creditNotes.map(({ id: creditNoteId, ...note }) => ({ ...note, creditNoteId })),
  };
}
