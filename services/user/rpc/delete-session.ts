import type { SessionService } from '../../../gen/numer/user/v1/session_service_pb.ts';
import type { Rpc } from '../../../runtime/call.ts';
import type { Deps } from '../deps.ts';
import { occasionOf, sessionDeleted } from '../events.ts';

/** Signs out: ends the session of the call. An API key has none, so with one it does nothing. */
export const deleteSession: Rpc<Deps, typeof SessionService.method.deleteSession> = async (deps, _request, call) => {
  const { userId, sessionId } = call.user;
  if (sessionId !== '') {
    const event = sessionDeleted(sessionId, occasionOf(call, deps.clock.now()));
    await deps.store.deleteSession({ sessionId, userId }, event);
  }
  return {};
};
