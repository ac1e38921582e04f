import {
  NotificationBouncedSchema,
  NotificationFailedSchema,
} from '../../../gen/numer/notification/v1/notification_events_pb.ts';
import { defineConsumer } from '../../../runtime/events/consumer.ts';
import type { Deps } from '../deps.ts';
import { orderUndeliveredNotice } from '../mail/account-mail-order.ts';

/** Queues the mail that tells the holder of an account of a mail to a customer that was given up on or has bounced. */
export const onMailUndelivered = defineConsumer({
  events: [NotificationFailedSchema, NotificationBouncedSchema],
  async apply(deps: Deps, batch) {
    const time = deps.clock.now();
    await deps.store.queueAccountNotices(
      batch.map((event) => {
        const hasBounced = event.message.$typeName === 'numer.notification.v1.NotificationBounced';
        return orderUndeliveredNotice(event, hasBounced ? 'MAIL_BOUNCED' : 'MAIL_FAILED', time);
      }),
    );
  },
});
