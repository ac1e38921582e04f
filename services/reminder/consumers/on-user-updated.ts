import { UserUpdatedSchema } from '../../../gen/numer/user/v1/user_events_pb.ts';
import { defineConsumer } from '../../../runtime/events/consumer.ts';
import type { ReceivedEvent } from '../../../runtime/events/event.ts';
import { FIRST_ID } from '../../../runtime/paging/page-token.ts';
import type { Deps } from '../deps.ts';
import { causedByItself } from '../events.ts';
import { newestBySubject } from '../newest-by-subject.ts';
import { reconcile } from '../reconcile.ts';

/** Most invoices whose reminders are moved at once. */
const PAGE = 500;

type UserUpdatedEvent = ReceivedEvent<typeof UserUpdatedSchema>;

/**
 * Follows the time zones of the users. The account is written first and the reminders after it. If this fails in
 * between, the event is delivered again.
 */
export const onUserUpdated = defineConsumer({
  events: [UserUpdatedSchema],
  async apply(deps: Deps, batch) {
    const newest = newestBySubject(batch);
    await deps.store.saveAccounts(
      batch.map((event) => {
        const { id, subject, version, message } = event;
        const isNewest = newest.get(subject) === event;
        return {
          eventId: id,
          ownerId: isNewest ? subject : null,
          version,
          timeZone: message.user?.timeZone || null,
          deleted: false,
        };
      }),
    );
    for (const event of newest.values()) await reconcileAll(deps, event);
  },
});

async function reconcileAll(deps: Deps, { subject, requestId, traceparent }: UserUpdatedEvent): Promise<void> {
  const cause = causedByItself(requestId, deps.clock.now(), traceparent);
  for (let after: string | undefined = FIRST_ID; after !== undefined; ) {
    const invoiceIds = await deps.store.listRemindedInvoices(subject, after, PAGE);
    if (invoiceIds.length > 0) await reconcile(deps, invoiceIds, () => cause);
    after = invoiceIds.length === PAGE ? invoiceIds.at(-1) : undefined;
  }
}
