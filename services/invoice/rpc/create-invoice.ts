import { create } from '@bufbuild/protobuf';
import { InvoiceSchema } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { CreateInvoiceResponseSchema, type InvoiceService } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { compareAndSet } from '../../../runtime/call/compare-and-set.ts';
import type { Deps } from '../deps.ts';
import { settleDueDate } from '../domain/dates.ts';
import { draftContent } from '../invoices/draft-content.ts';
import { newDraft, storeDraft } from '../invoices/new-draft.ts';
import { todayOf } from '../invoices/own-invoice.ts';
import { getUser, requireDraftCustomer } from '../invoices/parties.ts';
import { requireSeries } from '../number-series/own-series.ts';
import { applyRules } from '../rule-errors.ts';
import { leavesTermOpen, withSettings } from '../settings/account-settings.ts';

/** Creates a draft. */
export const createInvoice: Rpc<Deps, typeof InvoiceService.method.createInvoice> = async (deps, request, call) => {
  const given = request.invoice ?? create(InvoiceSchema);
  const [customer, currencyCode] = await Promise.all([
    requireDraftCustomer(deps, call, given.customerId),
    given.currencyCode === '' ? getUser(deps, call).then((user) => user.defaultCurrencyCode) : given.currencyCode,
    requireSeries(deps, call, given.numberSeries),
  ]);
  const { customerId, customerName } = customer;
  const invoice = { ...given, customerId, currencyCode };
  let settings = await deps.settings.get(call.user.userId);
  // Cached settings may be outdated, so nobody is refused because of them.
  if (leavesTermOpen(given) && settings.dueDays === null) settings = await deps.settings.read(call.user.userId);
  return compareAndSet(async () => {
    const settled = withSettings(invoice, settings);
    const dueDate = applyRules('invoice.', () => settleDueDate(settled, todayOf(deps, call)));
    const content = draftContent({ ...settled, dueDate }, new Set());
    const draft = newDraft({ ...content, customerName }, call, deps.clock.now());
    const response = await storeDraft(deps, call, draft, CreateInvoiceResponseSchema, settings.version);
    if (response === undefined) settings = await deps.settings.read(call.user.userId);
    return response;
  });
};
