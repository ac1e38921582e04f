import type { Job } from '../../../runtime/process/service.ts';
import type { Deps } from '../deps.ts';

/**
 * Deletes sessions, used refresh tokens and counts of failed sign-ins that have expired. None of them has any effect
 * after that, so when this runs, and on how many replicas, does not matter.
 */
export const pruneExpired: Job<Deps> = {
  name: 'prune-expired',
  pattern: '30 */10 * * * *',
  async run({ store }, now, signal) {
    for (const prune of [store.pruneSessions, store.pruneUsedRefreshTokens, store.pruneSignInFailures]) {
      while (!signal.aborted && (await prune(now)) > 0);
    }
  },
};
