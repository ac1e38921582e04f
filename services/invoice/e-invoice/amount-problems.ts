import type { Currency } from '../../../runtime/currency.ts';
import { decimalFromMinor } from '../domain/currency.ts';
import {
  addDecimals,
  compareDecimals,
  type Decimal,
  magnitudeOf,
  ONE,
  percentOf,
  rescaleDecimal,
  subtractDecimals,
} from '../domain/decimal.ts';
import { parsePercent } from '../domain/percent.ts';
import { isSayable } from './amounts.ts';
import type { Adjustment, ElectronicInvoice, Vat, VatTotal } from './electronic-invoice.ts';
import type { Problem } from './problem.ts';
import { ruleOf, vatKey } from './vat.ts';

/** Amounts with more decimal places than the standard has, as those of KWD may have. */
export function amountProblems(invoice: ElectronicInvoice): Problem[] {
  const { currency } = invoice;
  return amountsOf(invoice)
    .filter(({ amountMinor }) => !isSayable(amountMinor, currency))
    .map(({ field, rule }) => ({
      field,
      rule,
      text: 'must have at most two decimal places, not counting zeros at the end',
    }));
}

function amountsOf({ totals, adjustments, vatBreakdown, lines }: ElectronicInvoice) {
  const ofAll = (items: readonly Adjustment[], allowanceRule: string, chargeRule: string) =>
    items.map(({ field, isCharge, amountMinor }) => ({
      field,
      rule: isCharge ? chargeRule : allowanceRule,
      amountMinor,
    }));
  return [
    ...lines.flatMap(({ field, netMinor, adjustments: items }) => [
      { field: `${field}.net_minor`, rule: 'BR-DEC-23', amountMinor: netMinor },
      ...ofAll(items, 'BR-DEC-24', 'BR-DEC-27'),
    ]),
    ...ofAll(adjustments, 'BR-DEC-1', 'BR-DEC-5'),
    ...vatBreakdown.flatMap(({ field, taxableMinor, taxMinor }) => [
      { field: `${field}.net_minor`, rule: 'BR-DEC-19', amountMinor: taxableMinor },
      { field: `${field}.tax_minor`, rule: 'BR-DEC-20', amountMinor: taxMinor },
    ]),
    { field: 'prepaid_minor', rule: 'BR-DEC-16', amountMinor: totals.prepaidMinor },
    { field: 'rounding_minor', rule: 'BR-DEC-17', amountMinor: totals.roundingMinor },
    { field: 'payable_minor', rule: 'BR-DEC-18', amountMinor: totals.payableMinor },
  ];
}

/** Totals of taxes that do not match what carries the tax, as far as the rules check it. */
export function breakdownProblems(invoice: ElectronicInvoice): Problem[] {
  return [...uncarriedProblems(invoice), ...rateProblems(invoice)];
}

/**
 * Taxes of which a credit note takes back a cent, although the taxed amount rounds to nothing and so is not among its
 * lines.
 */
function uncarriedProblems({ vatBreakdown, lines, adjustments }: ElectronicInvoice): Problem[] {
  const carried = new Set([...lines, ...adjustments].map(({ vat }) => vatKey(vat)));
  return vatBreakdown
    .filter(({ vat }) => !carried.has(vatKey(vat)))
    .map(({ field, vat }) => ({
      field,
      rule: ruleOf(vat, 1),
      text: 'must belong to a line, an allowance or a charge, but the amount that it taxes rounds to zero',
    }));
}

/**
 * Taxes that are a unit of the currency or more off taxed amount x rate, e.g. because tax was rounded on hundreds of
 * lines, and rates that the rule takes for none, although there is a tax (both BR-CO-17, as its official check has it).
 */
function rateProblems({ vatBreakdown, currency }: ElectronicInvoice): Problem[] {
  return vatBreakdown
    .filter((total) => !isTaxOfBase(total, currency))
    .map(({ field, vat }) => ({
      field: `${field}.tax_minor`,
      rule: 'BR-CO-17',
      text: isTakenForNone(vat)
        ? `must round to zero: the official check of the standard treats a rate of ${vat.percent} % as zero`
        : 'must differ from taxed amount x rate by less than one unit of the currency; round tax per document, not per line',
    }));
}

const HALF: Decimal = { coefficient: 5n, scale: 1 };

function isTaxOfBase({ vat, taxableMinor, taxMinor }: VatTotal, currency: Currency): boolean {
  const percent = parsePercent(vat.percent, 'percent');
  const tax = decimalFromMinor(magnitudeOf(taxMinor), currency);
  if (isTakenForNone(vat)) return compareDecimals(tax, HALF) < 0;
  const exact = rescaleDecimal(percentOf(decimalFromMinor(magnitudeOf(taxableMinor), currency), percent), 2);
  return compareDecimals(subtractDecimals(tax, ONE), exact) < 0 && compareDecimals(addDecimals(tax, ONE), exact) > 0;
}

function isTakenForNone({ percent }: Vat): boolean {
  return compareDecimals(parsePercent(percent, 'percent'), HALF) < 0;
}
