import type { Job } from '../../../runtime/process/service.ts';
import type { Deps } from '../deps.ts';
import { causedByItself } from '../events.ts';
import { reconcile } from '../reconcile.ts';

/** Most invoices whose reminders are revised at once. Few, since an invoice may have hundreds of reminders. */
const PAGE = 50;

/**
 * Revises reminders after settings were changed, one page of an account's invoices at a time. The account that has
 * waited longest comes first, so a large account does not hold up others. The database stores how far each account has
 * come. A page that fails is tried again later, by any replica.
 */
export const followSettings: Job<Deps> = {
  name: 'follow-settings',
  pattern: '* * * * * *',
  async run(deps, now, signal) {
    while (!signal.aborted) {
      const change = await deps.store.claimChange();
      if (change === undefined) return;
      // In a statement after the claim, so that invoices that arrive after this list see the changed settings.
      const invoiceIds = await deps.store.listOpenInvoices(change.ownerId, change.followedUntil, PAGE);
      const cause = causedByItself(change.requestId, now);
      if (invoiceIds.length > 0) await reconcile(deps, invoiceIds, () => cause);
      await deps.store.noteFollowed(change, invoiceIds.length === PAGE ? (invoiceIds.at(-1) ?? null) : null);
    }
  },
};
