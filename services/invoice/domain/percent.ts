import { compareDecimals, type Decimal, type DecimalLimits, parseDecimal, ZERO } from './decimal.ts';
import { invalid } from './rule-violation.ts';

const PERCENT_LIMITS: DecimalLimits = { integerDigitsMax: 3, scaleMax: 6, negative: false };
const HUNDRED: Decimal = { coefficient: 100n, scale: 0 };

/** Reads a percentage from 0 to 100 with at most 6 decimals; absent and empty are 0. Throws INVALID_ARGUMENT. */
export function parsePercent(text: string | undefined, field: string): Decimal {
  if (text === undefined || text === '') return ZERO;
  const percent = parseDecimal(text, PERCENT_LIMITS, field);
  if (compareDecimals(percent, HUNDRED) > 0) {
    throw invalid(field, 'must be at most 100');
  }
  return percent;
}
