import type { Job } from '../../../runtime/process/service.ts';
import type { Deps } from '../deps.ts';
import { DECIDE_BATCH } from '../store/decide-retractions.ts';

/**
 * Queues mails that take back what an earlier one said, once it shows that they are owed, where that did not show at once. Any number of
 * replicas may do so.
 */
export const decideRetractions: Job<Deps> = {
  name: 'decide-retractions',
  pattern: '* * * * * *',
  async run({ store, clock }, _now, signal) {
    while ((await store.decideRetractions(clock.now())) === DECIDE_BATCH && !signal.aborted);
  },
};
