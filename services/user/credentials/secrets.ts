import { createHash, randomBytes } from 'node:crypto';

const SECRET_BYTES = 32;

/** A secret that nobody can guess: 32 random bytes in base64url, 43 characters. */
export function createSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}

/** SHA-256 of a text: what is stored of a secret, so that the secret cannot be read from the database. */
export function digestOf(text: string): Uint8Array {
  return createHash('sha256').update(text).digest();
}
