import { DELETION_REMEMBERED_MS } from '../../../runtime/events/late-event.ts';
import type { Job } from '../../../runtime/service.ts';
import type { Deps } from '../deps.ts';

/**
 * Forgets drafts that were deleted, once no event of them is taken for news any more. When this runs, and on how many replicas, does not
 * matter.
 */
export const forgetDeletedInvoices: Job<Deps> = {
  name: 'forget-deleted-invoices',
  pattern: '25 */10 * * * *',
  async run({ store }, now, signal) {
    const before = new Date(now.getTime() - DELETION_REMEMBERED_MS);
    while (!signal.aborted && (await store.forgetDeletedInvoices({ now, before })) > 0);
  },
};
