import type { LogoService } from '../../../gen/numer/user/v1/logo_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { toLogo } from '../convert.ts';
import type { Deps } from '../deps.ts';

/** Gives the logo of a user to a service that makes one of the user's documents. */
export const findLogo: Rpc<Deps, typeof LogoService.method.findLogo> = async ({ store }, { userId }) => {
  const found = await store.findLogo(userId);
  return found === undefined ? {} : { file: { contentType: toLogo(found.logo).contentType, data: found.data } };
};
