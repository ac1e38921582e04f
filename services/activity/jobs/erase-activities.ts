import type { Job } from '../../../runtime/service.ts';
import type { Deps } from '../deps.ts';

/** Goes on with the erasure of deleted accounts that have more activities than one statement should erase. */
export const eraseActivities: Job<Deps> = {
  name: 'erase-activities',
  pattern: '*/5 * * * * *',
  async run({ store }, _now, signal) {
    while (!signal.aborted && (await store.eraseActivities()));
  },
};
