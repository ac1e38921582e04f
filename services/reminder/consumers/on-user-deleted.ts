import { UserDeletedSchema } from '../../../gen/numer/user/v1/user_events_pb.ts';
import { defineConsumer } from '../../../runtime/events/consumer.ts';
import type { Deps } from '../deps.ts';
import { newestBySubject } from '../newest-by-subject.ts';

/**
 * Records that users deleted their accounts, so that later events of their invoices plan no reminders. The database
 * then starts the erasure of their data.
 */
export const onUserDeleted = defineConsumer({
  events: [UserDeletedSchema],
  async apply(deps: Deps, batch) {
    const newest = newestBySubject(batch);
    await deps.store.saveAccounts(
      batch.map((event) => ({
        eventId: event.id,
        ownerId: newest.get(event.subject) === event ? event.subject : null,
        version: event.version,
        timeZone: null,
        deleted: true,
      })),
    );
  },
});
