import type { Job } from '../../../runtime/service.ts';
import type { Deps } from '../deps.ts';
import { REMINDER_MS } from '../domain/decide-next.ts';

/**
 * Forgets what made mails of an invoice pointless, once every reminder that was decided on before it is out of date. When this runs,
 * and on how many replicas, does not matter.
 */
export const pruneWithdrawals: Job<Deps> = {
  name: 'prune-withdrawals',
  pattern: '45 */10 * * * *',
  async run({ store }, now, signal) {
    const before = new Date(now.getTime() - 2 * REMINDER_MS);
    while (!signal.aborted && (await store.pruneWithdrawals(before)) > 0);
  },
};
