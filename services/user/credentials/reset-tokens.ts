import { hkdfSync } from 'node:crypto';

/** How long a token of a password reset is valid. */
export const RESET_LIFETIME_MS = 3_600_000;

const TOKEN_BYTES = 32;

/** Makes the tokens of password resets. */
export interface ResetTokens {
  /** The token of a reset, the same each time, in 43 characters that need no escaping in a URL. */
  tokenOf(passwordResetId: string): string;
}

/**
 * Tokens that need not be stored, so that a mail can be tried again. They are derived by HKDF-SHA256 (RFC 5869) from
 * the key that access tokens are signed with, since whoever has that key can act as any user anyway.
 */
export function createResetTokens(key: Uint8Array): ResetTokens {
  return {
    tokenOf(passwordResetId) {
      const purpose = `numer password reset token ${passwordResetId}`;
      return Buffer.from(hkdfSync('sha256', key, '', purpose, TOKEN_BYTES)).toString('base64url');
    },
  };
}
