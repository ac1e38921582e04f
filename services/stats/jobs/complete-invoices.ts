import { FIRST_ID } from '../../../runtime/paging/page-token.ts';
import type { Job } from '../../../runtime/process/service.ts';
import { increasingUuid } from '../../../runtime/uuid.ts';
import type { Deps } from '../deps.ts';
import { readInvoices } from '../read-invoices.ts';
import { toTruth } from '../truth.ts';

/** Invoices corrected at once. */
const INVOICES_PER_CALL = 500;

/**
 * Reads again the invoices whose rows are incomplete: every invoice from before an upgrade, those whose events an older
 * replica got during the upgrade, and those that a late event added. Each invoice is corrected by itself, so a run
 * may be cut off, and several may run at once. An invoice that has changed since it was read is left for the next run.
 */
export const completeInvoices: Job<Deps> = {
  name: 'complete-invoices',
  pattern: '*/30 * * * * *',
  async run(deps, _now, signal) {
    const requestId = increasingUuid();
    let afterId = FIRST_ID;
    let completed = 0;
    while (!signal.aborted) {
      const invoiceIds = await deps.store.listIncompleteInvoices({ afterId, limit: INVOICES_PER_CALL });
      const last = invoiceIds.at(-1);
      if (last === undefined) break;
      const missing = new Set(invoiceIds);
      for await (const invoices of readInvoices(deps, invoiceIds, requestId)) {
        completed += await deps.store.correctInvoices(toTruth(invoices));
        for (const { invoiceId } of invoices) missing.delete(invoiceId);
      }
      completed += await deps.store.removeInvoices([...missing]);
      afterId = last;
    }
    if (completed > 0) deps.log.info({ requestId, completed }, 'invoices of an older version taken over');
  },
};
