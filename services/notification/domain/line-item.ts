import type { Currency } from '../../../runtime/currency.ts';
import { formatAmount, formatDecimal, formatPrice, isZero } from './format.ts';
import type { CreditNoteLineFacts, LineFacts } from './invoice-facts.ts';
import type { Language } from './language.ts';
import type { Item } from './mail.ts';
import { TEXTS } from './texts.ts';

/** A line of an invoice or a quote as it is shown, with all that its amount comes of. */
export function lineItemOf(line: LineFacts, currency: Currency, language: Language): Item {
  const texts = TEXTS[language];
  const amount = (minor: bigint) => formatAmount(minor, currency, language);
  const decimal = (value: string) => formatDecimal(value, language);
  const isPerOne = line.baseQuantity === '' || decimal(line.baseQuantity) === '1';
  const price = formatPrice(line.unitPrice, currency, language);
  const details = [
    texts.line.price(decimal(line.quantity), isPerOne ? price : `${price} / ${decimal(line.baseQuantity)}`),
    ...discountOf(line).map((discount) =>
      typeof discount === 'bigint' ? amount(-discount) : texts.line.discount(decimal(discount)),
    ),
    ...line.allowances.map((each) => `${each.reason || texts.label.allowance} ${amount(-each.calculatedMinor)}`),
    ...line.charges.map((each) => `${each.reason || texts.label.charge} ${amount(each.calculatedMinor)}`),
    ...[line.taxPercent, ...line.taxes.filter(({ retained }) => !retained).map(({ percent }) => percent)]
      .filter((percent) => !isZero(percent))
      .map((percent) => texts.line.tax(decimal(percent))),
    ...(line.includedTaxMinor === 0n ? [] : [texts.line.includedTax(amount(line.includedTaxMinor))]),
  ];
  return { title: line.description, detail: details.join(', '), amount: amount(line.netMinor) };
}

/** The discount as it was given: a percentage, an amount, or none. */
function discountOf({ discountPercent, discountMinor }: LineFacts): (string | bigint)[] {
  if (!isZero(discountPercent)) return [discountPercent];
  return discountMinor === 0n ? [] : [discountMinor];
}

/** A line of a credit note as it is shown. */
export function creditedItemOf(line: CreditNoteLineFacts, currency: Currency, language: Language): Item {
  const details = [
    ...(line.quantity === '' ? [] : [formatDecimal(line.quantity, language)]),
    ...(isZero(line.taxPercent) ? [] : [TEXTS[language].line.tax(formatDecimal(line.taxPercent, language))]),
  ];
  return {
    title: line.description,
    detail: details.join(', '),
    amount: formatAmount(line.netMinor, currency, language),
  };
}
