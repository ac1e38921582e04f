import type { User } from '../../../gen/numer/user/v1/user_pb.ts';
import type { EventEnvelope } from '../../../runtime/events/event.ts';
import type { AccountMailOrder } from '../store/account-mails.ts';

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

function common({ id, type, ownerId, requestId, time: createTime }: EventEnvelope, time: Date) {
  if (ownerId === undefined) throw new Error(`${type} has no owner`);
  return { eventId: id, ownerId, requestId, createTime, time };
}
