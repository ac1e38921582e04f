import type { Currency } from '../../../runtime/currency.ts';
import { decimalFromMinor, formatAmount } from './currency.ts';
import { compareDecimals, parseDecimal } from './decimal.ts';
import { invalid } from './rule-violation.ts';

/** More digits than any total has. */
const LIMITS = { integerDigitsMax: 15, scaleMax: 15, negative: true };

/**
 * Checks that the total of an invoice is the expected one, a decimal in its currency; an empty text expects nothing.
 * Throws INVALID_ARGUMENT naming `total`.
 */
export function checkTotal(text: string, totalMinor: bigint, currency: Currency): void {
  if (text === '') return;
  const expected = parseDecimal(text, LIMITS, 'total');
  if (compareDecimals(expected, decimalFromMinor(totalMinor, currency)) === 0) return;
  throw invalid('total', `must be ${formatAmount(totalMinor, currency)}, the total calculated from the lines`);
}
