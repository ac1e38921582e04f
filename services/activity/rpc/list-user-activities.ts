import type { ActivityService } from '../../../gen/numer/activity/v1/activity_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { readActivityPage } from '../activity-page.ts';
import type { Deps } from '../deps.ts';

/** Lists everything that happened in the caller's account, newest first. */
export const listUserActivities: Rpc<Deps, typeof ActivityService.method.listUserActivities> = (
  deps,
  request,
  call,
) => {
  const ownerId = call.user.userId;
  return readActivityPage(request, { list: 'user', ownerId }, (cursor, limit) =>
    deps.store.listUserActivities({ ownerId, cursor, limit }),
  );
};
