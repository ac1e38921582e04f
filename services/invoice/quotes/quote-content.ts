import type { Quote } from '../../../gen/numer/invoice/v1/quote_pb.ts';
import type { Call } from '../../../runtime/call/call.ts';
import type { Deps } from '../deps.ts';
import { checkDate } from '../domain/dates.ts';
import { requireSeries } from '../number-series/own-series.ts';
import { completeTemplate } from '../recurring-invoices/invoice-template.ts';
import { applyRules } from '../rule-errors.ts';
import type { QuoteRow } from '../store/quote-schema.ts';

/** What people write in a quote. */
export type QuoteContent = Pick<QuoteRow, 'numberSeries' | 'customerId' | 'expireDate' | 'dueDays' | 'invoice'>;

/** The series that quotes are numbered in unless they name another. */
export const QUOTE_SERIES_DEFAULT = 'quote';

/**
 * The content of a draft as the quote asks for it, calculated; `before` is the draft so far. Assumes that the quote,
 * apart from its invoice, is valid by its schema.
 *
 * @throws DomainError INVALID_ARGUMENT, CUSTOMER_NOT_FOUND, NUMBER_SERIES_NOT_FOUND, AMOUNT_TOO_LARGE or NEGATIVE_TOTAL.
 */
export async function quoteContent(
  deps: Deps,
  call: Call,
  quote: Quote,
  before: QuoteRow | undefined,
): Promise<QuoteContent> {
  const expireDate = expireDateOf(quote);
  const [{ invoice }] = await Promise.all([
    completeTemplate(deps, call, quote.invoice, { before: before?.invoice, parent: 'quote.', dueDays: quote.dueDays }),
    requireSeries(deps, call, quote.numberSeries, 'quote'),
  ]);
  return {
    numberSeries: quote.numberSeries === '' ? QUOTE_SERIES_DEFAULT : quote.numberSeries,
    customerId: invoice.customerId,
    expireDate,
    dueDays: quote.dueDays,
    invoice,
  };
}

/**
 * The expiry date as it is stored: null for none.
 *
 * @throws DomainError INVALID_ARGUMENT when there is no such day.
 */
export function expireDateOf({ expireDate }: Quote): string | null {
  if (expireDate === '') return null;
  applyRules('quote.', () => checkDate(expireDate, 'expireDate'));
  return expireDate;
}
