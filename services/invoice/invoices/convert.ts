import { create, toJson } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import {
  type EarlyPaymentDiscount,
  type Instalment,
  type Invoice,
  Invoice_Action,
  Invoice_State,
  type Party,
  type PartyJson,
  PartySchema,
  type UnavailableAction,
  UnavailableAction_Reason,
} from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { type Payment, Payment_Kind, PaymentSchema } from '../../../gen/numer/invoice/v1/payment_pb.ts';
import type { Address, AddressJson } from '../../../gen/numer/user/v1/address_pb.ts';
import type { Contact, ContactJson } from '../../../gen/numer/user/v1/contact_pb.ts';
import type { ElectronicAddress, ElectronicAddressJson } from '../../../gen/numer/user/v1/electronic_address_pb.ts';
import type { LegalRegistration, LegalRegistrationJson } from '../../../gen/numer/user/v1/legal_registration_pb.ts';
import type { PaymentAccount, PaymentAccountJson } from '../../../gen/numer/user/v1/payment_account_pb.ts';
import { etagOf } from '../../../runtime/call/call.ts';
import { calculateDue, isPartiallyPaid, type PayableInvoice } from '../domain/balance.ts';
import { calculateEarlyDue, discounted, lastDiscountDate } from '../domain/early-payment-discount.ts';
import { type DueInstalment, dueInstalments, nextDueDate } from '../domain/instalments.ts';
import { actionsOf, type InvoiceActions, type InvoiceSituation } from '../domain/lifecycle.ts';
import { isOverdue } from '../domain/overdue.ts';
import type { InvoiceHeadRow, InvoiceRow } from '../store/invoice-row.ts';
import type { PaymentRow } from '../store/payment-row.ts';
import { creditableMinorOf, toAmountFields, toInvoiceLine } from './convert-amounts.ts';

/** What decides which actions are possible. Of the lines only their number matters. */
export function situationOf(row: InvoiceHeadRow & { readonly lines: { readonly length: number } }): InvoiceSituation {
  return {
    state: row.state,
    sent: row.sendTime !== null,
    lineCount: row.lines.length,
    payableMinor: row.payableMinor,
    paidMinor: row.paidMinor,
    writtenOffMinor: row.writtenOffMinor,
    creditNoteCount: row.creditNoteCount,
    creditableMinor: creditableMinorOf(row),
  };
}

/** The facts of the invoice that a payment depends on. */
export function payableOf(row: InvoiceRow): PayableInvoice {
  const { creditedMinor, earlyDiscountMinor, currencyCode } = row;
  return { ...situationOf(row), creditedMinor, earlyDiscountMinor, currencyCode };
}

/**
 * The invoice as its owner sees it on the day `today` (`YYYY-MM-DD`): whether it is overdue, the issue date of a draft
 * that has none, and what may be done with it are calculated here, not stored.
 */
export function toInvoice(row: InvoiceRow, today: string): Invoice {
  const invoice = withActions(toInvoiceHead(row, today), situationOf(row));
  invoice.lines = row.lines.map(toInvoiceLine);
  return invoice;
}

/** The same without its lines, for an invoice whose lines were not read. */
export function toInvoiceSummary(row: InvoiceHeadRow & { readonly hasLines: boolean }, today: string): Invoice {
  return withActions(toInvoiceHead(row, today), situationOf({ ...row, lines: { length: row.hasLines ? 1 : 0 } }));
}

function withActions(invoice: Invoice, situation: InvoiceSituation): Invoice {
  return Object.assign(invoice, toActionFields(actionsOf(situation)));
}

/** The fields of an invoice that say what may be done with it. */
type ActionFields = Pick<Invoice, 'availableActions' | 'unavailableActions'>;

const actionFields = new WeakMap<InvoiceActions, ActionFields>();

/** The fields for these actions: made once, and frozen because all invoices with the same actions share them. */
function toActionFields(actions: InvoiceActions): ActionFields {
  let fields = actionFields.get(actions);
  if (fields === undefined) {
    fields = {
      availableActions: actions.available.map((action) => Invoice_Action[action]),
      unavailableActions: actions.unavailable.map(toUnavailableAction),
    };
    Object.freeze(fields.availableActions);
    Object.freeze(fields.unavailableActions);
    actionFields.set(actions, fields);
  }
  return fields;
}

function toUnavailableAction({ action, reason }: InvoiceActions['unavailable'][number]): UnavailableAction {
  return Object.freeze({
    $typeName: 'numer.invoice.v1.UnavailableAction' as const,
    action: Invoice_Action[action],
    reason: UnavailableAction_Reason[reason],
  });
}

/**
 * The invoice without its lines, and so without what depends on them: the available actions.
 *
 * The message and the messages in it are written out with all fields, because the library's `create` builds a message
 * of so many fields as a dictionary, which takes several times as long and as much memory.
 */
export function toInvoiceHead(row: InvoiceHeadRow, today: string): Invoice {
  const dueMinor = calculateDue(row);
  const dueDate = nextDueDate(row);
  const overdue = isOverdue({ state: row.state, dueMinor, dueDate }, today);
  const invoice: Invoice = {
    $typeName: 'numer.invoice.v1.Invoice',
    id: row.id,
    number: row.number ?? '',
    state: Invoice_State[row.state],
    customerId: row.customerId,
    currencyCode: row.currencyCode,
    issueDate: row.issueDate ?? today,
    dueDate: row.dueDate,
    deliveryDate: row.deliveryDate ?? '',
    periodStartDate: row.periodStartDate ?? '',
    periodEndDate: row.periodEndDate ?? '',
    buyerReference: row.buyerReference,
    purchaseOrderReference: row.purchaseOrderReference,
    nextDueDate: dueDate,
    instalments: dueInstalments(row).map(toInstalment),
    memo: row.memo,
    lines: [],
    ...toAmountFields(row),
    dueMinor,
    overdue,
    partiallyPaid: isPartiallyPaid(row),
    createTime: timestampFromDate(row.createTime),
    updateTime: timestampFromDate(row.updateTime),
    numberSeries: row.numberSeries,
    revisesInvoiceId: row.revisesInvoiceId ?? '',
    revisesInvoiceNumber: row.revisesInvoiceNumber ?? '',
    revisedByInvoiceId: row.revisedByInvoiceId ?? '',
    quoteId: row.quoteId ?? '',
    recurringInvoiceId: row.recurringInvoiceId ?? '',
    occurrenceDate: row.occurrenceDate ?? '',
    issuedElsewhere: row.issuedElsewhere,
    metadata: row.metadata,
    tags: [...row.tags],
    etag: etagOf(row.version, row.issueDate === null ? today : overdue ? 'overdue' : ''),
    availableActions: [],
    unavailableActions: [],
  };
  addOptional(invoice, row);
  const discount = toEarlyPaymentDiscount(row, invoice.issueDate);
  if (discount !== undefined) invoice.earlyPaymentDiscount = discount;
  return invoice;
}

/** Adds the fields that some invoices do not have. */
function addOptional(invoice: Invoice, row: InvoiceHeadRow): void {
  if (row.dueDays !== null) invoice.dueDays = row.dueDays;
  if (row.seller !== null) invoice.seller = fromPartyJson(row.seller);
  if (row.customer !== null) invoice.customer = fromPartyJson(row.customer);
  if (row.openTime !== null) invoice.openTime = timestampFromDate(row.openTime);
  if (row.sendTime !== null) invoice.sendTime = timestampFromDate(row.sendTime);
  if (row.payTime !== null) invoice.payTime = timestampFromDate(row.payTime);
  if (row.voidTime !== null) invoice.voidTime = timestampFromDate(row.voidTime);
}

function toEarlyPaymentDiscount(row: InvoiceHeadRow, issueDate: string): EarlyPaymentDiscount | undefined {
  const { earlyDiscountPercent: percent, earlyDiscountDays: days } = row;
  if (percent === null || days === null) return undefined;
  return {
    $typeName: 'numer.invoice.v1.EarlyPaymentDiscount',
    percent,
    days,
    lastDate: lastDiscountDate(issueDate, days) ?? '',
    payableMinor: discounted(row.payableMinor, percent),
    dueMinor: calculateEarlyDue(row, { percent }),
    grantedMinor: row.earlyDiscountMinor,
  };
}

function toInstalment(instalment: DueInstalment): Instalment {
  return { $typeName: 'numer.invoice.v1.Instalment', ...instalment };
}

/** The invoice without what only a stored one has: id, times, version and actions. */
export function withoutRecord({ createTime: _created, updateTime: _updated, ...invoice }: Invoice): Invoice {
  return { ...invoice, id: '', availableActions: [], unavailableActions: [], etag: '' };
}

/** The payment; `currencyCode` is that of its invoice. */
export function toPayment(row: PaymentRow, currencyCode: string): Payment {
  return create(PaymentSchema, {
    id: row.id,
    invoiceId: row.invoiceId,
    amountMinor: row.amountMinor,
    currencyCode,
    paymentDate: row.paymentDate,
    method: row.method,
    reference: row.reference,
    createTime: timestampFromDate(row.createTime),
    invoiceState: Invoice_State[row.invoiceState],
    invoiceDueMinor: row.invoiceDueMinor,
    kind: Payment_Kind[row.kind],
    appliedMinor: row.amountMinor - row.excessMinor,
    excessMinor: row.excessMinor,
    reason: row.reason,
    ...(row.reverseTime === null ? {} : { reverseTime: timestampFromDate(row.reverseTime) }),
    reverseDate: row.reverseDate ?? '',
    reverseReason: row.reverseReason,
  });
}

/** The snapshot of a party as it is stored. */
export function toPartyJson(party: Party): PartyJson {
  return toJson(PartySchema, party);
}

/** The snapshot of a party that {@link toPartyJson} wrote, without its empty fields. */
export function fromPartyJson(json: PartyJson): Party {
  const { name = '', email = '', taxId = '', locale = '', taxRegistration = '', ccEmails = [] } = json;
  const { address, paymentAccount, electronicAddress, contact, legalRegistration } = json;
  const party: Party = { $typeName: 'numer.invoice.v1.Party', name, email, taxId, locale, taxRegistration, ccEmails };
  if (address !== undefined) party.address = fromAddressJson(address);
  if (paymentAccount !== undefined) party.paymentAccount = fromPaymentAccountJson(paymentAccount);
  if (electronicAddress !== undefined) party.electronicAddress = fromElectronicAddressJson(electronicAddress);
  if (contact !== undefined) party.contact = fromContactJson(contact);
  if (legalRegistration !== undefined) party.legalRegistration = fromLegalRegistrationJson(legalRegistration);
  return party;
}

function fromAddressJson(json: AddressJson): Address {
  const { line1 = '', line2 = '', city = '', region = '', postalCode = '', countryCode = '' } = json;
  return { $typeName: 'numer.user.v1.Address', line1, line2, city, region, postalCode, countryCode };
}

function fromPaymentAccountJson(json: PaymentAccountJson): PaymentAccount {
  const { accountName = '', accountIdentifier = '', bic = '' } = json;
  return { $typeName: 'numer.user.v1.PaymentAccount', accountName, accountIdentifier, bic };
}

function fromElectronicAddressJson({ scheme = '', identifier = '' }: ElectronicAddressJson): ElectronicAddress {
  return { $typeName: 'numer.user.v1.ElectronicAddress', scheme, identifier };
}

function fromContactJson({ name = '', phone = '', email = '' }: ContactJson): Contact {
  return { $typeName: 'numer.user.v1.Contact', name, phone, email };
}

function fromLegalRegistrationJson({ scheme = '', identifier = '' }: LegalRegistrationJson): LegalRegistration {
  return { $typeName: 'numer.user.v1.LegalRegistration', scheme, identifier };
}
