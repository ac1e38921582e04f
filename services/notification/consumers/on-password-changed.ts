import { UserPasswordChangedSchema } from '../../../gen/numer/user/v1/user_events_pb.ts';
import { defineConsumer } from '../../../runtime/events/consumer.ts';
import type { Deps } from '../deps.ts';
import { orderNotice } from '../mail/account-mail-order.ts';

/** Queues the mail that tells an account holder that the password was changed. An old event, without the user, asks for none. */
export const onPasswordChanged = defineConsumer({
  events: [UserPasswordChangedSchema],
  async apply(deps: Deps, batch) {
    const time = deps.clock.now();
    await deps.store.queueAccountMails(
      batch.flatMap((event) => {
        const { user } = event.message;
        return user === undefined
          ? []
          : [orderNotice(event, 'PASSWORD_CHANGED', user, { recipient: user.email, time })];
      }),
    );
  },
});
