import { timestampDate } from '@bufbuild/protobuf/wkt';
import { ConnectError } from '@connectrpc/connect';
import type { GetPasswordResetTokenResponse } from '../../../gen/numer/user/v1/password_reset_service_pb.ts';
import { reasonOf } from '../../../runtime/call/errors.ts';
import type { Job } from '../../../runtime/process/service.ts';
import { fillResetUrl } from '../config.ts';
import type { Deps } from '../deps.ts';
import { decideNext, type Outcome } from '../domain/decide-next.ts';
import { isMailAddress, type Mail } from '../domain/mail.ts';
import { writeNotice, writeResetMail } from '../domain/write-account-mails.ts';
import { accountNoticeOf } from '../mail/account-notice.ts';
import type { MailSession } from '../mail/mail-carrier.ts';
import { required } from '../required.ts';
import type { ClaimedAccountMail } from '../store/account-mails.ts';
import { insist } from './insist.ts';

/** Sends the mails to account holders that are due. Looks every second, so that a mail leaves a moment after it is queued. */
export const deliverAccountMails: Job<Deps> = {
  name: 'deliver-account-mails',
  pattern: '* * * * * *',
  run: (deps, _now, signal) => deliverDueAccountMails(deps, signal),
};

/** How long another service may take to answer. */
const ASK_TIMEOUT_MS = 5_000;

/** Sends mails one by one until none is due, `signal` is aborted or no mail server can be used. Any number of replicas may do so. */
export async function deliverDueAccountMails(deps: Deps, signal: AbortSignal): Promise<void> {
  const session = deps.carrier.open();
  try {
    while (!signal.aborted) {
      const claimed = await deps.store.claimAccountMail(deps.clock.now());
      if (claimed === undefined) return;
      const outcome = await attempt(deps, session, claimed);
      if (outcome === undefined) {
        await insist(() => deps.store.finishAccountMail(claimed));
        continue;
      }
      deps.metrics?.deliveryAttempted('mail', outcome.kind);
      await settle(deps, claimed, outcome);
      if (outcome.kind === 'unreachable') return;
    }
  } finally {
    session.close();
  }
}

/** A mail as it is sent now. */
interface Letter {
  readonly recipient: string;
  readonly content: Mail;
  readonly isSecret: boolean;
}

/** Sends a mail. Undefined, and not sent, when it has become pointless, e.g. because its token is no longer valid. */
async function attempt(deps: Deps, session: MailSession, claimed: ClaimedAccountMail): Promise<Outcome | undefined> {
  const { id, createTime: date } = claimed;
  let letter: Letter | undefined;
  try {
    letter = await letterOf(deps, claimed);
  } catch (error) {
    deps.log.warn({ err: error, mailId: id }, 'mail to the holder of an account cannot be written now and waits');
    return { kind: 'deferred', reason: 'The mail could not be written.' };
  }
  if (letter === undefined) return undefined;
  const { recipient, content, isSecret } = letter;
  if (!isMailAddress(recipient)) return { kind: 'refused', reason: 'The email address cannot be used.' };
  return session.send({ id, recipient, senderName: '', replyTo: '', ...content, date, isSecret });
}

/** The recipient and the content of a mail as of now. Undefined when it has become pointless. */
async function letterOf(deps: Deps, claimed: ClaimedAccountMail): Promise<Letter | undefined> {
  const { kind } = claimed;
  switch (kind) {
    case 'PASSWORD_RESET':
      return resetMailOf(deps, claimed);
    case 'PASSWORD_CHANGED':
    case 'EMAIL_CHANGED': {
      const { recipient, locale, timeZone, createTime } = claimed;
      const facts = { system: systemOf(deps), email: recipient, locale, timeZone };
      return { recipient, content: writeNotice(kind, facts, createTime), isSecret: false };
    }
    default: {
      const notice = await accountNoticeOf(
        deps,
        { ...claimed, kind },
        { system: systemOf(deps), timeoutMs: ASK_TIMEOUT_MS },
      );
      return notice && { ...notice, isSecret: false };
    }
  }
}

/** The mail with a token, which is fetched each time it is sent and stored nowhere. Undefined when the token is no longer valid. */
async function resetMailOf(
  deps: Deps,
  { passwordResetId, requestId }: ClaimedAccountMail,
): Promise<Letter | undefined> {
  let reset: GetPasswordResetTokenResponse;
  try {
    const call = { ...(await deps.callAsService(requestId)), timeoutMs: ASK_TIMEOUT_MS };
    // The table has an id for all mails of this kind.
    reset = await deps.passwordResets.getPasswordResetToken({ passwordResetId: passwordResetId ?? '' }, call);
  } catch (error) {
    if (reasonOf(ConnectError.from(error)) !== 'INVALID_RESET_TOKEN') throw error;
    return undefined;
  }
  const { token, email, locale, timeZone } = reset;
  const way = deps.passwordResetUrl === '' ? { token } : { url: fillResetUrl(deps.passwordResetUrl, token) };
  const expireTime = timestampDate(required(reset.expireTime, 'expire_time'));
  const content = writeResetMail({ system: systemOf(deps), email, locale, timeZone }, { way, expireTime });
  return { recipient: email, content, isSecret: true };
}

/** What the system is called in its mails. */
function systemOf({ mailFrom }: Deps): string {
  return mailFrom.name || 'Numer';
}

async function settle(deps: Deps, claimed: ClaimedAccountMail, outcome: Outcome): Promise<void> {
  const next = decideNext(claimed, outcome, deps.clock.now());
  if (next.state === 'QUEUED') {
    await insist(() => deps.store.deferAccountMail(claimed, next.nextAttemptTime));
    return;
  }
  if (next.state === 'FAILED') {
    const { id: mailId, kind } = claimed;
    deps.log.warn({ mailId, kind, reason: next.error }, 'mail to the holder of an account is given up on');
  }
  await insist(() => deps.store.finishAccountMail(claimed));
}
