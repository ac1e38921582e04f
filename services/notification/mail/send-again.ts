import type { CreditNote } from '../../../gen/numer/invoice/v1/credit_note_pb.ts';
import type { Invoice, Party } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import type { Quote } from '../../../gen/numer/invoice/v1/quote_pb.ts';
import type { Notification } from '../../../gen/numer/notification/v1/notification_pb.ts';
import type {
  ResendCreditNoteResponseSchema,
  ResendInvoiceRequest,
  ResendInvoiceResponseSchema,
  ResendQuoteResponseSchema,
} from '../../../gen/numer/notification/v1/notification_service_pb.ts';
import type { Call } from '../../../runtime/call/call.ts';
import { DomainError } from '../../../runtime/call/errors.ts';
import { idempotencyValues } from '../../../runtime/call/idempotency.ts';
import { increasingUuid } from '../../../runtime/uuid.ts';
import { toQueuedNotification } from '../convert.ts';
import type { Deps } from '../deps.ts';
import type { Mail } from '../domain/mail.ts';
import type { LinkedKind } from '../domain/mail-link.ts';
import type { PrintedDocument } from '../domain/printed-document.ts';
import type { ResendRefusal } from '../domain/resendable.ts';
import { documentResent } from '../events.ts';
import { findCustomer } from '../pdf/present-parties.ts';
import { ELSEWHERE_MAX, RESENDS_MAX, type ResendLimit, type ResentMail } from '../store/queue-resend.ts';
import { findMailSettings } from './find-mail-settings.ts';
import { copiesOf, type Recipients, visibleOf } from './mail-copies.ts';
import { letter } from './mail-order.ts';

const NOTHING: Pick<ResentMail, 'invoiceId' | 'invoiceVersion' | 'quoteId' | 'creditNoteId' | 'expireTime'> = {
  invoiceId: null,
  invoiceVersion: null,
  quoteId: null,
  creditNoteId: null,
  expireTime: null,
};

/** What is mailed again, and how the call is answered. */
export interface Resend {
  readonly document: Invoice | Quote | CreditNote;
  /** The kind of the document in its link. */
  readonly linkedKind: LinkedKind;
  readonly customerId: string;
  /** What the mail is about; what is left out does not concern it. */
  readonly about: Pick<ResentMail, 'kind'> & Partial<typeof NOTHING>;
  readonly content: Mail;
  readonly printed: () => PrintedDocument;
  readonly responseSchema:
    | typeof ResendInvoiceResponseSchema
    | typeof ResendQuoteResponseSchema
    | typeof ResendCreditNoteResponseSchema;
}

/** Throws the document's reason when its state, named as in the contract, does not allow mailing it again. */
export function requireResendable(
  reason: 'INVOICE_STATE' | 'QUOTE_STATE',
  state: string,
  refusal: ResendRefusal | undefined,
): void {
  if (refusal === undefined) return;
  const { cause, message } = refusal;
  throw new DomainError('state', reason, message, { metadata: { state, action: 'RESEND', cause } });
}

/**
 * Queues a mail that brings a document of the caller again, and gives its notification.
 *
 * @throws DomainError CUSTOMER_WITHOUT_EMAIL, or RATE_LIMITED when the document was recently mailed again too often, or too many
 * documents of the account were mailed again to addresses that are not on them.
 */
export async function sendAgain(
  deps: Deps,
  call: Call,
  request: Pick<ResendInvoiceRequest, 'recipient' | 'message'>,
  { document, linkedKind, customerId, about, content, printed, responseSchema }: Resend,
): Promise<{ notification: Notification }> {
  const ownerId = call.user.userId;
  const sender = letter(document, content, { kind: linkedKind, documentId: document.id });
  const [settingsOf, addresses] = await Promise.all([
    findMailSettings(deps, [{ ownerId }]),
    request.recipient === '' ? addressesOf(deps, call, customerId, document.customer) : undefined,
  ]);
  const { attachPdf, bccEmail } = settingsOf({ ownerId });
  const recipients = addresses
    ? { ...addresses, bccEmail }
    : { recipient: request.recipient, ccEmails: [], bccEmail: '' }; // a recipient that is named gets it alone
  const now = deps.clock.now();
  const id = increasingUuid();
  const copies = copiesOf(id, recipients);
  const mail: ResentMail = {
    id,
    ownerId,
    ...NOTHING,
    ...about,
    ...sender,
    recipient: recipients.recipient,
    ccEmails: visibleOf(copies),
    copies,
    printed: attachPdf ? printed() : null,
    requestId: call.requestId,
    createTime: now,
  };
  const answer = { notification: toQueuedNotification(mail) };
  const documentId = document.id;
  // An address that the customer got after the document counts as elsewhere, too, since it can be changed to any.
  const frozen = lowered(document.customer?.email ?? '', ...(document.customer?.ccEmails ?? []));
  const isElsewhere = lowered(recipients.recipient, ...recipients.ccEmails).some((email) => !frozen.includes(email));
  const isQueued = await deps.store.queueResend(
    mail,
    { documentId, isElsewhere },
    {
      events: [documentResent(call, mail, request.message !== '')],
      idempotency: idempotencyValues(call, responseSchema, answer, now),
    },
  );
  if (isQueued) return answer;
  throw tooOften(await deps.store.findResendLimit({ ownerId, documentId }, now), now);
}

/** Addresses in lower case, since capitals do not tell them apart. */
function lowered(...emails: readonly string[]): string[] {
  return emails.map((email) => email.toLowerCase());
}

/** The addresses that a customer has now, since those on the document may be why it did not arrive. If there are none, those on it. */
async function addressesOf(
  deps: Deps,
  call: Call,
  customerId: string,
  frozen: Party | undefined,
): Promise<Omit<Recipients, 'bccEmail'>> {
  const customer = await findCustomer(deps, call, customerId);
  const { email: recipient = '', ccEmails = [] } = (customer?.email ? customer : frozen) ?? {};
  if (recipient !== '') return { recipient, ccEmails };
  throw new DomainError(
    'state',
    'CUSTOMER_WITHOUT_EMAIL',
    'The customer of this document has no email address to send it to; name a recipient.',
  );
}

function tooOften(limit: ResendLimit | undefined, now: Date): DomainError {
  const waitMs = limit === undefined ? 0 : limit.retryTime.getTime() - now.getTime();
  const reached = limit?.isOfAccount
    ? `${ELSEWHERE_MAX} documents were sent again to addresses other than their own`
    : `This document was sent again ${RESENDS_MAX} times`;
  return new DomainError('exhausted', 'RATE_LIMITED', `${reached} within 24 hours; try again later.`, {
    metadata: { retryAfterSeconds: String(Math.max(1, Math.ceil(waitMs / 1000))) },
  });
}
