import type { TaxCategory } from '../domain/tax.ts';
import { COUNTRY_CODES } from './code-lists.ts';
import type { ElectronicInvoice } from './electronic-invoice.ts';
import type { Problem } from './problem.ts';
import { parseTaxId } from './tax-id.ts';
import { CATEGORY_CODES } from './vat.ts';
import { xmlText } from './xml.ts';

const SELLER = { path: 'seller', whose: 'of the account', nameRule: 'BR-6', countryRule: 'BR-9' } as const;
const BUYER = { path: 'customer', whose: 'of the customer', nameRule: 'BR-7', countryRule: 'BR-11' } as const;

/** Rules by the prefix that those of a category have. */
const SELLER_VAT_NUMBER_RULES: Partial<Record<TaxCategory, string>> = { INTRA_COMMUNITY: 'BR-IC-2', EXPORT: 'BR-G-2' };
const BUYER_VAT_NUMBER_RULES: Partial<Record<TaxCategory, string>> = {
  INTRA_COMMUNITY: 'BR-IC-2',
  REVERSE_CHARGE: 'BR-AE-2',
};

/** What the parties lack. */
export function partyProblems(invoice: ElectronicInvoice): Problem[] {
  return [
    ...problemsOf(invoice, SELLER),
    ...sellerTaxIdProblems(invoice),
    ...problemsOf(invoice, BUYER),
    ...buyerTaxIdProblems(invoice),
  ];
}

function problemsOf(invoice: ElectronicInvoice, { path, whose, nameRule, countryRule }: typeof SELLER | typeof BUYER) {
  const { name, address } = invoice[path === 'seller' ? 'seller' : 'buyer'];
  const countryCode = address?.countryCode ?? '';
  const problems: Problem[] = [];
  if (xmlText(name) === '') {
    problems.push({ field: `${path}.name`, rule: nameRule, text: `must be given: the name ${whose}` });
  }
  const field = `${path}.address.country_code`;
  if (countryCode === '') {
    problems.push({ field, rule: countryRule, text: `must be given: the country ${whose}, e.g. DE` });
  } else if (!COUNTRY_CODES.has(countryCode)) {
    problems.push({ field, rule: 'BR-CL-14', text: `must be a code of ISO 3166-1, which ${countryCode} is not` });
  } else if (countryCode !== 'IT' && categoriesOf(invoice).has('SPLIT_PAYMENT')) {
    problems.push({ field, rule: 'BR-B-1', text: 'must be IT: split payment is for invoices within Italy' });
  }
  return problems;
}

function sellerTaxIdProblems(invoice: ElectronicInvoice): Problem[] {
  const { kind } = parseTaxId(xmlText(invoice.seller.taxId));
  const [rule, category] = ruleFor(invoice, SELLER_VAT_NUMBER_RULES);
  if (rule !== undefined && kind !== 'VAT') {
    const text = `must be the VAT number of the account, with the prefix of its country, for the category ${category}`;
    return [{ field: 'seller.tax_id', rule, text }];
  }
  if (kind !== 'NONE') return [];
  const text = 'must be given: the VAT number or another tax number of the account';
  return [{ field: 'seller.tax_id', rule: sellerTaxIdRule(invoice), text }];
}

/** A seller needs something to be identified by, and for most categories a tax number as such. */
function sellerTaxIdRule(invoice: ElectronicInvoice): string {
  const codes: Partial<Record<TaxCategory, string>> = { ...CATEGORY_CODES, CANARY_ISLANDS: 'AF', CEUTA_MELILLA: 'AG' };
  const rules = [...categoriesOf(invoice)]
    .filter((category) => category !== 'OUTSIDE_SCOPE' && category !== 'SPLIT_PAYMENT')
    .map((category) => `BR-${codes[category]}-2`);
  return ['BR-CO-26', ...rules].join(', ');
}

function buyerTaxIdProblems(invoice: ElectronicInvoice): Problem[] {
  const [rule, category] = ruleFor(invoice, BUYER_VAT_NUMBER_RULES);
  if (rule === undefined || parseTaxId(xmlText(invoice.buyer.taxId)).kind === 'VAT') return [];
  const text = `must be the VAT number of the customer, with the prefix of its country, for the category ${category}`;
  return [{ field: 'customer.tax_id', rule, text }];
}

function ruleFor(
  invoice: ElectronicInvoice,
  rules: Partial<Record<TaxCategory, string>>,
): readonly [string | undefined, TaxCategory | undefined] {
  const category = [...categoriesOf(invoice)].find((each) => rules[each] !== undefined);
  return [category && rules[category], category];
}

function categoriesOf({ vatBreakdown }: ElectronicInvoice): ReadonlySet<TaxCategory> {
  return new Set(vatBreakdown.map(({ vat }) => vat.category));
}
