import { invalid } from './rule-violation.ts';

/**
 * Characters that show as nothing or as a mere gap, e.g. Hangul fillers. Control and format characters are refused by
 * the contract.
 */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\u2800]/u;

/**
 * Checks that a number of another system has no invisible characters: numbers that look the same are to be the same.
 * Throws INVALID_ARGUMENT naming `number`.
 */
export function checkNumber(number: string): void {
  if (INVISIBLE.test(number)) throw invalid('number', 'must not contain invisible characters');
}

/**
 * Checks that a draft can be recorded on the day `today` as an invoice that another system issued: it has an issue date
 * that is not in the future, and replaces no invoice, since revisions are issued here. Throws INVALID_ARGUMENT naming
 * the field.
 */
export function checkIssuedElsewhere(
  draft: { readonly issueDate: string | null; readonly revisesInvoiceId: string | null },
  today: string,
): void {
  if (draft.issueDate === null)
    throw invalid('issueDate', 'must be given: the day on which the other system issued the invoice');
  if (draft.issueDate > today)
    throw invalid('issueDate', 'must not be in the future, since the invoice was already issued');
  if (draft.revisesInvoiceId !== null)
    throw invalid('revisesInvoiceId', 'must be empty: a revision cannot have been issued elsewhere');
}
