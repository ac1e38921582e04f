import { and, eq, sql } from 'drizzle-orm';
import { prepareWrite, type WriteEffects } from '../../../runtime/call/prepare-write.ts';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import type { InvoiceHeadRow, LineRow } from './invoice-row.ts';
import { invoices } from './schema.ts';
import { linesParameter, writeLines } from './write-lines.ts';

/** What a draft is to be. Its lines are null when they stay as they are. */
export type ChangedDraft = InvoiceHeadRow & { readonly lines: readonly LineRow[] | null };

/**
 * Prepares the statements that replace the content of a draft, with its lines or without. They expect the version before
 * `draft.version`; give false, and have changed nothing, when that is not the present one or the invoice is no draft any more.
 */
export function prepareSaveDraft(db: Database): (draft: ChangedDraft, effects: WriteEffects) => Promise<boolean> {
  const parameters = columnParameters(invoices);
  const saved = db.$with('saved').as(
    db
      .update(invoices)
      .set({
        version: parameters.version,
        customerId: parameters.customerId,
        customerName: parameters.customerName,
        currencyCode: parameters.currencyCode,
        issueDate: parameters.issueDate,
        dueDate: parameters.dueDate,
        dueDays: parameters.dueDays,
        deliveryDate: parameters.deliveryDate,
        periodStartDate: parameters.periodStartDate,
        periodEndDate: parameters.periodEndDate,
        buyerReference: parameters.buyerReference,
        purchaseOrderReference: parameters.purchaseOrderReference,
        memo: parameters.memo,
        numberSeries: parameters.numberSeries,
        metadata: parameters.metadata,
        tags: parameters.tags,
        discountPercent: parameters.discountPercent,
        subtotalMinor: parameters.subtotalMinor,
        discountMinor: parameters.discountMinor,
        taxMinor: parameters.taxMinor,
        totalMinor: parameters.totalMinor,
        taxes: parameters.taxes,
        discountAmountMinor: parameters.discountAmountMinor,
        allowances: parameters.allowances,
        charges: parameters.charges,
        pricesIncludeTax: parameters.pricesIncludeTax,
        roundingPolicy: parameters.roundingPolicy,
        allowanceMinor: parameters.allowanceMinor,
        chargeMinor: parameters.chargeMinor,
        retainedTaxes: parameters.retainedTaxes,
        retainedMinor: parameters.retainedMinor,
        prepaidMinor: parameters.prepaidMinor,
        roundingIncrementMinor: parameters.roundingIncrementMinor,
        roundingAmountMinor: parameters.roundingAmountMinor,
        roundingMinor: parameters.roundingMinor,
        timeZone: parameters.timeZone,
        updateTime: parameters.updateTime,
      })
      .where(
        and(
          eq(invoices.id, parameters.id),
          eq(invoices.ownerId, parameters.ownerId),
          sql`${invoices.version} + 1 = ${parameters.version}`,
          eq(invoices.state, 'DRAFT'),
        ),
      )
      .returning({ id: invoices.id }),
  );
  const [written, removed] = writeLines(db, saved);
  const write = prepareWrite(db, 'save_draft', { changed: saved });
  const writeWithLines = prepareWrite(db, 'save_draft_and_lines', { changed: saved, parts: [saved, written, removed] });
  return ({ lines, ...invoice }, effects) =>
    lines === null ? write(invoice, effects) : writeWithLines({ ...invoice, lines: linesParameter(lines) }, effects);
}
