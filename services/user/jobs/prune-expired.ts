import type { Job } from '../../../runtime/process/service.ts';
import type { Deps } from '../deps.ts';

/**
 * Deletes sessions, used refresh tokens, counts of failed sign-ins and password resets that have expired. None of them has any effect
 * after that, so when this runs, and on how many replicas, does not matter.
 */
export const pruneExpired: Job<Deps> = {
  name: 'prune-expired',
  pattern: '30 */10 * * * *',
  async run({ store }, now, signal) {
    const prunes = [
      store.pruneSessions,
      store.pruneUsedRefreshTokens,
      store.pruneSignInFailures,
      store.prunePasswordResets,
    ];
    for (const prune of prunes) {
      while (!signal.aborted && (await prune(now)) > 0);
    }
  },
};
