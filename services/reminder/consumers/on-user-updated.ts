import { UserUpdatedSchema } from '../../../gen/numer/user/v1/user_events_pb.ts';
import { defineConsumer } from '../../../runtime/events/consumer.ts';
import type { Deps } from '../deps.ts';

/** Moves the reminders of a user who changed the time zone. */
export const onUserUpdated = defineConsumer({
  events: [UserUpdatedSchema],
  async apply(deps: Deps, batch) {
    const newest = new Map<string, bigint>();
    for (const { subject, version } of batch) {
      if (version > (newest.get(subject) ?? 0n)) newest.set(subject, version);
    }
    await deps.store.moveTimeZone(
      batch.map((event) => {
        const { message, subject, version } = event;
        const hasMoved = message.changes.some(({ field }) => field === 'timeZone');
        const counts = hasMoved && version === newest.get(subject);
        return {
          eventId: event.id,
          ownerId: counts ? subject : null,
          timeZone: counts ? (message.user?.timeZone ?? null) : null,
        };
      }),
    );
  },
});
