import type { Job } from '../../../runtime/process/service.ts';
import type { Deps } from '../deps.ts';
import { causedByItself } from '../events.ts';
import { reconcile } from '../reconcile.ts';

/** Most invoices whose reminders are brought in line at once. Few, since each may have hundreds of reminders. */
const PAGE = 50;

/**
 * Brings reminders in line with settings that were changed, a page of an account's invoices at a time: the account that has
 * waited longest comes first, so a large one holds up no other. How far it came stands in the database; a page that fails is
 * tried again later, whoever does it.
 */
export const followSettings: Job<Deps> = {
  name: 'follow-settings',
  pattern: '* * * * * *',
  async run(deps, now, signal) {
    while (!signal.aborted) {
      const change = await deps.store.claimChange();
      if (change === undefined) return;
      // In a statement after the claim: what is heard of later than this list finds the settings that were changed.
      const invoiceIds = await deps.store.listOpenInvoices(change.ownerId, change.followedUntil, PAGE);
      const cause = causedByItself(change.requestId, now);
      if (invoiceIds.length > 0) await reconcile(deps, invoiceIds, () => cause);
      await deps.store.noteFollowed(change, invoiceIds.length === PAGE ? (invoiceIds.at(-1) ?? null) : null);
    }
  },
};
