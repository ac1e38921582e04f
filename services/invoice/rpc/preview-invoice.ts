import { clone, create } from '@bufbuild/protobuf';
import { type Invoice, InvoiceSchema } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import type { InvoiceService } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import type { Deps } from '../deps.ts';
import { settleDueDate } from '../domain/dates.ts';
import { toInvoice, withoutRecord } from '../invoices/convert.ts';
import { draftContent } from '../invoices/draft-content.ts';
import { newDraft } from '../invoices/new-draft.ts';
import { todayOf } from '../invoices/own-invoice.ts';
import { getUser } from '../invoices/parties.ts';
import { applyRules } from '../rule-errors.ts';
import { withReadSettings } from '../settings/account-settings.ts';

/** Calculates an invoice without storing it. */
export const previewInvoice: Rpc<Deps, typeof InvoiceService.method.previewInvoice> = async (deps, request, call) => {
  const given = request.invoice ?? create(InvoiceSchema);
  const today = todayOf(deps, call);
  const complete = clone(InvoiceSchema, given);
  // Here it may be left open when it is due.
  if (complete.dueDate === '') complete.dueDays ??= 0;
  complete.dueDate = applyRules('invoice.', () => settleDueDate(complete, today));
  if (complete.currencyCode === '') complete.currencyCode = (await getUser(deps, call)).defaultCurrencyCode;
  const settled = await withReadSettings(complete, () => deps.settings.read(call.user.userId));
  const content = draftContent(settled, new Set(), { allowNegative: request.allowNegative });
  const preview = toInvoice(newDraft(content, call, deps.clock.now()), today);
  return { invoice: asPreview(preview, given) };
};

/** The calculated invoice, without what only a stored one has. */
function asPreview(invoice: Invoice, given: Invoice): Invoice {
  const { dueDate, dueDays } = given.dueDays === undefined ? given : invoice;
  return {
    ...withoutRecord(invoice),
    customerId: given.customerId,
    dueDate,
    dueDays,
    lines: invoice.lines.map((line, index) => ({ ...line, id: given.lines[index]?.id ?? '' })),
  };
}
