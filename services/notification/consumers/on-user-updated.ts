import { UserUpdatedSchema } from '../../../gen/numer/user/v1/user_events_pb.ts';
import { defineConsumer } from '../../../runtime/events/consumer.ts';
import type { Deps } from '../deps.ts';
import { orderNotice } from '../mail/account-mail-order.ts';
import { required } from '../required.ts';

/** Queues the mail that tells an account holder, at the previous address, that the account has another one. */
export const onUserUpdated = defineConsumer({
  events: [UserUpdatedSchema],
  async apply(deps: Deps, batch) {
    const time = deps.clock.now();
    await deps.store.queueAccountMails(
      batch.flatMap((event) => {
        const { user, previousEmail } = event.message;
        if (previousEmail === '') return [];
        return [orderNotice(event, 'EMAIL_CHANGED', required(user, 'user'), { recipient: previousEmail, time })];
      }),
    );
  },
});
