import { invalid } from './rule-violation.ts';

/** What shows as nothing, or as a mere gap, and is no control or format character, which the contract refuses: e.g. Hangul fillers. */
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\u2800]/u;

/** Checks that two numbers of other systems which look the same are the same. Throws INVALID_ARGUMENT naming `number`. */
export function checkNumber(number: string): void {
  if (INVISIBLE.test(number)) throw invalid('number', 'must be without invisible characters');
}

/**
 * Checks that a draft can be recorded on the day `today` as an invoice that another system issued: on its own issue date, which is not
 * yet to come, and in nobody's place, since revisions are issued here. Throws INVALID_ARGUMENT naming the field.
 */
export function checkIssuedElsewhere(
  draft: { readonly issueDate: string | null; readonly revisesInvoiceId: string | null },
  today: string,
): void {
  if (draft.issueDate === null)
    throw invalid('issueDate', 'must be given: the day on which the other system issued the invoice');
  if (draft.issueDate > today)
    throw invalid('issueDate', 'must not be in the future, since the invoice was issued already');
  if (draft.revisesInvoiceId !== null)
    throw invalid('revisesInvoiceId', 'must be empty, since revisions are issued here');
}
