import type { CalculatedAllowanceCharge } from '../domain/allowance-charge.ts';
import type { TaxedAllowanceCharge } from '../domain/calculate.ts';

/** Why there is an allowance or a charge. The amounts do not depend on it. */
export type AdjustmentReason = { readonly reason: string; readonly reasonCode: string };

/** An allowance or charge of a line, as it is stored. */
export type LineAdjustment = AdjustmentReason & CalculatedAllowanceCharge;

/** An allowance or charge of a document, as it is stored. */
export type DocumentAdjustment = AdjustmentReason & TaxedAllowanceCharge;

/** Adds the reasons to the amounts that were calculated without them, in the same order. */
export function withReasons<Item>(
  given: readonly AdjustmentReason[],
  calculated: readonly Item[],
): (AdjustmentReason & Item)[] {
  return calculated.map((item, index) => ({
    reason: given[index]?.reason ?? '',
    reasonCode: given[index]?.reasonCode ?? '',
    ...item,
  }));
}
