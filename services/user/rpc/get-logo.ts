import type { LogoService } from '../../../gen/numer/user/v1/logo_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { findOwnAccount } from '../account.ts';
import { toLogo } from '../convert.ts';
import type { Deps } from '../deps.ts';
import { noLogo } from '../logo/no-logo.ts';

/** Gives the logo of the caller. Throws USER_NOT_FOUND and LOGO_NOT_FOUND. */
export const getLogo: Rpc<Deps, typeof LogoService.method.getLogo> = async (deps, request, call) => {
  const { id } = await findOwnAccount(deps, request.userId, call);
  const found = await deps.store.findLogo(id);
  if (found === undefined) throw noLogo();
  const { contentType, etag } = toLogo(found.logo);
  return { file: { contentType, data: found.data }, etag };
};
