import { type Invoice, InvoiceSchema } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import type { Call } from '../../../runtime/call/call.ts';
import { invalidField } from '../../../runtime/call/errors.ts';
import { requireValid } from '../../../runtime/interceptors/validate.ts';
import type { Deps } from '../deps.ts';
import { type PaymentTerm, settleDueDate } from '../domain/dates.ts';
import { toInvoice, withoutRecord } from '../invoices/convert.ts';
import { type DraftContent, draftContent } from '../invoices/draft-content.ts';
import { newDraft } from '../invoices/new-draft.ts';
import { todayOf } from '../invoices/own-invoice.ts';
import { getUser, requireCustomer } from '../invoices/parties.ts';
import { nestErrors } from '../nested-error.ts';
import { requireSeries } from '../number-series/own-series.ts';
import { applyRules } from '../rule-errors.ts';
import { withOwnDiscount, withReadSettings } from '../settings/account-settings.ts';

/**
 * Invoice templates: the invoices inside quotes and recurring invoices, from which invoices are made. They have what
 * people write in a draft, except its dates, and all amounts.
 */

/** Stands for the due date where one is required, since a template has none. */
const NO_DUE_DATE = '9999-12-31';

/** The dates that a template does not have: their names in the code and in the contract, and why. */
const DATES_OF_INVOICES = [
  ['issueDate', 'issue_date', 'it is set when the invoice is issued'],
  ['dueDate', 'due_date', 'use due_days beside the invoice instead'],
  ['dueDays', 'due_days', 'use the due_days beside the invoice instead'],
  ['deliveryDate', 'delivery_date', 'each invoice has its own'],
  ['periodStartDate', 'period_start_date', 'each invoice has its own'],
  ['periodEndDate', 'period_end_date', 'each invoice has its own'],
] as const;

/** A template as it is to be stored. */
export interface CompleteTemplate {
  readonly invoice: Invoice;
  /** The name of its customer; undefined when it has the same customer as before, who is not looked up. */
  readonly customerName: string | undefined;
}

/**
 * The template that a request asks for as it is to be stored: complete, checked by the rules of drafts, and calculated.
 * `before` is the template so far, whose lines keep their ids; `parent` is the path of the resource that it is a field
 * of, and `dueDays` the payment term beside it.
 *
 * @throws DomainError INVALID_ARGUMENT, CUSTOMER_NOT_FOUND, NUMBER_SERIES_NOT_FOUND, AMOUNT_TOO_LARGE or NEGATIVE_TOTAL.
 */
export function completeTemplate(
  deps: Deps,
  call: Call,
  given: Invoice | undefined,
  {
    before,
    parent,
    dueDays,
  }: { readonly before: Invoice | undefined; readonly parent: string; readonly dueDays: number },
): Promise<CompleteTemplate> {
  return nestErrors(parent, async () => {
    if (given === undefined) throw invalidField('invoice', 'must be given');
    for (const [name, field, why] of DATES_OF_INVOICES) {
      if ((given[name] ?? '') !== '') throw invalidField(`invoice.${field}`, `must be left out: ${why}`);
    }
    const complete: Invoice = { ...(before ? withOwnDiscount(given) : given), dueDate: NO_DUE_DATE };
    requireValid(InvoiceSchema, complete, 'invoice.');
    const today = todayOf(deps, call);
    applyRules('invoice.', () => settleDueDate(termOf(given, dueDays), today));
    const [settled, customer, currencyCode] = await Promise.all([
      withReadSettings({ ...complete, dueDays }, () => deps.settings.read(call.user.userId)),
      // The customer may have been deleted by now; opening or sending checks that.
      given.customerId === before?.customerId ? undefined : requireCustomer(deps, call, given.customerId),
      given.currencyCode === '' ? getUser(deps, call).then((user) => user.defaultCurrencyCode) : given.currencyCode,
      given.numberSeries === before?.numberSeries ? undefined : requireSeries(deps, call, given.numberSeries),
    ]);
    const { customerId } = customer ?? given;
    const content = contentOf({ ...settled, customerId, currencyCode }, NO_DUE_DATE, before);
    const draft = toInvoice(newDraft(content, call, deps.clock.now()), today);
    const invoice = { ...withoutRecord(draft), issueDate: '', dueDate: '', nextDueDate: '' };
    if (invoice.earlyPaymentDiscount) invoice.earlyPaymentDiscount.lastDate = '';
    return { invoice, customerName: customer?.customerName };
  });
}

/** The content of a draft that is made from a template on the day `today`: complete, with lines of its own. */
export function contentOfTemplate(template: Invoice, dueDays: number, today: string): DraftContent {
  return { ...contentOf(template, settleDueDate(termOf(template, dueDays), today), undefined), dueDays };
}

function termOf({ earlyPaymentDiscount }: Invoice, dueDays: number): PaymentTerm {
  return { issueDate: '', dueDate: '', dueDays, earlyPaymentDiscount };
}

/** The content of a draft with the template's fields; lines keep their ids when `before` has them too. */
function contentOf(template: Invoice, dueDate: string, before: Invoice | undefined): DraftContent {
  const content = draftContent({ ...template, issueDate: '', dueDate }, new Set(before?.lines.map(({ id }) => id)));
  return { ...content, dueDays: null };
}
