import type { Currency } from '../../../runtime/currency.ts';
import { sum } from '../domain/amount.ts';
import { decimalFromMinor } from '../domain/currency.ts';
import {
  addDecimals,
  type Decimal,
  divideDecimals,
  formatDecimal,
  magnitudeOf,
  multiplyDecimals,
  ONE,
  percentOf,
} from '../domain/decimal.ts';
import { parseQuantity } from '../domain/line-amounts.ts';
import { parsePercent } from '../domain/percent.ts';
import type { LineRow } from '../store/invoice-row.ts';
import { discountOf, shareOf } from './adjustments.ts';
import type { Adjustment, Line } from './electronic-invoice.ts';
import { vatOf } from './vat.ts';

/** Decimal places of a price that is divided, besides those that make up for the quantity. */
const PRICE_SCALE = 10;

/** A line of an invoice, all of it without tax. */
export function lineOf(row: LineRow, field: string, currency: Currency, pricesIncludeTax: boolean): Line {
  const vat = vatOf(row);
  const typed = adjustmentsOf(row, field, currency);
  const { price, adjustments } = pricesIncludeTax
    ? withoutTax(row, typed, parsePercent(vat.percent, 'percent'), currency)
    : { price: row.unitPrice, adjustments: typed };
  return {
    field,
    name: row.description,
    quantity: row.quantity,
    unitCode: row.unitCode,
    netMinor: row.netMinor,
    price,
    baseQuantity: row.baseQuantity,
    vat,
    adjustments,
  };
}

/** Discount, allowances and charges as they were typed. */
function adjustmentsOf(row: LineRow, field: string, currency: Currency): Adjustment[] {
  const listOf = (kind: 'allowances' | 'charges') =>
    row[kind].map(({ reason, reasonCode, calculatedMinor: amountMinor, percent, baseMinor }, index): Adjustment => {
      const share = shareOf(percent, baseMinor === 0n ? row.grossMinor : baseMinor, amountMinor, currency);
      return {
        field: `${field}.${kind}[${index}]`,
        isCharge: kind === 'charges',
        reason,
        reasonCode,
        amountMinor,
        share,
      };
    });
  const share = shareOf(row.discountPercent, row.grossMinor, row.discountMinor, currency);
  return [
    ...(row.discountMinor === 0n ? [] : [discountOf(`${field}.discount_minor`, row.discountMinor, share)]),
    ...listOf('allowances'),
    ...listOf('charges'),
  ];
}

/**
 * The price and what is taken off or added, without the tax that all of them contain. Each is divided separately, so
 * together they may miss the net of the line, which counts, by a cent or a few. The difference goes into the last
 * allowance or charge, or into the price when there is none.
 */
function withoutTax(
  { quantity, unitPrice, baseQuantity, netMinor }: LineRow,
  typed: readonly Adjustment[],
  rate: Decimal,
  currency: Currency,
): Pick<Line, 'price' | 'adjustments'> {
  const factor = addDecimals(ONE, percentOf(ONE, rate));
  const adjustments = typed.map((item): Adjustment => {
    const amountMinor = divideDecimals({ coefficient: item.amountMinor, scale: 0 }, factor, 0).coefficient;
    return { ...item, amountMinor, share: undefined };
  });
  const count = { quantity: parseQuantity(quantity, 'quantity'), base: parseQuantity(baseQuantity, 'baseQuantity') };
  const price = divideDecimals(parseQuantity(unitPrice, 'unitPrice'), factor, scaleFor(count));
  const added = adjustments.map(({ isCharge, amountMinor }) => (isCharge ? amountMinor : -amountMinor));
  const missingMinor = netMinor - sum(added) - grossOf(price, count, currency);
  if (missingMinor === 0n) return { price: formatDecimal(price), adjustments };
  const last = adjustments.pop();
  if (last === undefined) return { price: priceFor(netMinor, count, currency), adjustments };
  const amountMinor = last.amountMinor + (last.isCharge ? missingMinor : -missingMinor);
  return { price: formatDecimal(price), adjustments: [...adjustments, { ...last, amountMinor }] };
}

/** The quantity that is bought, and the quantity that the price is for. */
export type Count = { readonly quantity: Decimal; readonly base: Decimal };

/** The price at which a quantity, which is not 0, comes to exactly this amount. */
export function priceFor(amountMinor: bigint, count: Count, currency: Currency): string {
  const amount = multiplyDecimals(decimalFromMinor(amountMinor, currency), count.base);
  return formatDecimal(divideDecimals(amount, count.quantity, scaleFor(count)));
}

function grossOf(price: Decimal, { quantity, base }: Count, currency: Currency): bigint {
  return divideDecimals(multiplyDecimals(price, quantity), base, currency.exponent).coefficient;
}

/** Decimal places with which a price is exact enough for the amount of the whole quantity. */
function scaleFor({ quantity, base }: Count): number {
  return PRICE_SCALE + magnitudeOf(divideDecimals(quantity, base, 0).coefficient).toString().length;
}
