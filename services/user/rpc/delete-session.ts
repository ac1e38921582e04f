import type { SessionService } from '../../../gen/numer/user/v1/session_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { requireSession } from '../../../runtime/call/require-session.ts';

import type { Deps } from '../deps.ts';
import { occasionOf, sessionDeleted } from '../events.ts';

/** Signs out: ends the session of the call. Throws PERMISSION_DENIED for an API key, which has none. */
export const deleteSession: Rpc<Deps, typeof SessionService.method.deleteSession> = async (deps, _request, call) => {
  requireSession(call, 'sign out');
  const { userId, sessionId } = call.user;
  const event = sessionDeleted(sessionId, occasionOf(call, deps.clock.now()));
  await deps.store.deleteSession({ sessionId, userId }, event);
  return {};
};
