import type { NotificationService } from '../../../gen/numer/notification/v1/notification_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { DomainError } from '../../../runtime/call/errors.ts';
import { toNotification } from '../convert.ts';
import type { Deps } from '../deps.ts';

/** Gives one notification of the caller. Throws NOTIFICATION_NOT_FOUND. */
export const getNotification: Rpc<Deps, typeof NotificationService.method.getNotification> = async (
  deps,
  request,
  call,
) => {
  const row = await deps.store.findNotification({ ownerId: call.user.userId, id: request.notificationId });
  if (row === undefined) throw new DomainError('missing', 'NOTIFICATION_NOT_FOUND', 'There is no such notification.');
  return { notification: toNotification(row) };
};
