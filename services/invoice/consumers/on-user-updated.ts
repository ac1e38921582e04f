import { UserUpdatedSchema } from '../../../gen/numer/user/v1/user_events_pb.ts';
import { defineConsumer } from '../../../runtime/events/consumer.ts';
import type { Deps } from '../deps.ts';

/** Lets recurring invoices follow the time zones of their owners, whose local days decide when one is due. */
export const onUserUpdated = defineConsumer({
  events: [UserUpdatedSchema],
  async apply(deps: Deps, batch) {
    await deps.store.followTimeZones(
      batch.map(({ id, subject, version, message }) => ({
        eventId: id,
        ownerId: subject,
        version,
        timeZone: message.user?.timeZone || 'UTC',
      })),
    );
  },
});
