import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import {
  type CreditNote,
  type CreditNoteAllowanceChargeSchema,
  type CreditNoteLineSchema,
  CreditNoteSchema,
} from '../../../gen/numer/invoice/v1/credit_note_pb.ts';
import { Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import type { CreditNoteOutcome } from '../domain/balance.ts';
import type { CreditPart } from '../domain/credit-note-creditable.ts';
import type { CreditDecision } from '../domain/credit-note-request.ts';
import type { creditTotals } from '../domain/credit-note-totals.ts';
import { fromPartyJson } from '../invoices/convert.ts';
import { toTax, toTaxTotal } from '../invoices/convert-amounts.ts';
import type { CreditNoteRow } from '../store/credit-note-schema.ts';
import type { InvoiceRow } from '../store/invoice-row.ts';

/** What was decided about a credit note. */
export interface CreditNoteFacts {
  readonly id: string;
  /** The invoice as it was before. */
  readonly invoice: InvoiceRow;
  readonly decision: CreditDecision;
  readonly totals: ReturnType<typeof creditTotals>;
  readonly outcome: CreditNoteOutcome;
  readonly issueDate: string;
  readonly reason: string;
  readonly numberSeries: string;
  readonly createTime: Date;
}

/** The credit note without its number, which is given by the statement that stores it. */
export function newCreditNote({
  invoice,
  decision,
  totals,
  outcome,
  createTime,
  ...facts
}: CreditNoteFacts): CreditNote {
  const { taxes, retainedTaxes, ...amounts } = totals;
  return create(CreditNoteSchema, {
    ...facts,
    invoiceId: invoice.id,
    invoiceNumber: invoice.number ?? '',
    invoiceIssueDate: invoice.issueDate ?? '',
    customerId: invoice.customerId,
    currencyCode: invoice.currencyCode,
    lines: linesOf(invoice, decision),
    allowances: adjustmentsOf(invoice, decision, 'allowance'),
    charges: adjustmentsOf(invoice, decision, 'charge'),
    pricesIncludeTax: invoice.pricesIncludeTax,
    ...amounts,
    taxes: taxes.map(toTaxTotal),
    retainedTaxes: retainedTaxes.map(toTaxTotal),
    appliedMinor: outcome.appliedMinor,
    creditMinor: outcome.creditMinor,
    invoiceState: Invoice_State[outcome.state],
    invoiceDueMinor: outcome.dueMinor,
    ...(invoice.seller === null ? {} : { seller: fromPartyJson(invoice.seller) }),
    ...(invoice.customer === null ? {} : { customer: fromPartyJson(invoice.customer) }),
    createTime: timestampFromDate(createTime),
  });
}

/** The credit note as it was stored. */
export function toCreditNote({ document, number }: Pick<CreditNoteRow, 'document' | 'number'>): CreditNote {
  return { ...document, number };
}

function linesOf(
  invoice: InvoiceRow,
  { credit, quantities }: CreditDecision,
): MessageInitShape<typeof CreditNoteLineSchema>[] {
  const parts = new Map(partsOf(credit, 'line').map((part) => [part.index, part]));
  return invoice.lines.flatMap((line, index) => {
    const part = parts.get(index);
    const quantity = (part && quantities.get(part.key)) ?? '';
    if (part === undefined || (isNothing(part) && ['', '0'].includes(quantity))) return [];
    return {
      invoiceLineId: line.id,
      description: line.description,
      quantity,
      unitCode: line.unitCode,
      taxPercent: line.taxPercent,
      taxes: line.taxes.map(toTax),
      netMinor: part.netMinor,
      includedTaxMinor: part.includedTaxMinor,
    };
  });
}

function adjustmentsOf(
  invoice: InvoiceRow,
  { credit }: CreditDecision,
  kind: 'allowance' | 'charge',
): MessageInitShape<typeof CreditNoteAllowanceChargeSchema>[] {
  const sign = kind === 'allowance' ? -1n : 1n;
  return partsOf(credit, kind)
    .filter((part) => !isNothing(part))
    .toSorted((a, b) => a.index - b.index)
    .map(({ index, netMinor, includedTaxMinor }) => ({
      position: index,
      reason: invoice[`${kind}s`][index]?.reason ?? '',
      reasonCode: invoice[`${kind}s`][index]?.reasonCode ?? '',
      netMinor: sign * netMinor,
      includedTaxMinor: sign * includedTaxMinor,
    }));
}

function partsOf({ pools }: CreditDecision['credit'], kind: CreditPart['kind']): CreditPart[] {
  return pools.flatMap(({ parts }) => parts).filter((part) => part.kind === kind);
}

function isNothing({ netMinor, includedTaxMinor }: CreditPart): boolean {
  return netMinor === 0n && includedTaxMinor === 0n;
}
