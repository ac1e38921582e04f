import type { InvoiceService } from '../../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { type Rpc, requireVersion } from '../../../runtime/call/call.ts';
import { compareAndSet } from '../../../runtime/call/compare-and-set.ts';
import type { Deps } from '../deps.ts';
import { checkIssuedElsewhere, checkNumber } from '../domain/issued-elsewhere.ts';
import { transition } from '../domain/lifecycle.ts';
import { situationOf } from '../invoices/convert.ts';
import { openDraft } from '../invoices/open-draft.ts';
import { getOwnInvoice, todayOf } from '../invoices/own-invoice.ts';
import { applyRules } from '../rule-errors.ts';

/** Opens a draft without mailing it, or records it as an invoice that another system issued. */
export const finalizeInvoice: Rpc<Deps, typeof InvoiceService.method.finalizeInvoice> = (deps, request, call) =>
  compareAndSet(async () => {
    const row = await getOwnInvoice(deps, call, request.invoiceId);
    requireVersion(call, row.version);
    const state = applyRules('', () => transition('FINALIZE', situationOf(row)));
    const number = request.number === '' ? undefined : request.number;
    if (number !== undefined) {
      applyRules('', () => {
        checkNumber(number);
        checkIssuedElsewhere(row, todayOf(deps, call));
      });
    }
    const invoice = await openDraft(deps, call, row, { action: 'FINALIZE', state, number });
    return invoice === undefined ? undefined : { invoice };
  });
