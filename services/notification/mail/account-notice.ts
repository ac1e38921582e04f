import { type CallOptions, Code, ConnectError } from '@connectrpc/connect';
import type { Deps } from '../deps.ts';
import type { AccountNoticeKind } from '../domain/decide-next.ts';
import type { Mail } from '../domain/mail.ts';
import type { AccountMailFacts } from '../domain/write-account-mails.ts';
import { writeAnswerNotice, writeUndeliveredNotice } from '../domain/write-account-notices.ts';
import { required } from '../required.ts';
import type { ClaimedAccountMail } from '../store/account-mails.ts';
import type { ShownRow } from '../store/schema.ts';

/** A mail that tells the holder of an account what happened. */
export interface ClaimedNotice extends ClaimedAccountMail {
  readonly kind: AccountNoticeKind;
}

/**
 * Such a mail as it is to be written now, to the address that the account has by now. Undefined when there is nobody or nothing left to
 * tell of, and when the account had the mail that was not delivered sent to that very address. `timeoutMs` is how long each call may take.
 */
export async function accountNoticeOf(
  deps: Deps,
  notice: ClaimedNotice,
  { system, timeoutMs }: { readonly system: string; readonly timeoutMs: number },
): Promise<{ readonly recipient: string; readonly content: Mail } | undefined> {
  const { ownerId, requestId } = notice;
  const options = { ...(await deps.callAsReader(ownerId, requestId)), timeoutMs };
  try {
    const { user } = await deps.users.getUser({ userId: ownerId }, options);
    const { email, locale, timeZone } = required(user, 'user');
    const content = await contentOf(deps, notice, { system, email, locale, timeZone }, options);
    return content && { recipient: email, content };
  } catch (error) {
    if (ConnectError.from(error).code === Code.NotFound) return undefined;
    throw error;
  }
}

async function contentOf(
  deps: Deps,
  notice: ClaimedNotice,
  facts: AccountMailFacts,
  options: CallOptions,
): Promise<Mail | undefined> {
  const { kind, ownerId, quoteId, notificationId, createTime: time, resumeTime } = notice;
  if (kind === 'QUOTE_ACCEPTED' || kind === 'QUOTE_DECLINED') {
    const quote = await headOf(deps, { quoteId, invoiceId: null, creditNoteId: null }, options);
    return writeAnswerNotice(facts, { kind, ...quote, time, resumeTime });
  }
  const mail = await deps.store.findNotification({ ownerId, id: notificationId ?? '' }); // the table has one for these kinds
  if (mail === undefined || mail.recipient.toLowerCase() === facts.email.toLowerCase()) return undefined;
  return writeUndeliveredNotice(facts, {
    kind,
    ...(await headOf(deps, mail, options)),
    time,
    resumeTime,
    mailKind: mail.kind,
    isCopy: mail.copyOf !== null,
    recipient: mail.recipient,
    statusCode: mail.statusCode,
    reason: mail.error,
    mayHaveLeft: mail.mayHaveLeft,
  });
}

/** Number and customer of the document that a mail is about. For a credit note from before its id was kept they are those of its invoice. */
async function headOf(
  { invoices, quotes, creditNotes }: Deps,
  { invoiceId, quoteId, creditNoteId }: Pick<ShownRow, 'invoiceId' | 'quoteId' | 'creditNoteId'>,
  options: CallOptions,
): Promise<{ readonly number: string; readonly customerName: string }> {
  const document = await (async () => {
    if (creditNoteId !== null) return (await creditNotes.getCreditNote({ creditNoteId }, options)).creditNote;
    if (quoteId !== null) return (await quotes.getQuote({ quoteId }, options)).quote;
    return (await invoices.getInvoice({ invoiceId: invoiceId ?? '' }, options)).invoice;
  })();
  const { number, customer } = required(document, 'document');
  return { number, customerName: customer?.name ?? '' };
}
