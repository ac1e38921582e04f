import type { Currency } from '../../../runtime/currency.ts';
import { formatAmount, formatDecimal, formatPrice, isZero } from './format.ts';
import type { CreditNoteLineFacts, LineFacts } from './invoice-facts.ts';
import type { Language } from './language.ts';
import type { Item } from './mail.ts';
import { TEXTS } from './texts.ts';

/** A line of an invoice or a quote as it is shown, with everything that makes up its amount. */
export function lineItemOf(line: LineFacts, currency: Currency, language: Language): Item {
  const texts = TEXTS[language];
  const amount = (minor: bigint) => formatAmount(minor, currency, language);
  const decimal = (value: string) => formatDecimal(value, language);
  const isPerOne = line.baseQuantity === '' || decimal(line.baseQuantity) === '1';
  const price = formatPrice(line.unitPrice, currency, language);
  const details = [
    texts.line.price(quantityOf(line, language), isPerOne ? price : `${price} / ${decimal(line.baseQuantity)}`),
    ...discountOf(line).map((discount) =>
      typeof discount === 'bigint' ? amount(-discount) : texts.line.discount(decimal(discount)),
    ),
    ...line.allowances.map((each) => `${each.reason || texts.label.allowance} ${amount(-each.calculatedMinor)}`),
    ...line.charges.map((each) => `${each.reason || texts.label.charge} ${amount(each.calculatedMinor)}`),
    ...taxesOf(line, language),
    ...(line.includedTaxMinor === 0n ? [] : [texts.line.includedTax(amount(line.includedTaxMinor))]),
  ];
  return { title: line.description, detail: details.join(', '), amount: amount(line.netMinor) };
}

/** The discount as it was given: a percentage, an amount, or none. */
function discountOf({ discountPercent, discountMinor }: LineFacts): (string | bigint)[] {
  if (!isZero(discountPercent)) return [discountPercent];
  return discountMinor === 0n ? [] : [discountMinor];
}

/** Units that have a symbol, by their code of UN/ECE Recommendation 20. */
const UNIT_SYMBOLS: ReadonlyMap<string, string> = new Map([
  ['', ''],
  ['C62', ''],
  ['GRM', 'g'],
  ['HUR', 'h'],
  ['KGM', 'kg'],
  ['KMT', 'km'],
  ['KWH', 'kWh'],
  ['LTR', 'l'],
  ['MIN', 'min'],
  ['MTK', 'm²'],
  ['MTQ', 'm³'],
  ['MTR', 'm'],
  ['TNE', 't'],
]);

/** The quantity with its unit: `7.5 h`. A unit without a symbol is shown by its code. */
function quantityOf({ quantity, unitCode }: Pick<LineFacts, 'quantity' | 'unitCode'>, language: Language): string {
  return `${formatDecimal(quantity, language)} ${UNIT_SYMBOLS.get(unitCode) ?? unitCode}`.trimEnd();
}

/** The rates that are charged on a line. */
function taxesOf({ taxPercent, taxes }: Pick<LineFacts, 'taxPercent' | 'taxes'>, language: Language): string[] {
  return [taxPercent, ...taxes.filter(({ retained }) => !retained).map(({ percent }) => percent)]
    .filter((percent) => !isZero(percent))
    .map((percent) => TEXTS[language].line.tax(formatDecimal(percent, language)));
}

/** A line of a credit note as it is shown. */
export function creditedItemOf(line: CreditNoteLineFacts, currency: Currency, language: Language): Item {
  const details = [...(line.quantity === '' ? [] : [quantityOf(line, language)]), ...taxesOf(line, language)];
  return {
    title: line.description,
    detail: details.join(', '),
    amount: formatAmount(line.netMinor, currency, language),
  };
}
