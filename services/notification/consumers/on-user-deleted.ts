import { UserDeletedSchema } from '../../../gen/numer/user/v1/user_events_pb.ts';
import { defineConsumer } from '../../../runtime/events/consumer.ts';
import type { Deps } from '../deps.ts';

/** Starts the erasure of a deleted account's mails, and keeps further ones from being queued. */
export const onUserDeleted = defineConsumer({
  events: [UserDeletedSchema],
  async apply(deps: Deps, batch) {
    const time = deps.clock.now();
    await deps.store.eraseOwners(batch.map((event) => ({ eventId: event.id, ownerId: event.message.userId, time })));
  },
});
