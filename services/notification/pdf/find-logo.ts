import { type CallOptions, Code, ConnectError } from '@connectrpc/connect';
import type { Deps } from '../deps.ts';

/** A PNG or JPEG file. */
export interface LogoFile {
  /** `image/png` or `image/jpeg`. */
  readonly contentType: string;
  readonly data: Uint8Array;
}

/**
 * The logo of an owner, for documents, as it is now; undefined when there is none, as with a user service of a version without
 * logos. `options` are those of a call by this service.
 */
export async function findLogo({ logos }: Deps, ownerId: string, options: CallOptions): Promise<LogoFile | undefined> {
  try {
    return (await logos.findLogo({ userId: ownerId }, options)).file;
  } catch (error) {
    if (ConnectError.from(error).code === Code.Unimplemented) return undefined;
    throw error;
  }
}
