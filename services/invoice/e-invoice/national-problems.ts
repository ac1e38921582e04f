import { isLuhn, isNorwegianNumber } from '../../../runtime/check-digits.ts';
import { DANISH_DUTY } from './adjustments.ts';
import type { ElectronicInvoice } from './electronic-invoice.ts';
import { germanProblems } from './german-problems.ts';
import { buyerNumbers, isDomestic, sellerNumbers } from './parties.ts';
import { DANISH_ACCOUNT, DANISH_IBAN } from './payment.ts';
import { missing, type Problem } from './problem.ts';
import { xmlText } from './xml.ts';

/**
 * The rules of Peppol for sellers of single countries, some of them only with customers there (BIS Billing 3.0.19).
 * Rules about data that no document here has are left out. The one other rule that is not checked is NO-R-002, a
 * warning that Norwegian companies, but not all Norwegian sellers, have to state `Foretaksregisteret`.
 */
export function nationalProblems(invoice: ElectronicInvoice): Problem[] {
  const country = invoice.seller.address?.countryCode ?? '';
  // Some rules go by the country of the VAT number, if there is one.
  const vatCountry = sellerNumbers(invoice).vatNumber.slice(0, 2) || country;
  return [
    ...(isDomestic(invoice, 'DE') ? germanProblems(invoice) : []),
    ...(country === 'DK' ? danishProblems(invoice) : []),
    ...(['EL', 'GR'].includes(vatCountry) ? [GREEK_PROBLEM] : []),
    ...(country === 'IS' ? icelandicProblems(invoice) : []),
    ...(vatCountry === 'IT' ? italianProblems(invoice) : []),
    ...(country === 'NL' ? dutchProblems(invoice) : []),
    ...(vatCountry === 'NO' ? norwegianProblems(invoice) : []),
    ...(country === 'SE' ? swedishProblems(invoice) : []),
  ];
}

type Side = 'seller' | 'customer';
type AddressPart = 'line1' | 'city' | 'postalCode';

const ADDRESS_PARTS = {
  line1: { field: 'line1', what: 'the street' },
  city: { field: 'city', what: 'the city' },
  postalCode: { field: 'postal_code', what: 'the postal code' },
} as const;

function missingInAddress(
  { seller, buyer }: ElectronicInvoice,
  side: Side,
  rules: Partial<Record<AddressPart, string>>,
): Problem[] {
  const { address } = side === 'seller' ? seller : buyer;
  return (['line1', 'city', 'postalCode'] as const).flatMap((part) => {
    const rule = rules[part];
    const { field, what } = ADDRESS_PARTS[part];
    return rule === undefined ? [] : missing(address?.[part], `${side}.address.${field}`, rule, what);
  });
}

/** What is wrong with a registration that must be given, and be of this scheme. */
function registrationProblems(
  { seller, buyer }: ElectronicInvoice,
  side: Side,
  scheme: string,
  [missingRule, schemeRule]: readonly [string, string],
): Problem[] {
  const { legalRegistration } = side === 'seller' ? seller : buyer;
  const field = `${side}.legal_registration`;
  const absent = missing(
    legalRegistration?.identifier,
    field,
    missingRule,
    `the registration number in the scheme ${scheme}`,
  );
  if (absent.length > 0 || legalRegistration?.scheme === scheme) return absent;
  return [{ field: `${field}.scheme`, rule: schemeRule, text: `must be ${scheme}` }];
}

function danishProblems(invoice: ElectronicInvoice): Problem[] {
  const { payment } = invoice;
  const problems = registrationProblems(invoice, 'seller', '0184', ['DK-R-002', 'DK-R-014']);
  if (!isDomestic(invoice, 'DK')) return problems;
  const identified = [
    { field: 'seller.tax_id', ...sellerNumbers(invoice) },
    { field: 'customer.tax_id', ...buyerNumbers(invoice) },
  ].filter(({ identifier }) => identifier !== '');
  const text = 'must be a VAT number or left out, since any other identifier needs a scheme';
  return [
    ...problems,
    ...identified.map(({ field }) => ({ field, rule: 'DK-R-013', text })),
    ...(payment?.meansCode === DANISH_IBAN || payment?.meansCode === DANISH_ACCOUNT
      ? missing(payment.bic, 'seller.payment_account.bic', 'DK-R-006', 'the registration number or BIC of the bank')
      : []),
    ...[...invoice.adjustments, ...invoice.lines.flatMap(({ adjustments }) => adjustments)]
      .filter(({ reasonCode }) => reasonCode === DANISH_DUTY)
      .filter(({ reason }) => !isDanishDuty(xmlText(reason)))
      .map(({ field }) => ({
        field: `${field}.reason`,
        rule: 'DK-R-004',
        text: 'must, for the code ZZZ, be a tax category of four digits, or a name and a value with # between them',
      })),
  ];
}

function isDanishDuty(reason: string): boolean {
  return /^[0-9]{4}$/.test(reason) || /^[^#].*#.*[^#]$/s.test(reason);
}

/** Greek invoices in Peppol carry numbers and marks of the tax authority, which have no place in the numbers here. */
const GREEK_PROBLEM: Problem = {
  field: 'seller.address.country_code',
  rule: 'GR-R-001-1',
  text: 'must not be that of a Greek seller: each Greek invoice in Peppol must carry data that the tax authority issues for it',
};

function icelandicProblems(invoice: ElectronicInvoice): Problem[] {
  return [
    ...registrationProblems(invoice, 'seller', '0196', ['IS-R-002', 'IS-R-002']),
    ...missingInAddress(invoice, 'seller', { line1: 'IS-R-003', postalCode: 'IS-R-003' }),
    ...(isDomestic(invoice, 'IS')
      ? [
          ...registrationProblems(invoice, 'customer', '0196', ['IS-R-004', 'IS-R-004']),
          ...missingInAddress(invoice, 'customer', { line1: 'IS-R-005', postalCode: 'IS-R-005' }),
        ]
      : []),
  ];
}

function italianProblems(invoice: ElectronicInvoice): Problem[] {
  const { taxRegistration } = sellerNumbers(invoice);
  return [
    ...(taxRegistration === '' || /^[A-Z0-9]{11,16}$/.test(taxRegistration)
      ? []
      : [
          {
            field: taxRegistrationField(invoice),
            rule: 'IT-R-001',
            text: 'must be 11 to 16 capital letters and digits, like a codice fiscale',
          },
        ]),
    ...missingInAddress(invoice, 'seller', { line1: 'IT-R-002', city: 'IT-R-003', postalCode: 'IT-R-004' }),
  ];
}

/** The field that BT-32 of the document comes from. */
function taxRegistrationField({ seller }: ElectronicInvoice): string {
  return xmlText(seller.taxRegistration) === '' ? 'seller.tax_id' : 'seller.tax_registration';
}

function dutchProblems(invoice: ElectronicInvoice): Problem[] {
  const whole = (rule: string) => ({ line1: rule, city: rule, postalCode: rule });
  const { type, payment, totals } = invoice;
  return [
    ...missingInAddress(invoice, 'seller', whole('NL-R-002')),
    ...dutchSchemeProblems(invoice, 'seller', 'NL-R-003'),
    ...(isDomestic(invoice, 'NL')
      ? [
          ...missingInAddress(invoice, 'customer', whole('NL-R-004')),
          ...dutchSchemeProblems(invoice, 'customer', 'NL-R-005'),
        ]
      : []),
    ...(type === 'INVOICE' && totals.payableMinor > 0n
      ? missing(payment?.meansCode, 'seller.payment_account', 'NL-R-007', 'the payment account')
      : []),
  ];
}

/** A registration, if there is one, has to be of the chamber of commerce or of an authority. */
function dutchSchemeProblems({ seller, buyer }: ElectronicInvoice, side: Side, rule: string): Problem[] {
  const { legalRegistration } = side === 'seller' ? seller : buyer;
  if (legalRegistration === undefined || ['0106', '0190'].includes(legalRegistration.scheme)) return [];
  return [{ field: `${side}.legal_registration.scheme`, rule, text: 'must be 0106 (KVK) or 0190 (OIN)' }];
}

function norwegianProblems(invoice: ElectronicInvoice): Problem[] {
  const { vatNumber } = sellerNumbers(invoice);
  const isValid = /^NO[0-9]{9}MVA$/.test(vatNumber) && isNorwegianNumber(vatNumber.slice(2, 11));
  if (vatNumber === '' || isValid) return [];
  const text = 'must be NO, a valid organisation number, and MVA';
  return [{ field: 'seller.tax_id', rule: 'NO-R-001', text }];
}

/** The rates of value added tax in Sweden. */
const SWEDISH_RATES: ReadonlySet<string> = new Set(['25', '12', '6']);

function swedishProblems(invoice: ElectronicInvoice): Problem[] {
  const { vatNumber, taxRegistration } = sellerNumbers(invoice);
  const number = xmlText(invoice.seller.legalRegistration?.identifier ?? '');
  const broken = number === '' ? [] : brokenSwedishRules(number);
  return [
    ...(broken.length === 0
      ? []
      : [
          {
            field: 'seller.legal_registration.identifier',
            rule: broken.join(', '),
            text: 'must be a valid Swedish organisation number of 10 digits',
          },
        ]),
    ...(number === '' || taxRegistration === '' || taxRegistration.toUpperCase() === 'GODKÄND FÖR F-SKATT'
      ? []
      : [{ field: taxRegistrationField(invoice), rule: 'SE-R-005', text: 'must be "Godkänd för F-skatt"' }]),
    ...(vatNumber.startsWith('SE')
      ? invoice.vatBreakdown
          .filter(({ vat }) => vat.category === 'STANDARD' && !SWEDISH_RATES.has(vat.percent))
          .map(({ field, vat }) => ({
            field: `${field}.tax_percent`,
            rule: 'SE-R-006',
            text: `must be 25, 12 or 6, the rates in Sweden, but is ${vat.percent}`,
          }))
      : []),
  ];
}

function brokenSwedishRules(organisationNumber: string): string[] {
  const isNumber = /^[0-9]+$/.test(organisationNumber);
  return [
    ...(isNumber ? [] : ['SE-R-003']),
    ...(organisationNumber.length === 10 ? [] : ['SE-R-004']),
    // The rule checks the first ten digits.
    ...(isNumber && isLuhn(organisationNumber.slice(0, 10)) ? [] : ['SE-R-013']),
  ];
}
