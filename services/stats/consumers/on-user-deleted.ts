import { UserDeletedSchema } from '../../../gen/numer/user/v1/user_events_pb.ts';
import { defineConsumer } from '../../../runtime/events/consumer.ts';
import type { Deps } from '../deps.ts';

/** Starts the erasure of a deleted account's numbers. Events of the account that arrive later change nothing. */
export const onUserDeleted = defineConsumer({
  events: [UserDeletedSchema],
  async apply(deps: Deps, batch) {
    await deps.store.eraseAccounts(
      batch.map(({ id, time, message }) => ({ eventId: id, ownerId: message.userId, time })),
    );
  },
});
