import { create } from '@bufbuild/protobuf';
import { InvoiceSchema } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
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
import { leavesTermOpen, withReadSettings } from '../settings/account-settings.ts';

/** Calculates an invoice without storing it. */
export const previewInvoice: Rpc<Deps, typeof InvoiceService.method.previewInvoice> = async (deps, request, call) => {
  const given = request.invoice ?? create(InvoiceSchema);
  const today = todayOf(deps, call);
  const [invoice, currencyCode] = await Promise.all([
    withReadSettings(given, () => deps.settings.read(call.user.userId)),
    given.currencyCode === '' ? getUser(deps, call).then((user) => user.defaultCurrencyCode) : given.currencyCode,
  ]);
  const settled = { ...invoice, currencyCode };
  // A preview may leave open when the invoice is due.
  const isTermOpen = leavesTermOpen(settled);
  const term = isTermOpen ? { ...settled, dueDays: 0, earlyPaymentDiscount: undefined } : settled;
  const dueDate = applyRules('invoice.', () => settleDueDate(term, today));
  const content = draftContent({ ...settled, dueDate }, new Set(), { allowNegative: request.allowNegative });
  const preview = withoutRecord(toInvoice(newDraft(content, call, deps.clock.now()), today));
  const lines = preview.lines.map((line, index) => ({ ...line, id: given.lines[index]?.id ?? '' }));
  return { invoice: { ...preview, lines, ...(isTermOpen ? { dueDate: '', nextDueDate: '' } : {}) } };
};
