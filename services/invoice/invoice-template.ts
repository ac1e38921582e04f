import { type Invoice, InvoiceSchema } from '../../gen/numer/invoice/v1/invoice_pb.ts';
import type { Call } from '../../runtime/call.ts';
import { invalidField } from '../../runtime/errors.ts';
import { requireValid } from '../../runtime/interceptors/validate.ts';
import { settleRoundingPolicy } from './account-settings.ts';
import type { Cause } from './cause.ts';
import { toInvoice, withoutRecord } from './convert.ts';
import type { Deps } from './deps.ts';
import { type AuditedInvoice, diffInvoices, type FieldChange } from './domain/changes.ts';
import { type DraftContent, draftContent } from './draft-content.ts';
import { auditedOf } from './events.ts';
import { nestErrors } from './nested-error.ts';
import { newDraft } from './new-draft.ts';
import { todayOf } from './own-invoice.ts';
import { requireSeries } from './own-series.ts';
import { getUser, requireCustomer } from './parties.ts';

/**
 * Invoice templates: the invoices inside of quotes and recurring invoices, from which invoices are made. They have what
 * people write in a draft, but for its dates, and all amounts.
 */

/** Stands for the due date, which a template does not have, where there must be one. */
const NO_DUE_DATE = '9999-12-31';

/**
 * The template that a request asks for as it is to be stored: complete, checked by the rules of drafts, and calculated.
 * `before` is what it was so far, whose lines keep their ids; `parent` is the path of the resource it is a field of.
 *
 * @throws DomainError INVALID_ARGUMENT, CUSTOMER_NOT_FOUND, NUMBER_SERIES_NOT_FOUND, AMOUNT_TOO_LARGE or NEGATIVE_TOTAL.
 */
export function completeTemplate(
  deps: Deps,
  call: Call,
  given: Invoice | undefined,
  { before, parent }: { readonly before: Invoice | undefined; readonly parent: string },
): Promise<Invoice> {
  return nestErrors(parent, async () => {
    if (given === undefined) throw invalidField('invoice', 'must be given');
    if (given.issueDate !== '') throw invalidField('invoice.issue_date', 'must be left out: it is the day of issue');
    if (given.dueDate !== '') throw invalidField('invoice.due_date', 'must be left out: due_days says when it is');
    const complete: Invoice = { ...given, dueDate: NO_DUE_DATE };
    requireValid(InvoiceSchema, complete, 'invoice.');
    const [settled, customerId, currencyCode] = await Promise.all([
      settleRoundingPolicy(given, () => deps.settings.read(call.user.userId)),
      // The customer may be gone by now; that is for opening or sending to find out.
      given.customerId === before?.customerId ? given.customerId : requireCustomer(deps, call, given.customerId),
      given.currencyCode === '' ? getUser(deps, call).then((user) => user.defaultCurrencyCode) : given.currencyCode,
      given.numberSeries === before?.numberSeries ? undefined : requireSeries(deps, call, given.numberSeries),
    ]);
    const content = contentOf({ ...settled, customerId, currencyCode }, NO_DUE_DATE, before);
    const draft = toInvoice(newDraft(content, call, deps.clock.now()), todayOf(deps, call));
    return { ...withoutRecord(draft), issueDate: '', dueDate: '', nextDueDate: '' };
  });
}

/** The content of a draft that is made from a template: all of it, with lines of its own. */
export function contentOfTemplate(template: Invoice, dueDate: string): DraftContent {
  return contentOf(template, dueDate, undefined);
}

/** What changed from one template to the next, under the path of the field `invoice`; `before` is undefined when it is new. */
export function changesOfTemplate(before: Invoice | undefined, after: Invoice, cause: Cause, now: Date): FieldChange[] {
  if (before === after) return [];
  const audited = (template: Invoice): AuditedInvoice => {
    const { fields, lines } = auditedOf(newDraft(contentOf(template, NO_DUE_DATE, template), cause, now));
    return { fields: { ...fields, state: '', dueDate: '' }, lines };
  };
  const changes = diffInvoices(before === undefined ? { fields: {}, lines: [] } : audited(before), audited(after));
  return changes.map((change) => ({ ...change, field: `invoice.${change.field}` }));
}

/** The content of a draft with the template's fields; lines keep their ids when `before` has them too. */
function contentOf(template: Invoice, dueDate: string, before: Invoice | undefined): DraftContent {
  return draftContent({ ...template, issueDate: '', dueDate }, new Set(before?.lines.map(({ id }) => id)));
}
