import type { Party } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import type { Payment } from './electronic-invoice.ts';
import { xmlText } from './xml.ts';

/** UNTDID 4461: a credit transfer of any kind. */
export const CREDIT_TRANSFER = '30';
/** UNTDID 4461: a credit transfer of SEPA. */
const SEPA_CREDIT_TRANSFER = '58';

/** UNTDID 4461: in Denmark, a transfer to an IBAN, as opposed to another account (DK-R-005). */
export const DANISH_IBAN = '31';
/** UNTDID 4461: in Denmark, a transfer to an account without an IBAN. */
export const DANISH_ACCOUNT = '42';

/** An IBAN as it is stored, after its check digits were checked. */
const IBAN = /^([A-Z]{2})[0-9]{2}[A-Z0-9]{11,30}$/;

/** The country codes of IBANs that SEPA transfers can go to (EPC409-09). */
const SEPA_COUNTRIES: ReadonlySet<string> = new Set(
  (
    'AD AL AT BE BG CH CY CZ DE DK EE ES FI FR GB GI GR HR HU IE IS IT LI LT LU LV MC MD ME MK MT NL NO PL PT RO RS SE ' +
    'SI SK SM VA'
  ).split(' '),
);

/**
 * How to pay an invoice of this number to the account of the seller; undefined when there is none. Every invoice has
 * it, even one that was paid before it was made: BT-115 says how much is to be paid, and receivers that ask for
 * instructions, such as German authorities (BR-DE-1), ask for them on all invoices.
 */
export function paymentOf(
  { name, paymentAccount }: Pick<Party, 'name' | 'paymentAccount'>,
  { number, currencyCode }: { readonly number: string | null; readonly currencyCode: string },
): Payment | undefined {
  if (paymentAccount === undefined) return undefined;
  const { accountIdentifier, accountName, bic } = paymentAccount;
  // Payment instructions need an account to pay to (BR-50, BR-61).
  if (xmlText(accountIdentifier) === '') return undefined;
  return {
    meansCode: currencyCode === 'EUR' && isInSepa(accountIdentifier) ? SEPA_CREDIT_TRANSFER : CREDIT_TRANSFER,
    remittance: number ?? '',
    accountIdentifier,
    accountName: xmlText(accountName) === '' ? name : accountName,
    bic,
  };
}

/** Whether the identifier of an account is an IBAN. */
export function isIban(accountIdentifier: string): boolean {
  return IBAN.test(accountIdentifier);
}

function isInSepa(accountIdentifier: string): boolean {
  return SEPA_COUNTRIES.has(IBAN.exec(accountIdentifier)?.[1] ?? '');
}
