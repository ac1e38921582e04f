import type { Job } from '../../../runtime/process/service.ts';
import type { Deps } from '../deps.ts';

/**
 * Deletes sessions, used refresh tokens, counts of failed sign-ins and password resets that have expired. They have no
 * effect once they have expired, so it does not matter when this runs, and on how many replicas.
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
