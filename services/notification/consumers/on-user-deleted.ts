import { UserDeletedSchema } from '../../../gen/numer/user/v1/user_events_pb.ts';
import { defineConsumer } from '../../../runtime/events/consumer.ts';
import type { Deps } from '../deps.ts';

/** Erases what the mails of a deleted account hold of people, and drops those that are still queued. */
export const onUserDeleted = defineConsumer({
  events: [UserDeletedSchema],
  async apply(deps: Deps, batch) {
    const time = deps.clock.now();
    await deps.store.eraseOwners(batch.map((event) => ({ eventId: event.id, ownerId: event.message.userId, time })));
  },
});
