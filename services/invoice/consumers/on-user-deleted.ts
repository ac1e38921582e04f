import { UserDeletedSchema } from '../../../gen/numer/user/v1/user_events_pb.ts';
import { defineConsumer } from '../../../runtime/events/consumer.ts';
import type { Deps } from '../deps.ts';

/**
 * Deletes the recurring invoices and the drafts of a deleted user. Invoices that were opened and quotes that were sent stay, with the details of both
 * parties, because the law asks for it. Nobody is told of the drafts: whoever keeps something about them hears of the user's deletion.
 */
export const onUserDeleted = defineConsumer({
  events: [UserDeletedSchema],
  async apply(deps: Deps, batch) {
    // First what makes drafts, so that none is made after they are deleted. Should this end in between, the event comes again.
    await deps.store.eraseRecurringInvoices(batch.map(({ message }) => message.userId));
    await deps.store.deleteDraftsOfUsers(batch.map(({ id, message }) => ({ eventId: id, userId: message.userId })));
  },
});
