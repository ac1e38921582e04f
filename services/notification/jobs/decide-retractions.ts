import type { Job } from '../../../runtime/process/service.ts';
import type { Deps } from '../deps.ts';
import { DECIDE_BATCH } from '../store/decide-retractions.ts';

/**
 * Queues mails that take back what an earlier one said, where it could not be decided at once whether they are owed. Any number of
 * replicas may do so.
 */
export const decideRetractions: Job<Deps> = {
  name: 'decide-retractions',
  pattern: '* * * * * *',
  async run({ store, clock }, _now, signal) {
    while ((await store.decideRetractions(clock.now())) === DECIDE_BATCH && !signal.aborted);
  },
};
