import type { ElectronicInvoice } from './electronic-invoice.ts';
import { contactOf } from './parties.ts';
import { missing, missingReference, type Problem } from './problem.ts';
import { xmlText } from './xml.ts';

/** The name of the rule with a number, and what counts as an email address. */
type GermanRules = { readonly ruleOf: (number: number) => string; readonly email: RegExp };

/** BR-DE-28. */
const XRECHNUNG: GermanRules = {
  ruleOf: (number) => `BR-DE-${number}`,
  email: /^[^@\s]+@([^@.\s]+\.)+[^@.\s]+$/,
};
/** DE-R-028. */
const PEPPOL: GermanRules = {
  ruleOf: (number) => `DE-R-${String(number).padStart(3, '0')}`,
  email:
    /^[\w!#$%&"*+/=?^`{|}~-]+(\.[\w!#$%&"*+/=?^`{|}~-]+)*@([a-z\d]([a-z\d-]*[a-z\d])?\.)+[a-z\d]([a-z\d-]*[a-z\d])?$/i,
};

/** What the document lacks for the German rules. */
export function germanProblems(invoice: ElectronicInvoice): Problem[] {
  const rules = invoice.specification === 'XRECHNUNG' ? XRECHNUNG : PEPPOL;
  const { ruleOf } = rules;
  const { seller, buyer, payment } = invoice;
  return [
    ...missing(seller.address?.city, 'seller.address.city', ruleOf(3), 'the city of the account'),
    ...missing(seller.address?.postalCode, 'seller.address.postal_code', ruleOf(4), 'the postal code of the account'),
    ...contactProblems(invoice, rules),
    ...missing(payment?.meansCode, 'seller.payment_account', ruleOf(1), 'the payment account'),
    ...missing(buyer.address?.city, 'customer.address.city', ruleOf(8), 'the city of the customer'),
    ...missing(buyer.address?.postalCode, 'customer.address.postal_code', ruleOf(9), 'the postal code of the customer'),
    ...missingReference(invoice, ruleOf(15), 'a buyer reference, e.g. a Leitweg-ID'),
  ];
}

/** What the contact lacks. That a telephone number has three digits (BR-DE-27) is checked where it is entered. */
function contactProblems({ seller }: ElectronicInvoice, { ruleOf, email: pattern }: GermanRules): Problem[] {
  const { name, phone, email } = contactOf(seller);
  const field = 'seller.contact.email';
  const text = `must be an email address with a domain such as example.com, but is ${email}`;
  return [
    ...missing(name, 'seller.contact.name', ruleOf(5), 'the name of a contact person'),
    ...missing(phone, 'seller.contact.phone', ruleOf(6), 'the telephone number of the contact'),
    ...(pattern.test(xmlText(email)) ? [] : [{ field, rule: ruleOf(28), text }]),
  ];
}
