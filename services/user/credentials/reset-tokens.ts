import { hkdfSync } from 'node:crypto';

/** How long a token of a password reset is good. */
export const RESET_LIFETIME_MS = 3_600_000;

const TOKEN_BYTES = 32;

/** Makes the tokens of password resets. */
export interface ResetTokens {
  /** The token of a reset, the same each time, in 43 characters that need no escaping in a URL. */
  tokenOf(passwordResetId: string): string;
}

/**
 * Tokens that nobody has to keep, so that a mail can be tried again: derived by HKDF-SHA256 (RFC 5869) from the key that access tokens
 * are signed with, since whoever has that can be anybody anyway.
 */
export function createResetTokens(key: Uint8Array): ResetTokens {
  return {
    tokenOf(passwordResetId) {
      const purpose = `numer password reset token ${passwordResetId}`;
      return Buffer.from(hkdfSync('sha256', key, '', purpose, TOKEN_BYTES)).toString('base64url');
    },
  };
}
