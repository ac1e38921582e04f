import { ReminderDueSchema } from '../../../gen/numer/reminder/v1/reminder_events_pb.ts';
import { localDate } from '../../../runtime/calendar.ts';
import { defineConsumer } from '../../../runtime/events/consumer.ts';
import { toInvoiceFacts } from '../convert.ts';
import type { Deps } from '../deps.ts';
import { REMINDER_MS } from '../domain/decide-next.ts';
import { languageOf } from '../domain/language.ts';
import { writeReminderMail } from '../domain/write-mails.ts';
import { findMailSettings } from '../mail/find-mail-settings.ts';
import { orderMail } from '../mail/mail-order.ts';
import { printedInvoice } from '../pdf/print.ts';
import { required } from '../required.ts';

/** Queues the mail of a reminder that is due. Days count from the user's local day of the event. */
export const onReminderDue = defineConsumer({
  events: [ReminderDueSchema],
  async apply(deps: Deps, batch) {
    const time = deps.clock.now();
    const settingsOf = await findMailSettings(deps, batch);
    await deps.store.queueMails(
      batch.map((event) => {
        const invoice = required(event.message.invoice, 'invoice');
        const timeZone = event.message.timeZone || 'UTC';
        const today = localDate(event.time, timeZone);
        const facts = toInvoiceFacts(invoice);
        // A reminder without a due date is at a fixed time, and about whatever is to be paid next.
        const dueDate = event.message.reminder?.dueDate || null;
        const content = writeReminderMail(
          facts,
          { today, dueDate: dueDate ?? facts.dueDate },
          languageOf(invoice.customer?.locale ?? ''),
        );
        // Counted from when the reminder was decided on: the event may have waited, for a broker or among the dead letters.
        const expireTime = new Date(event.time.getTime() + REMINDER_MS);
        const { attachPdf, bccEmail } = settingsOf(event);
        const printed = attachPdf ? printedInvoice(invoice, { today, timeZone }) : null;
        const mail = { kind: 'REMINDER', content, bccEmail, printed, time } as const;
        return orderMail(event, invoice, { ...mail, dueDate, expireTime });
      }),
    );
  },
});
