import {
  type NotificationService,
  ResendCreditNoteResponseSchema,
} from '../../../gen/numer/notification/v1/notification_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { toCreditNoteFacts } from '../convert.ts';
import type { Deps } from '../deps.ts';
import { languageOf } from '../domain/language.ts';
import { writeCreditNoteMail } from '../domain/write-mails.ts';
import { sendAgain } from '../mail/send-again.ts';
import { printedCreditNote } from '../pdf/print.ts';
import { required } from '../required.ts';

/**
 * Has a credit note of the caller mailed again, or for the first time, since nothing else mails one whose invoice was not mailed.
 * Throws CREDIT_NOTE_NOT_FOUND, and what {@link sendAgain} throws.
 */
export const resendCreditNote: Rpc<Deps, typeof NotificationService.method.resendCreditNote> = async (
  deps,
  request,
  call,
) => {
  const response = await deps.creditNotes.getCreditNote({ creditNoteId: request.creditNoteId }, call.forward());
  const creditNote = required(response.creditNote, 'credit note');
  const { id, invoiceId, customerId, customer } = creditNote;
  return sendAgain(deps, call, request, {
    document: creditNote,
    linkedKind: 'CREDIT_NOTE',
    customerId,
    about: { kind: 'CREDIT_NOTE_ISSUED', invoiceId, creditNoteId: id },
    content: writeCreditNoteMail(toCreditNoteFacts(creditNote), languageOf(customer?.locale ?? ''), request.message),
    printed: () => printedCreditNote(creditNote),
    responseSchema: ResendCreditNoteResponseSchema,
  });
};
