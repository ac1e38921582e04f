import { createSecret, digestOf } from './secrets.ts';

const LIFETIME_MS = 30 * 24 * 3_600_000;

/** A token that can be exchanged once for new tokens. */
export interface RefreshToken {
  /** What the caller gets; it is not stored. */
  readonly token: string;
  /** What is stored of it. */
  readonly digest: Uint8Array;
  /** Thirty days from now. A session lasts as long as its newest refresh token. */
  readonly expireTime: Date;
}

/** Makes a refresh token. */
export function createRefreshToken(now: Date): RefreshToken {
  const token = createSecret();
  return { token, digest: digestOf(token), expireTime: new Date(now.getTime() + LIFETIME_MS) };
}
