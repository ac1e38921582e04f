import { CustomerDeletedSchema, CustomerUpdatedSchema } from '../../../gen/numer/user/v1/customer_events_pb.ts';
import { defineConsumer } from '../../../runtime/events/consumer.ts';
import type { Deps } from '../deps.ts';
import { knownCustomerKey } from '../invoices/parties.ts';

/**
 * Removes a changed or deleted customer from the cache, so that new drafts have the new name, or are refused. Only the
 * cache of this process is concerned; other replicas forget the customer within half a minute. Nothing is stored, so an
 * event that comes twice has the same effect as once.
 */
export const onCustomerChanged = defineConsumer({
  events: [CustomerUpdatedSchema, CustomerDeletedSchema],
  async apply(deps: Pick<Deps, 'knownCustomers'>, batch) {
    for (const { ownerId, subject } of batch) deps.knownCustomers.delete(knownCustomerKey(ownerId ?? '', subject));
  },
});
