import { eq } from 'drizzle-orm';
import { prepareWrite, type WriteEffects } from '../../../runtime/call/prepare-write.ts';
import type { Database } from '../../../runtime/database/database.ts';
import type { InvoiceHeadRow, LineRow } from './invoice-row.ts';
import { invoices } from './schema.ts';
import { changeRow } from './versioned-row.ts';
import { linesParameter, writeLines } from './write-lines.ts';

/** A draft as it is to be. Its lines are null when they stay as they are. */
export type ChangedDraft = InvoiceHeadRow & { readonly lines: readonly LineRow[] | null };

/** What people write in a draft, and what is calculated from it. */
const CONTENT = [
  'customerId',
  'customerName',
  'currencyCode',
  'issueDate',
  'dueDate',
  'dueDays',
  'earlyDiscountPercent',
  'earlyDiscountDays',
  'deliveryDate',
  'periodStartDate',
  'periodEndDate',
  'buyerReference',
  'purchaseOrderReference',
  'memo',
  'numberSeries',
  'metadata',
  'tags',
  'discountPercent',
  'subtotalMinor',
  'discountMinor',
  'taxMinor',
  'totalMinor',
  'taxes',
  'discountAmountMinor',
  'allowances',
  'charges',
  'pricesIncludeTax',
  'roundingPolicy',
  'allowanceMinor',
  'chargeMinor',
  'retainedTaxes',
  'retainedMinor',
  'prepaidMinor',
  'roundingIncrementMinor',
  'roundingAmountMinor',
  'roundingMinor',
  'timeZone',
] as const;

/**
 * Prepares the statements that replace the content of a draft, with its lines or without. They expect the version before
 * `draft.version`; give false, and have changed nothing, when that is not the present one or the invoice is no longer a
 * draft.
 */
export function prepareSaveDraft(db: Database): (draft: ChangedDraft, effects: WriteEffects) => Promise<boolean> {
  const changed = changeRow(db, invoices, CONTENT, eq(invoices.state, 'DRAFT'));
  const [written, removed] = writeLines(db, changed);
  const write = prepareWrite(db, 'save_draft', { changed });
  const writeWithLines = prepareWrite(db, 'save_draft_and_lines', { changed, parts: [changed, written, removed] });
  return ({ lines, ...invoice }, effects) =>
    lines === null ? write(invoice, effects) : writeWithLines({ ...invoice, lines: linesParameter(lines) }, effects);
}
