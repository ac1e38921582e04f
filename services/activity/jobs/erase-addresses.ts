import type { Job } from '../../../runtime/process/service.ts';
import type { Deps } from '../deps.ts';
import { addressesKeptSince } from '../domain/address-retention.ts';

/** Erases addresses whose retention has ended. Their activities stay, and so does the chain. */
export const eraseAddresses: Job<Deps> = {
  name: 'erase-addresses',
  pattern: '0 */10 * * * *',
  async run({ store }, now, signal) {
    while (!signal.aborted && (await store.eraseAddresses(addressesKeptSince(now))) > 0);
  },
};
