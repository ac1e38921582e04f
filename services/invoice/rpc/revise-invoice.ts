import { type InvoiceService, ReviseInvoiceResponseSchema } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { compareAndSet } from '../../../runtime/call/compare-and-set.ts';
import type { Deps } from '../deps.ts';
import { transition } from '../domain/lifecycle.ts';
import { situationOf } from '../invoices/convert.ts';
import { draftFrom, storeDraft } from '../invoices/new-draft.ts';
import { getOwnInvoice } from '../invoices/own-invoice.ts';
import { applyRules } from '../rule-errors.ts';

/** Creates a draft that replaces an opened invoice once the draft itself is opened. */
export const reviseInvoice: Rpc<Deps, typeof InvoiceService.method.reviseInvoice> = (deps, request, call) =>
  compareAndSet(async () => {
    const row = await getOwnInvoice(deps, call, request.invoiceId);
    applyRules('', () => transition('REVISE', situationOf(row)));
    const copy = draftFrom(row, call, deps.clock.now());
    const draft = { ...copy, revisesInvoiceId: row.id, revisesInvoiceNumber: row.number };
    return storeDraft(deps, call, draft, ReviseInvoiceResponseSchema);
  });
