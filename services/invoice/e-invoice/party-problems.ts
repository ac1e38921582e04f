import type { Party } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import type { TaxCategory } from '../domain/tax.ts';
import { COUNTRY_CODES } from './code-lists.ts';
import type { ElectronicInvoice } from './electronic-invoice.ts';
import { sellerNumbers } from './parties.ts';
import type { Problem } from './problem.ts';
import { parseTaxId } from './tax-id.ts';
import { ruleOf } from './vat.ts';
import { xmlText } from './xml.ts';

const SELLER = { path: 'seller', whose: 'of the account', nameRule: 'BR-6', countryRule: 'BR-9' } as const;
const BUYER = { path: 'customer', whose: 'of the customer', nameRule: 'BR-7', countryRule: 'BR-11' } as const;

/**
 * Categories that require a VAT number, not just any tax number, of the seller, and those that require one of the
 * buyer. For a reverse charge, a legal registration of the buyer is enough.
 */
const SELLER_CATEGORIES: readonly TaxCategory[] = ['INTRA_COMMUNITY', 'EXPORT'];
const BUYER_CATEGORIES: readonly TaxCategory[] = ['INTRA_COMMUNITY', 'REVERSE_CHARGE'];

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
    problems.push({ field, rule: 'BR-CL-14', text: `must be a code of ISO 3166-1, but is ${countryCode}` });
  } else if (countryCode !== 'IT' && categoriesOf(invoice).has('SPLIT_PAYMENT')) {
    problems.push({ field, rule: 'BR-B-1', text: 'must be IT: split payment is for invoices within Italy' });
  }
  return problems;
}

function sellerTaxIdProblems(invoice: ElectronicInvoice): Problem[] {
  const { kind } = parseTaxId(invoice.seller.taxId);
  const category = SELLER_CATEGORIES.find((each) => categoriesOf(invoice).has(each));
  if (category !== undefined && kind !== 'VAT') return [vatNumberProblem('seller', 'of the account', category)];
  if (kind !== 'NONE') return [];
  // A seller needs something to be identified by, and for most categories that has to be a tax number.
  const categories = sellerNumbers(invoice).taxRegistration === '' ? [...categoriesOf(invoice)] : [];
  const rules = [
    ...(isRegistered(invoice.seller) ? [] : ['BR-CO-26']),
    ...categories
      .filter((each) => each !== 'OUTSIDE_SCOPE' && each !== 'SPLIT_PAYMENT')
      .map((each) => ruleOf({ category: each }, 2)),
  ];
  if (rules.length === 0) return [];
  const text = 'must be given: the VAT number or another tax number of the account';
  return [{ field: 'seller.tax_id', rule: rules.join(', '), text }];
}

function buyerTaxIdProblems(invoice: ElectronicInvoice): Problem[] {
  const category = BUYER_CATEGORIES.find((each) => categoriesOf(invoice).has(each));
  if (category === undefined || parseTaxId(invoice.buyer.taxId).kind === 'VAT') return [];
  if (category === 'REVERSE_CHARGE' && isRegistered(invoice.buyer)) return [];
  return [vatNumberProblem('customer', 'of the customer', category)];
}

function vatNumberProblem(path: 'seller' | 'customer', whose: string, category: TaxCategory): Problem {
  const text = `must be the VAT number ${whose}, with the prefix of its country, for the category ${category}`;
  return { field: `${path}.tax_id`, rule: ruleOf({ category }, 2), text };
}

function isRegistered({ legalRegistration }: Party): boolean {
  return xmlText(legalRegistration?.identifier ?? '') !== '';
}

function categoriesOf({ vatBreakdown }: ElectronicInvoice): ReadonlySet<TaxCategory> {
  return new Set(vatBreakdown.map(({ vat }) => vat.category));
}
