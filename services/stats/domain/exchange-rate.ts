import type { Currency } from '../../../runtime/currency.ts';

/** An exact decimal: `coefficient / 10^scale`. */
export interface Rate {
  readonly coefficient: bigint;
  readonly scale: number;
}

/**
 * Reads a rate such as `0.9213`: digits, optionally with a point, no sign, no exponent. Trailing zeros after the point
 * are dropped. Assumes that the text matches the contract's pattern.
 */
export function parseRate(text: string): Rate {
  const [integer = '', decimals = ''] = text.split('.');
  const fraction = decimals.replace(/0+$/, '');
  return { coefficient: BigInt(integer + fraction), scale: fraction.length };
}

/** The shortest text of a rate: `0.9213`, `120`. */
export function formatRate({ coefficient, scale }: Rate): string {
  const digits = coefficient.toString().padStart(scale + 1, '0');
  const point = digits.length - scale;
  return scale === 0 ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`;
}

/**
 * Makes the function that converts amounts in minor units of one currency to minor units of another: amount x rate, in
 * major units, rounded once, half away from zero. At 0.0061, 150 JPY are 0.915 EUR: 92 cents.
 */
export function createConversion(from: Currency, to: Currency, rate: Rate): (amountMinor: bigint) => bigint {
  const multiplier = rate.coefficient * 10n ** BigInt(to.exponent);
  const divisor = 10n ** BigInt(rate.scale + from.exponent);
  return (amountMinor) => divideHalfAwayFromZero(amountMinor * multiplier, divisor);
}

/** The quotient rounded to a whole number, half away from zero. Assumes a positive divisor. */
function divideHalfAwayFromZero(dividend: bigint, divisor: bigint): bigint {
  const magnitude = dividend < 0n ? -dividend : dividend;
  const quotient = (2n * magnitude + divisor) / (2n * divisor);
  return dividend < 0n ? -quotient : quotient;
}
