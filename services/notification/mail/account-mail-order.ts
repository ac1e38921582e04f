import type { User } from '../../../gen/numer/user/v1/user_pb.ts';
import type { EventEnvelope } from '../../../runtime/events/event.ts';
import type { AnswerKind, UndeliveredKind } from '../domain/decide-next.ts';
import type { AccountMailOrder } from '../store/account-mails.ts';
import type { AccountNoticeOrder } from '../store/queue-account-notices.ts';
import { derivedIdOf } from './mail-copies.ts';

/** The order of a mail to an account holder with the token of a password reset. */
export function orderResetMail(event: EventEnvelope, passwordResetId: string, time: Date): AccountMailOrder {
  const holder = { recipient: '', locale: '', timeZone: '' };
  return { ...common(event, time), kind: 'PASSWORD_RESET', passwordResetId, ...holder };
}

/** The order of a mail to `recipient` that tells an account holder what has changed. */
export function orderNotice(
  event: EventEnvelope,
  kind: 'PASSWORD_CHANGED' | 'EMAIL_CHANGED',
  { locale, timeZone }: User,
  { recipient, time }: { readonly recipient: string; readonly time: Date },
): AccountMailOrder {
  return { ...common(event, time), kind, passwordResetId: null, recipient, locale, timeZone };
}

/**
 * The order of a mail that tells the holder of an account how a customer answered a quote. It has an id of its own, by which it is queued
 * once: the event also has an effect on mails of the quote, of which its id is the mark.
 */
export function orderAnswerNotice(
  event: EventEnvelope,
  kind: AnswerKind,
  quoteId: string,
  time: Date,
): AccountNoticeOrder {
  return { ...common(event, time), eventId: derivedIdOf(event.id, 'notice'), kind, quoteId, notificationId: null };
}

/** The order of a mail that tells the holder of an account of a mail that could not be delivered. */
export function orderUndeliveredNotice(event: EventEnvelope, kind: UndeliveredKind, time: Date): AccountNoticeOrder {
  return { ...common(event, time), kind, quoteId: null, notificationId: event.subject };
}

function common({ id, type, ownerId, requestId, time: createTime }: EventEnvelope, time: Date) {
  if (ownerId === undefined) throw new Error(`${type} has no owner`);
  return { eventId: id, ownerId, requestId, createTime, time };
}
