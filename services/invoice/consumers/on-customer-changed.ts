import { CustomerDeletedSchema, CustomerUpdatedSchema } from '../../../gen/numer/user/v1/customer_events_pb.ts';
import { defineConsumer } from '../../../runtime/events/consumer.ts';
import type { Deps } from '../deps.ts';
import { knownCustomerKey } from '../invoices/parties.ts';

/**
 * Forgets a customer who was there a moment ago: new drafts have the new name, or are refused. It is about the memory of this
 * process alone; of several replicas the others forget by themselves within half a minute. Nothing is stored, so twice is once.
 */
export const onCustomerChanged = defineConsumer({
  events: [CustomerUpdatedSchema, CustomerDeletedSchema],
  async apply(deps: Pick<Deps, 'knownCustomers'>, batch) {
    for (const { ownerId, subject } of batch) deps.knownCustomers.delete(knownCustomerKey(ownerId ?? '', subject));
  },
});
