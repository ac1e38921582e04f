import type { UserService } from '../../../gen/numer/user/v1/user_service_pb.ts';
import { type Rpc, requireVersion } from '../../../runtime/call/call.ts';
import { compareAndSet } from '../../../runtime/call/compare-and-set.ts';
import { requireSession } from '../../../runtime/call/require-session.ts';
import { findOwnAccount } from '../account.ts';
import type { Deps } from '../deps.ts';
import { occasionOf, userDeleted } from '../events.ts';

/**
 * Deletes the caller's own account with everything that this service holds of it, customers a little later; the event
 * makes the other services follow. Throws USER_NOT_FOUND, ETAG_MISMATCH, and PERMISSION_DENIED for an API key.
 */
export const deleteUser: Rpc<Deps, typeof UserService.method.deleteUser> = (deps, request, call) =>
  compareAndSet(async () => {
    const row = await findOwnAccount(deps, request.userId, call);
    requireSession(call, 'delete the account');
    requireVersion(call, row.version);
    const event = userDeleted(row.id, row.version + 1n, occasionOf(call, deps.clock.now()));
    return (await deps.store.deleteUser(row, event)) ? {} : undefined;
  });
