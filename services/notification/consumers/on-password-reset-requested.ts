import { PasswordResetRequestedSchema } from '../../../gen/numer/user/v1/password_reset_events_pb.ts';
import { defineConsumer } from '../../../runtime/events/consumer.ts';
import type { Deps } from '../deps.ts';
import { orderResetMail } from '../mail/account-mail-order.ts';

/** Queues the mail that brings the token of a password reset to the account holder. */
export const onPasswordResetRequested = defineConsumer({
  events: [PasswordResetRequestedSchema],
  async apply(deps: Deps, batch) {
    const time = deps.clock.now();
    await deps.store.queueAccountMails(
      batch.map((event) => orderResetMail(event, event.message.passwordResetId, time)),
    );
  },
});
