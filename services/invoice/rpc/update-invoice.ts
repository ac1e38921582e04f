import { isDeepStrictEqual } from 'node:util';
import { InvoiceUpdatedSchema } from '../../../gen/numer/invoice/v1/invoice_events_pb.ts';
import { type Invoice, InvoiceSchema } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { type InvoiceService, UpdateInvoiceResponseSchema } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { type Call, type Rpc, requireVersion } from '../../../runtime/call/call.ts';
import { keepAnswer } from '../../../runtime/call/call-parts.ts';
import { compareAndSet } from '../../../runtime/call/compare-and-set.ts';
import { idempotencyValues } from '../../../runtime/call/idempotency.ts';
import { applyUpdateMask, changedFields } from '../../../runtime/call/update-mask.ts';
import { requireValid } from '../../../runtime/interceptors/validate.ts';
import { requireUuid } from '../../../runtime/uuid.ts';
import type { Deps } from '../deps.ts';
import { changedTerm, settleDueDate } from '../domain/dates.ts';
import { checkUpdate } from '../domain/lifecycle.ts';
import { situationOf, toInvoice } from '../invoices/convert.ts';
import { draftContent } from '../invoices/draft-content.ts';
import { changesBetween, invoiceEvent } from '../invoices/events.ts';
import { getOwnInvoice, todayOf } from '../invoices/own-invoice.ts';
import { getUser, requireCustomer } from '../invoices/parties.ts';
import { requireSeries } from '../number-series/own-series.ts';
import { applyRules } from '../rule-errors.ts';
import { withOwnDiscount, withReadSettings } from '../settings/account-settings.ts';
import type { InvoiceRow } from '../store/invoice-row.ts';

/**
 * Changes the given fields of a draft, or memo, metadata and tags of any invoice. Frozen fields may be given unchanged.
 */
export const updateInvoice: Rpc<Deps, typeof InvoiceService.method.updateInvoice> = async (deps, request, call) => {
  const invoiceId = requireUuid(request.invoice?.id ?? '', 'invoice.id');
  return compareAndSet(async () => {
    const row = await getOwnInvoice(deps, call, invoiceId);
    requireVersion(call, row.version);
    // A draft without an issue date shows today, which must not become its issue date.
    const present = { ...toInvoice(row, todayOf(deps, call)), issueDate: row.issueDate ?? '' };
    const wanted = applyUpdateMask(InvoiceSchema, present, request.invoice, request.updateMask);
    applyRules('invoice.', () =>
      checkUpdate(situationOf(row), changedFields(InvoiceSchema, present, wanted, request.updateMask)),
    );
    requireValid(InvoiceSchema, wanted, 'invoice.');
    const content =
      row.state === 'DRAFT' ? await contentOf(deps, call, row, changedTerm(present, wanted)) : unfrozenOf(wanted);
    const invoice = await save(deps, call, row, { ...row, ...content });
    return invoice === undefined ? undefined : { invoice };
  });
};

/** The fields that may change after an invoice was opened. */
function unfrozenOf({ memo, metadata, tags }: Invoice): Pick<InvoiceRow, 'memo' | 'metadata' | 'tags'> {
  return { memo, metadata, tags };
}

/** The content of a draft as wanted. A cleared field gets the value of a draft that is created without it. */
async function contentOf(deps: Deps, call: Call, row: InvoiceRow, wanted: Invoice) {
  const [customer, currencyCode, settled] = await Promise.all([
    // The customer of a draft may have been deleted by now; opening it checks that.
    wanted.customerId === row.customerId ? row : requireCustomer(deps, call, wanted.customerId),
    wanted.currencyCode === '' ? getUser(deps, call).then((user) => user.defaultCurrencyCode) : wanted.currencyCode,
    withReadSettings(withOwnDiscount(wanted), () => deps.settings.read(call.user.userId)),
    wanted.numberSeries === row.numberSeries ? undefined : requireSeries(deps, call, wanted.numberSeries),
  ]);
  const { customerId, customerName } = customer;
  const dueDate = applyRules('invoice.', () => settleDueDate(settled, todayOf(deps, call)));
  const lineIds = new Set(row.lines.map(({ id }) => id));
  const content = draftContent({ ...settled, customerId, currencyCode, dueDate }, lineIds);
  return { ...content, customerName };
}

/** Writes the changed invoice, unless nothing changed. Gives it, or undefined when the row was changed meanwhile. */
async function save(deps: Deps, call: Call, before: InvoiceRow, after: InvoiceRow): Promise<Invoice | undefined> {
  const today = todayOf(deps, call);
  const changes = changesBetween(before, after);
  const now = deps.clock.now();
  if (changes.length === 0) {
    const invoice = toInvoice(before, today);
    await keepAnswer(deps.idempotency, call, { schema: UpdateInvoiceResponseSchema, answer: { invoice }, now });
    return invoice;
  }
  const row = { ...after, version: before.version + 1n, timeZone: call.user.timeZone, updateTime: now };
  const invoice = toInvoice(row, today);
  const events = [invoiceEvent(InvoiceUpdatedSchema, call, { invoice, changes, version: row.version, time: now })];
  const effects = { events, idempotency: idempotencyValues(call, UpdateInvoiceResponseSchema, { invoice }, now) };
  const isSaved = await (row.state === 'DRAFT'
    ? deps.store.saveDraft({ ...row, lines: isDeepStrictEqual(row.lines, before.lines) ? null : row.lines }, effects)
    : deps.store.changeOpenedInvoice(row, effects));
  return isSaved ? invoice : undefined;
}
