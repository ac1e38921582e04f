import { UserDeletedSchema } from '../../../gen/numer/user/v1/user_events_pb.ts';
import { defineConsumer } from '../../../runtime/events/consumer.ts';
import type { Deps } from '../deps.ts';

/**
 * Starts the erasure of a deleted user's recurring invoices and drafts. Invoices that were opened and quotes that were sent stay,
 * with the details of both parties, because the law asks for it. No events tell of the drafts: services that keep data
 * about them get the event of the user's deletion.
 */
export const onUserDeleted = defineConsumer({
  events: [UserDeletedSchema],
  async apply(deps: Deps, batch) {
    await deps.store.startErasures(batch.map(({ id, message }) => ({ eventId: id, ownerId: message.userId })));
  },
});
