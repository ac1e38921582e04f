import { batchCalls } from '../../../runtime/call/batch-calls.ts';
import { DomainError } from '../../../runtime/call/errors.ts';
import type { Job } from '../../../runtime/process/service.ts';
import { within } from '../../../runtime/within.ts';
import type { Deps } from '../deps.ts';
import { decideNext, isOutdated, type Outcome } from '../domain/decide-next.ts';
import { describeFailure } from '../domain/failure-reasons.ts';
import { isMailAddress } from '../domain/mail.ts';
import { notificationSettled } from '../events.ts';
import { linkedBodiesOf } from '../links/linked-bodies.ts';
import type { MailSession, OutgoingMail } from '../mail/mail-carrier.ts';
import { findLogo } from '../pdf/find-logo.ts';
import { PDF_TYPE, toFileName } from '../pdf/pdf-file.ts';
import type { ClaimedMail } from '../store/claim-mail.ts';
import type { NotificationRow } from '../store/schema.ts';
import type { FinishedMail } from '../store/settle-mail.ts';
import { insist } from './insist.ts';

/** How long a mail waits for the logo of its document. */
const LOGO_TIMEOUT_MS = 2_000;

/** How long a mail waits for its document. With the waits for logo and mail server, this is less than a claim holds. */
const PDF_TIMEOUT_MS = 60_000;

/** Sends the mails that are due. Looks every second, so that a mail leaves a moment after it is queued. */
export const deliverMails: Job<Deps> = {
  name: 'deliver-mails',
  pattern: '* * * * * *',
  run: (deps, _now, signal) => deliverDueMails(deps, signal),
};

/** What a delivery works with. Its sessions' claims and results go to the database together. */
interface Delivery extends Deps {
  /** Claims the mail that has been due longest, if there is one. */
  claimMail(): Promise<ClaimedMail | undefined>;
  finishMail(mail: FinishedMail): Promise<unknown>;
}

/**
 * Sends mails until none is due, `signal` is aborted or no mail server can be used. Mails that are under way then are
 * finished. Any number of replicas may do so: a mail is claimed before it is sent.
 */
export async function deliverDueMails(deps: Deps, signal: AbortSignal): Promise<void> {
  const outage = new AbortController();
  const ended = AbortSignal.any([signal, outage.signal]);
  do {
    // Each round takes the mails that are due by now, with all sessions: one that found nothing must not be missing from then on.
    const now = deps.clock.now();
    const first = await deps.store.claimMails({ now, dueTime: now, count: deps.carrier.sessionsMax });
    if (first.length === 0) return;
    const delivery = beginDelivery(deps, now);
    const deliver = async (claimed: ClaimedMail) => {
      const failure = await deliverOneByOne(delivery, ended, claimed);
      if (failure === undefined || outage.signal.aborted) return;
      outage.abort(); // the other mails would fare no better
      deps.log.warn({ reason: failure }, 'mail cannot be delivered now; it is tried again later');
    };
    const sessions = await Promise.allSettled(first.map(deliver));
    // Thrown only now that all sessions have ended: a run that ended earlier would leave some to nobody.
    for (const session of sessions) if (session.status === 'rejected') throw session.reason;
  } while (!ended.aborted);
}

function beginDelivery(deps: Deps, dueTime: Date): Delivery {
  const { claimMails, finishMails } = deps.store;
  const { sessionsMax } = deps.carrier;
  const claimMail = batchCalls(async (calls: readonly undefined[]) => {
    const claimed = await claimMails({ now: deps.clock.now(), dueTime, count: calls.length });
    return calls.map((_, index) => claimed[index]);
  }, sessionsMax);
  return {
    ...deps,
    claimMail: () => claimMail(undefined),
    finishMail: batchCalls(async (mails: readonly FinishedMail[]) => {
      await finishMails(mails);
      return mails;
    }, sessionsMax),
  };
}

/**
 * Sends one mail after the other over one session, `first` before all others. Gives what was wrong with the mail server, if
 * anything.
 */
async function deliverOneByOne(
  delivery: Delivery,
  ended: AbortSignal,
  first: ClaimedMail,
): Promise<string | undefined> {
  const session = delivery.carrier.open();
  try {
    let claimed: ClaimedMail | undefined = first;
    while (claimed !== undefined) {
      const attempted = await attempt(delivery, session, claimed);
      delivery.metrics?.deliveryAttempted('mail', attempted.outcome.kind);
      await settle(delivery, claimed, attempted);
      if (attempted.outcome.kind === 'unreachable') return attempted.outcome.reason;
      claimed = ended.aborted ? undefined : await delivery.claimMail();
    }
    return undefined;
  } finally {
    session.close();
  }
}

/** The result of an attempt to send a mail. */
interface Attempted {
  readonly outcome: Outcome;
  /** Whether the document was attached to the mail. */
  readonly pdfAttached: boolean;
}

/** Sends a mail, unless it must not go out. */
async function attempt(deps: Deps, session: MailSession, claimed: ClaimedMail): Promise<Attempted> {
  const { row, wasAbandoned } = claimed;
  const unsent = (outcome: Outcome): Attempted => ({ outcome, pdfAttached: false });
  const refuse = (reason: string) => unsent({ kind: 'refused', reason });
  if (row.recipient === '') return refuse(describeFailure('noAddress'));
  if (!isMailAddress(row.addressee || row.recipient)) return refuse(describeFailure('unusableAddress'));
  if (!isMailAddress(row.recipient)) return refuse(describeFailure('unusableCopyAddress'));
  if (row.kind === 'REMINDER' && wasAbandoned && !deps.carrier.isRepeatable) {
    return refuse(describeFailure('processEnded'));
  }
  if (row.withdrawReason !== '') {
    return refuse(row.mayHaveLeft ? `${row.withdrawReason} An earlier attempt may have sent it.` : row.withdrawReason);
  }
  if (isOutdated(row, deps.clock.now())) return refuse(describeFailure('outOfDate'));
  let attachment: OutgoingMail['attachment'];
  try {
    attachment = await attachmentOf(deps, row);
  } catch (error) {
    // The mail itself says what the document says, so it goes without a document that is too long.
    if (!(error instanceof DomainError && error.reason === 'DOCUMENT_TOO_LONG')) {
      deps.log.error({ err: error, notificationId: row.id }, 'document cannot be printed');
      return unsent({ kind: 'deferred', reason: describeFailure('noDocument') });
    }
  }
  const outcome = await session.send({
    id: row.id,
    recipient: row.recipient,
    copy: row.copyOf === null ? undefined : { of: row.copyOf, addressee: row.addressee },
    ccEmails: row.ccEmails,
    senderName: row.senderName,
    replyTo: row.replyTo,
    subject: row.subject,
    ...linkedBodiesOf(deps, claimed),
    attachment,
    date: row.createTime,
  });
  return { outcome, pdfAttached: attachment !== undefined };
}

/** The document that goes with a mail, as PDF. */
async function attachmentOf(deps: Deps, row: NotificationRow): Promise<OutgoingMail['attachment']> {
  const { ownerId, printed } = row;
  if (printed === null) return undefined;
  const data = await within(PDF_TIMEOUT_MS, deps.pdfs.render(ownerId, printed, await logoOf(deps, row)));
  if (data === undefined) throw new Error('too many documents are being made');
  return { fileName: toFileName(printed.title), contentType: PDF_TYPE, data };
}

/** The logo for the document of a mail. A logo that cannot be fetched does not keep the mail from going. */
async function logoOf(deps: Deps, { id, ownerId, requestId }: NotificationRow): Promise<Uint8Array | undefined> {
  try {
    const logo = await findLogo(deps, ownerId, {
      ...(await deps.callAsService(requestId)),
      timeoutMs: LOGO_TIMEOUT_MS,
    });
    return logo?.data;
  } catch (error) {
    deps.log.warn({ err: error, notificationId: id }, 'the logo cannot be read, so the document is made without it');
    return undefined;
  }
}

/** Records the result of an attempt. */
async function settle(
  delivery: Delivery,
  { row, leaseToken }: ClaimedMail,
  { outcome, pdfAttached }: Attempted,
): Promise<void> {
  const { id } = row;
  const now = delivery.clock.now();
  const next = decideNext(row, outcome, now);
  const mayHaveLeft = outcome.kind === 'unknown';
  if (next.state === 'QUEUED') {
    const { error, nextAttemptTime } = next;
    await insist(() => delivery.store.deferMail({ id, leaseToken, error, nextAttemptTime, mayHaveLeft }));
    return;
  }
  const isSent = next.state === 'SENT';
  const end = {
    state: next.state,
    error: isSent ? '' : next.error,
    sendTime: isSent ? now : null,
    pdfAttached: isSent && pdfAttached,
    mayHaveLeft,
  };
  const event = notificationSettled({ ...row, ...end, nextAttemptTime: null }, now);
  await insist(() => delivery.finishMail({ id, leaseToken, ...end, event }));
}
