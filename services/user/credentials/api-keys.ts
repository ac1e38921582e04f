import { createSecret, digestOf } from './secrets.ts';

/** What every API key begins with, so that people and secret scanners recognise one. */
const MARK = 'numer_';

/** Characters of a key that are stored to tell keys apart: the mark and six more, of 43 that are random. */
const PREFIX_LENGTH = MARK.length + 6;

/** A new API key. */
export interface ApiKeySecret {
  /** What the caller gets; it is not stored. */
  readonly secret: string;
  /** Its first characters. */
  readonly prefix: string;
  /** What is stored of it. */
  readonly digest: Uint8Array;
}

/** Makes an API key. */
export function createApiKeySecret(): ApiKeySecret {
  const secret = MARK + createSecret();
  return { secret, prefix: secret.slice(0, PREFIX_LENGTH), digest: digestOf(secret) };
}

/** Whether a bearer token looks like an API key; all others are access tokens. */
export function isApiKey(token: string): boolean {
  return token.startsWith(MARK);
}
