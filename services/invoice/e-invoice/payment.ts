import type { Party } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import type { Payment } from './electronic-invoice.ts';
import { xmlText } from './xml.ts';

/** UNTDID 4461: a credit transfer of any kind. */
export const CREDIT_TRANSFER = '30';
/** UNTDID 4461: a credit transfer of SEPA. */
const SEPA_CREDIT_TRANSFER = '58';

/** UNTDID 4461: a transfer to an IBAN, as Danes tell it from one to another account (DK-R-005). */
export const DANISH_IBAN = '31';
/** UNTDID 4461: a transfer to an account without an IBAN, as Danes call it. */
export const DANISH_ACCOUNT = '42';

/** An IBAN as it is kept, after its check digits were found right. */
const IBAN = /^([A-Z]{2})[0-9]{2}[A-Z0-9]{11,30}$/;

/** What the IBANs begin with to which SEPA transfers go (EPC409-09). */
const SEPA_COUNTRIES: ReadonlySet<string> = new Set(
  (
    'AD AL AT BE BG CH CY CZ DE DK EE ES FI FR GB GI GR HR HU IE IS IT LI LT LU LV MC MD ME MK MT NL NO PL PT RO RS SE ' +
    'SI SK SM VA'
  ).split(' '),
);

/**
 * How to pay an invoice of this number to the account of the seller; undefined when there is none. It is on every invoice, also on one
 * that was paid before it was made: how much is to be paid says BT-115, and receivers that ask for instructions, such as German
 * authorities (BR-DE-1), ask for them on all invoices.
 */
export function paymentOf(
  { name, paymentAccount }: Pick<Party, 'name' | 'paymentAccount'>,
  { number, currencyCode }: { readonly number: string | null; readonly currencyCode: string },
): Payment | undefined {
  if (paymentAccount === undefined) return undefined;
  const { accountIdentifier, accountName, bic } = paymentAccount;
  // Instructions without an account to pay to are none (BR-50, BR-61).
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
