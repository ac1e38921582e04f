import { timestampDate } from '@bufbuild/protobuf/wkt';
import type { ExportedInvoice } from '../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { DomainError } from '../../runtime/call/errors.ts';
import {
  toIssueDate,
  toProjectedCreditNote,
  toProjectedCredits,
  toProjectedPayment,
  toProjectedState,
} from './convert.ts';
import type { TrueInvoice, Truth } from './store/correct-invoices.ts';

/** Versions that the projection has and the invoice service never had, or lost, by the id of their invoice. */
export type FalseVersions = ReadonlyMap<string, bigint>;

/**
 * What the invoice service exports of invoices, in the form in which the projection is compared with it.
 *
 * @throws DomainError UNAVAILABLE when the invoice service is an older version that does not export everything
 */
export function toTruth(exported: readonly ExportedInvoice[], falseVersions: FalseVersions = new Map()): Truth {
  if (exported.some(({ customerId, creditedMinor }) => customerId === '' || creditedMinor === undefined)) {
    throw new DomainError(
      'unavailable',
      'UNAVAILABLE',
      'The invoice service is older than this one; upgrade it first.',
    );
  }
  return {
    invoices: exported.map((invoice) => toTrueInvoice(invoice, falseVersions)),
    payments: exported.flatMap(({ invoiceId, ownerId, currencyCode, ...invoice }) =>
      paymentsOf(invoice).map((payment) => ({
        payment_id: payment.paymentId,
        invoice_id: invoiceId,
        owner_id: ownerId,
        currency_code: currencyCode,
        amount_minor: payment.paymentMinor,
        payment_date: payment.paymentDate,
        kind: payment.paymentKind,
        applied_minor: payment.appliedMinor,
        tax_minor: payment.creditedTaxMinor,
      })),
    ),
  };
}

function toTrueInvoice(invoice: ExportedInvoice, falseVersions: FalseVersions): TrueInvoice {
  const { creditNotes, creditedMinor: takenOffMinor = 0n, writtenOffMinor } = invoice;
  const { creditedMinor } = toProjectedCredits({ creditedMinor: takenOffMinor, writtenOffMinor });
  return {
    invoice_id: invoice.invoiceId,
    owner_id: invoice.ownerId,
    version: invoice.version,
    state: toProjectedState(invoice.state),
    currency_code: invoice.currencyCode,
    total_minor: invoice.totalMinor,
    due_minor: invoice.dueMinor,
    due_date: invoice.dueDate,
    customer_id: invoice.customerId,
    tax_minor: invoice.taxMinor,
    paid_minor: invoice.paidMinor,
    issue_date: toIssueDate(invoice),
    last_payment_date: lastPaymentDateOf(invoice),
    update_time: invoice.updateTime === undefined ? null : timestampDate(invoice.updateTime),
    false_version: falseVersions.get(invoice.invoiceId) ?? null,
    credited_minor: creditedMinor,
    written_off_minor: writtenOffMinor,
    credit_note_count: creditNotes.length,
    credit_note_total_minor: creditNotes.reduce((sum, { totalMinor }) => sum + totalMinor, 0n),
    credit_note_tax_minor: creditNotes.reduce((sum, { taxMinor }) => sum + taxMinor, 0n),
  };
}

function paymentsOf(invoice: Pick<ExportedInvoice, 'payments' | 'creditPayments' | 'creditNotes'>) {
  const payments = [...invoice.payments, ...invoice.creditPayments];
  return [
    ...payments.flatMap((payment) => toProjectedPayment(payment) ?? []),
    ...invoice.creditNotes.map(({ creditNoteId: id, ...note }) => toProjectedCreditNote({ ...note, id })),
  ];
}

function lastPaymentDateOf(invoice: ExportedInvoice): string | null {
  const settling = paymentsOf(invoice).filter(({ appliedMinor }) => appliedMinor > 0n);
  return (
    settling
      .map(({ paymentDate }) => paymentDate)
      .toSorted()
      .at(-1) ?? null
  );
}
