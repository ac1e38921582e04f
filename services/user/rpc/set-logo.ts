import { create } from '@bufbuild/protobuf';
import { HttpBodySchema } from '../../../gen/google/api/httpbody_pb.ts';
import { LogoSchema } from '../../../gen/numer/user/v1/logo_pb.ts';
import { type LogoService, SetLogoResponseSchema } from '../../../gen/numer/user/v1/logo_service_pb.ts';
import { etagOfFile, type Rpc, requireVersion } from '../../../runtime/call/call.ts';
import { keepAnswer } from '../../../runtime/call/call-parts.ts';
import { compareAndSet } from '../../../runtime/call/compare-and-set.ts';
import { idempotencyValues } from '../../../runtime/call/idempotency.ts';
import { findOwnAccount } from '../account.ts';
import { logoColumn, toUser } from '../convert.ts';
import type { Deps } from '../deps.ts';
import { logoChanged, occasionOf } from '../events.ts';
import { type LogoFile, readLogo } from '../logo/read-logo.ts';

/** Gives the caller a logo. Throws USER_NOT_FOUND, ETAG_MISMATCH, and INVALID_ARGUMENT saying what is wrong with the file. */
export const setLogo: Rpc<Deps, typeof LogoService.method.setLogo> = async (deps, request, call) => {
  let file: LogoFile | undefined;
  return await compareAndSet(async () => {
    const row = await findOwnAccount(deps, request.userId, call);
    requireVersion(call, row.version);
    file ??= await readLogo(request.file ?? create(HttpBodySchema));
    const { data, contentType, widthPixels, heightPixels } = file;
    const etag = etagOfFile(data);
    const now = deps.clock.now();
    const present = toUser(row);
    if (present.logo?.etag === etag) {
      return keepAnswer(deps.idempotency, call, { schema: SetLogoResponseSchema, answer: { user: present }, now });
    }
    const logo = create(LogoSchema, { contentType, widthPixels, heightPixels, sizeBytes: data.length, etag });
    const changed = { ...row, logo: logoColumn(logo), updateTime: now };
    const version = row.version + 1n;
    const user = toUser({ ...changed, version });
    const isWritten = await deps.store.setLogo(
      { ...changed, data },
      {
        events: [logoChanged(user, version, occasionOf(call, now))],
        idempotency: idempotencyValues(call, SetLogoResponseSchema, { user }, now),
      },
    );
    return isWritten ? { user } : undefined;
  });
};
