import type { CallOptions } from '@connectrpc/connect';
import type { Deps } from '../deps.ts';

/** The logo of an owner, for documents: a PNG or JPEG file as it is now; undefined when there is none. */
export async function findLogo(
  { logos, callAsService }: Deps,
  ownerId: string,
  { requestId, ...options }: CallOptions & { readonly requestId: string },
): Promise<Uint8Array | undefined> {
  const { file } = await logos.findLogo({ userId: ownerId }, { ...options, ...(await callAsService(requestId)) });
  return file?.data;
}
