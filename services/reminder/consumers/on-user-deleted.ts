import { UserDeletedSchema } from '../../../gen/numer/user/v1/user_events_pb.ts';
import { defineConsumer } from '../../../runtime/events/consumer.ts';
import type { Deps } from '../deps.ts';

/** Forgets a user who deleted the account. */
export const onUserDeleted = defineConsumer({
  events: [UserDeletedSchema],
  async apply(deps: Deps, batch) {
    await deps.store.eraseUsers(batch.map((event) => ({ eventId: event.id, ownerId: event.subject })));
  },
});
