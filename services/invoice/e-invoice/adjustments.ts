import type { Currency } from '../../../runtime/currency.ts';
import { sum } from '../domain/amount.ts';
import { decimalFromMinor, minorUnits } from '../domain/currency.ts';
import { percentOf } from '../domain/decimal.ts';
import { parsePercent } from '../domain/percent.ts';
import { isSayable } from './amounts.ts';
import type { Adjustment, DocumentAdjustment } from './electronic-invoice.ts';

/** UNTDID 5189: discount. */
const DISCOUNT_CODE = '95';

/** UNTDID 7161: as the parties have agreed, which in Denmark means a duty (DK-R-004). */
export const DANISH_DUTY = 'ZZZ';

/**
 * The percentage and base that an amount was calculated from, when they give it to the cent. For a part that makes a
 * sum come out, or one without the tax that the prices contain, they do not, and readers would find the share wrong.
 */
export function shareOf(
  percent: string,
  baseMinor: bigint,
  amountMinor: bigint,
  currency: Currency,
): Adjustment['share'] {
  if (percent === '0' || !isSayable(baseMinor, currency)) return undefined;
  const exact = percentOf(decimalFromMinor(baseMinor, currency), parsePercent(percent, 'percent'));
  return minorUnits(exact, currency) === amountMinor ? { percent, baseMinor } : undefined;
}

/** A discount, which has no reason of its own. */
export function discountOf(field: string, amountMinor: bigint, share: Adjustment['share']): Adjustment {
  return { field, isCharge: false, reason: 'Discount', reasonCode: DISCOUNT_CODE, amountMinor, share };
}

/**
 * BT-107 or BT-108: the sum of the document's allowances or charges. Undefined when there are none: it is required
 * exactly when there are some (BR-CO-11, BR-CO-12), even when they come to nothing.
 */
export function adjustmentTotal(adjustments: readonly DocumentAdjustment[], isCharge: boolean): bigint | undefined {
  const items = adjustments.filter((item) => item.isCharge === isCharge);
  return items.length === 0 ? undefined : sum(items.map(({ amountMinor }) => amountMinor));
}
