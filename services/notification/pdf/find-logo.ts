import { type CallOptions, Code, ConnectError } from '@connectrpc/connect';
import type { Deps } from '../deps.ts';

/** A PNG or JPEG file. */
export interface LogoFile {
  /** `image/png` or `image/jpeg`. */
  readonly contentType: string;
  readonly data: Uint8Array;
}

/**
 * The logo of an owner, for documents, as it is now; undefined when there is none, as for a user service of a version before there
 * were logos.
 */
export async function findLogo(
  { logos, callAsService }: Deps,
  ownerId: string,
  { requestId, ...options }: CallOptions & { readonly requestId: string },
): Promise<LogoFile | undefined> {
  const call = { ...options, ...(await callAsService(requestId)) };
  try {
    return (await logos.findLogo({ userId: ownerId }, call)).file;
  } catch (error) {
    if (ConnectError.from(error).code === Code.Unimplemented) return undefined;
    throw error;
  }
}
