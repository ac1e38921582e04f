import { CreditNoteIssuedSchema } from '../../../gen/numer/invoice/v1/credit_note_events_pb.ts';
import { defineConsumer } from '../../../runtime/events/consumer.ts';
import type { ReceivedEvent } from '../../../runtime/events/event.ts';
import { toCreditNoteFacts } from '../convert.ts';
import type { Deps } from '../deps.ts';
import { languageOf } from '../domain/language.ts';
import { writeCreditNoteMail } from '../domain/write-mails.ts';
import { findMailSettings } from '../mail/find-mail-settings.ts';
import { orderMail, orderWithdrawal, withdrawalOf } from '../mail/mail-order.ts';
import { printedCreditNote } from '../pdf/print.ts';
import { required } from '../required.ts';
import type { MailSettingsRow } from '../store/mail-settings.ts';

/**
 * Queues the mail that brings a credit note, if its invoice was mailed. Queued reminders of what the credit note settles are
 * not sent.
 */
export const onCreditNoteIssued = defineConsumer({
  events: [CreditNoteIssuedSchema],
  async apply(deps: Deps, batch) {
    const time = deps.clock.now();
    const settingsOf = await findMailSettings(deps, batch);
    await deps.store.queueMails(batch.flatMap((event) => orderOf(event, settingsOf(event), time)));
  },
});

function orderOf(
  event: ReceivedEvent<typeof CreditNoteIssuedSchema>,
  { attachPdf, bccEmail }: Pick<MailSettingsRow, 'attachPdf' | 'bccEmail'>,
  time: Date,
) {
  const invoice = required(event.message.invoice, 'invoice');
  const withdrawal = withdrawalOf(invoice, 'settled');
  if (invoice.sendTime === undefined) {
    return withdrawal === undefined ? [] : [orderWithdrawal(event, invoice, withdrawal, time)];
  }
  const creditNote = required(event.message.creditNote, 'credit note');
  const language = languageOf(creditNote.customer?.locale ?? '');
  const content = writeCreditNoteMail(toCreditNoteFacts(creditNote), language, event.message.message);
  const printed = attachPdf ? printedCreditNote(creditNote) : null;
  const linked = { kind: 'CREDIT_NOTE', documentId: creditNote.id } as const;
  const mail = { kind: 'CREDIT_NOTE_ISSUED', content, bccEmail, printed, linked, time } as const;
  return [orderMail(event, invoice, { ...mail, creditNoteId: creditNote.id, ...withdrawal })];
}
