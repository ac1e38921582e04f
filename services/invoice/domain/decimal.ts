import { invalid } from './rule-violation.ts';

/** An exact decimal number: `coefficient / 10^scale`. The scale is never negative; 1.5 and 1.50 are equal in value. */
export type Decimal = { readonly coefficient: bigint; readonly scale: number };

/** How large a decimal may be. Digits are counted after leading and trailing zeros are dropped. */
export type DecimalLimits = {
  /** At most this many digits before the point. */
  readonly integerDigitsMax: number;
  /** At most this many digits after the point. */
  readonly scaleMax: number;
  /** Whether a minus sign is allowed. */
  readonly negative: boolean;
};

/** Zero. */
export const ZERO: Decimal = { coefficient: 0n, scale: 0 };
/** One. */
export const ONE: Decimal = { coefficient: 1n, scale: 0 };

const DECIMAL_PATTERN = /^(-?)([0-9]+)(?:\.([0-9]+))?$/;
/** No number within any limits needs to be written longer; it bounds the work done on hostile input. */
const TEXT_LENGTH_MAX = 64;

/**
 * Reads a decimal such as `2`, `49.995` or `-0.5`: ASCII digits with a point, no exponent, no plus sign, no spaces.
 * Throws INVALID_ARGUMENT naming `field` if the text is anything else or exceeds `limits`.
 */
export function parseDecimal(text: string, limits: DecimalLimits, field: string): Decimal {
  const match = text.length <= TEXT_LENGTH_MAX ? DECIMAL_PATTERN.exec(text) : null;
  if (!match) throw invalid(field, 'must be a decimal number such as 2 or 49.995');
  const integer = (match[2] ?? '').replace(/^0+/, '');
  const fraction = (match[3] ?? '').replace(/0+$/, '');
  if (integer.length > limits.integerDigitsMax) {
    throw invalid(field, `must have at most ${limits.integerDigitsMax} digits before the decimal point`);
  }
  if (fraction.length > limits.scaleMax) {
    throw invalid(field, `must have at most ${limits.scaleMax} digits after the decimal point`);
  }
  const magnitude = BigInt(integer + fraction);
  const isNegative = match[1] === '-' && magnitude !== 0n;
  if (isNegative && !limits.negative) throw invalid(field, 'must not be negative');
  return { coefficient: isNegative ? -magnitude : magnitude, scale: fraction.length };
}

/** The shortest text of the value: `-0.5`, `2`, `49.995`; no trailing zeros, no exponent, never `-0`. */
export function formatDecimal(decimal: Decimal): string {
  const sign = decimal.coefficient < 0n ? '-' : '';
  const digits = magnitudeOf(decimal.coefficient)
    .toString()
    .padStart(decimal.scale + 1, '0');
  const integer = digits.slice(0, digits.length - decimal.scale);
  const fraction = digits.slice(digits.length - decimal.scale).replace(/0+$/, '');
  return fraction === '' ? sign + integer : `${sign}${integer}.${fraction}`;
}

/** a + b, exactly. */
export function addDecimals(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale);
  return { coefficient: coefficientAt(a, scale) + coefficientAt(b, scale), scale };
}

/** a - b, exactly. */
export function subtractDecimals(a: Decimal, b: Decimal): Decimal {
  return addDecimals(a, { coefficient: -b.coefficient, scale: b.scale });
}

/** a x b, exactly. */
export function multiplyDecimals(a: Decimal, b: Decimal): Decimal {
  return { coefficient: a.coefficient * b.coefficient, scale: a.scale + b.scale };
}

/** `percent` hundredths of `base`, exactly: a percentage needs no division, only two more decimal places. */
export function percentOf(base: Decimal, percent: Decimal): Decimal {
  const product = multiplyDecimals(base, percent);
  return { coefficient: product.coefficient, scale: product.scale + 2 };
}

/** a / b with exactly `scale` decimal places, rounded once, half away from zero. Assumes that b is not zero. */
export function divideDecimals(a: Decimal, b: Decimal, scale: number): Decimal {
  const sign = b.coefficient < 0n ? -1n : 1n;
  const dividend = sign * a.coefficient * 10n ** BigInt(b.scale + scale);
  const divisor = sign * b.coefficient * 10n ** BigInt(a.scale);
  return { coefficient: divideHalfAwayFromZero(dividend, divisor), scale };
}

/** Negative when a < b, zero when their values are equal, positive when a > b. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  const difference = subtractDecimals(a, b).coefficient;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** The value with exactly `scale` decimal places, rounded half away from zero: 0.5 -> 1, -0.5 -> -1. */
export function rescaleDecimal(decimal: Decimal, scale: number): Decimal {
  if (scale >= decimal.scale) return { coefficient: coefficientAt(decimal, scale), scale };
  return { coefficient: divideHalfAwayFromZero(decimal.coefficient, 10n ** BigInt(decimal.scale - scale)), scale };
}

/** The quotient rounded to a whole number, half away from zero. Assumes a positive divisor. */
export function divideHalfAwayFromZero(dividend: bigint, divisor: bigint): bigint {
  const magnitude = (2n * magnitudeOf(dividend) + divisor) / (2n * divisor);
  return dividend < 0n ? -magnitude : magnitude;
}

function coefficientAt(decimal: Decimal, scale: number): bigint {
  return decimal.coefficient * 10n ** BigInt(scale - decimal.scale);
}

/** The value without its sign. */
export function magnitudeOf(value: bigint): bigint {
  return value < 0n ? -value : value;
}
