import { DeleteLogoResponseSchema, type LogoService } from '../../../gen/numer/user/v1/logo_service_pb.ts';
import { type Rpc, requireVersion } from '../../../runtime/call/call.ts';
import { compareAndSet } from '../../../runtime/call/compare-and-set.ts';
import { idempotencyValues } from '../../../runtime/call/idempotency.ts';
import { findOwnAccount } from '../account.ts';
import { toUser } from '../convert.ts';
import type { Deps } from '../deps.ts';
import { logoChanged, occasionOf } from '../events.ts';
import { noLogo } from '../logo/no-logo.ts';

/** Deletes the logo of the caller. Throws USER_NOT_FOUND, LOGO_NOT_FOUND and ETAG_MISMATCH. */
export const deleteLogo: Rpc<Deps, typeof LogoService.method.deleteLogo> = (deps, request, call) =>
  compareAndSet(async () => {
    const row = await findOwnAccount(deps, request.userId, call);
    if (toUser(row).logo === undefined) throw noLogo();
    requireVersion(call, row.version);
    const now = deps.clock.now();
    const changed = { ...row, logo: {}, updateTime: now };
    const version = row.version + 1n;
    const event = logoChanged(toUser({ ...changed, version }), version, occasionOf(call, now));
    const idempotency = idempotencyValues(call, DeleteLogoResponseSchema, {}, now);
    return (await deps.store.deleteLogo(changed, { events: [event], idempotency })) ? {} : undefined;
  });
