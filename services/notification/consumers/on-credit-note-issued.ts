import { CreditNoteIssuedSchema } from '../../../gen/numer/invoice/v1/credit_note_events_pb.ts';
import { Invoice_State } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import { defineConsumer } from '../../../runtime/events/consumer.ts';
import type { ReceivedEvent } from '../../../runtime/events/event.ts';
import { toCreditNoteFacts } from '../convert.ts';
import type { Deps } from '../deps.ts';
import { languageOf } from '../domain/language.ts';
import { writeCreditNoteMail } from '../domain/write-mails.ts';
import { orderMail, orderWithdrawal, required, WITHDRAW_REASON } from '../mail-order.ts';

/**
 * Queues the mail that brings a credit note to who got its invoice by mail. When nothing is due any more, reminders that still
 * wait are not sent.
 */
export const onCreditNoteIssued = defineConsumer({
  events: [CreditNoteIssuedSchema],
  async apply(deps: Deps, batch) {
    const time = deps.clock.now();
    await deps.store.queueMails(batch.flatMap((event) => orderOf(event, time)));
  },
});

function orderOf(event: ReceivedEvent<typeof CreditNoteIssuedSchema>, time: Date) {
  const invoice = required(event.message.invoice, 'invoice');
  const isSettled = invoice.state === Invoice_State.PAID;
  if (invoice.sendTime === undefined) {
    return isSettled ? [orderWithdrawal(event, invoice, WITHDRAW_REASON.settled, time)] : [];
  }
  const creditNote = required(event.message.creditNote, 'credit note');
  const content = writeCreditNoteMail(toCreditNoteFacts(creditNote), languageOf(creditNote.customer?.locale ?? ''));
  const mail = { kind: 'CREDIT_NOTE_ISSUED', content, time } as const;
  return [orderMail(event, invoice, isSettled ? { ...mail, withdrawReason: WITHDRAW_REASON.settled } : mail)];
}
