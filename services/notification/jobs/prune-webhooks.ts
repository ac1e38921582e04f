import type { Job } from '../../../runtime/process/service.ts';
import type { Deps } from '../deps.ts';

/** How long a delivery is kept, as the contract says. */
const RETENTION_MS = 30 * 24 * 3_600_000;

/** Deletes the rest of deleted webhook endpoints, and old deliveries. When and on how many replicas this runs does not matter. */
export const pruneWebhooks: Job<Deps> = {
  name: 'prune-webhooks',
  pattern: '*/10 * * * * *',
  async run({ store }, now, signal) {
    while (!signal.aborted && (await store.pruneDeletedEndpoints()));
    while (!signal.aborted && (await store.pruneOldWebhooks(new Date(now.getTime() - RETENTION_MS), now)) > 0);
  },
};
