import type { CallOptions } from '@connectrpc/connect';
import type { Deps } from '../deps.ts';

/** A PNG or JPEG file. */
export interface LogoFile {
  /** `image/png` or `image/jpeg`. */
  readonly contentType: string;
  readonly data: Uint8Array;
}

/** The logo of an owner, for documents, as it is now; undefined when there is none. */
export async function findLogo(
  { logos, callAsService }: Deps,
  ownerId: string,
  { requestId, ...options }: CallOptions & { readonly requestId: string },
): Promise<LogoFile | undefined> {
  const { file } = await logos.findLogo({ userId: ownerId }, { ...options, ...(await callAsService(requestId)) });
  return file;
}
