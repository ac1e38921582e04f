import { clone } from '@bufbuild/protobuf';
import { type Invoice, InvoiceSchema } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import type { InvoiceService } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import type { Rpc } from '../../../runtime/call.ts';
import { invalidField } from '../../../runtime/errors.ts';
import { requireValid } from '../../../runtime/interceptors/validate.ts';
import { toInvoice, withoutRecord } from '../convert.ts';
import type { Deps } from '../deps.ts';
import { draftContent } from '../draft-content.ts';
import { newDraft } from '../new-draft.ts';
import { todayOf } from '../own-invoice.ts';
import { getUser } from '../parties.ts';

/** Stands for the customer that a preview need not have, so that the rest of it can be checked as a whole. */
const NO_CUSTOMER_ID = '00000000-0000-0000-0000-000000000000';

/** Calculates an invoice without storing it. */
export const previewInvoice: Rpc<Deps, typeof InvoiceService.method.previewInvoice> = async (deps, request, call) => {
  const given = request.invoice;
  if (given === undefined) throw invalidField('invoice', 'must be given');
  const today = todayOf(deps, call);
  const complete = completed(given, today);
  requireValid(InvoiceSchema, complete, 'invoice.');
  if (complete.currencyCode === '') complete.currencyCode = (await getUser(deps, call)).defaultCurrencyCode;
  const content = draftContent(complete, new Set(), { allowNegative: request.allowNegative });
  const preview = toInvoice(newDraft(content, call, deps.clock.now()), today);
  return { invoice: asPreview(preview, given) };
};

/** The invoice with everything that creating one needs. */
function completed(given: Invoice, today: string): Invoice {
  const complete = clone(InvoiceSchema, given);
  if (complete.customerId === '') complete.customerId = NO_CUSTOMER_ID;
  if (complete.dueDate === '') complete.dueDate = complete.issueDate === '' ? today : complete.issueDate;
  return complete;
}

/** The calculated invoice, without what only a stored one has. */
function asPreview(invoice: Invoice, given: Invoice): Invoice {
  return {
    ...withoutRecord(invoice),
    customerId: given.customerId,
    dueDate: given.dueDate,
    lines: invoice.lines.map((line, index) => ({ ...line, id: given.lines[index]?.id ?? '' })),
  };
}
