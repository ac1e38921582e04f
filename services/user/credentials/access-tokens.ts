import { errors, jwtVerify, SignJWT } from 'jose';
import { ed25519KeyPair } from '../../../runtime/call/identity.ts';

/** What an access token says. */
export interface AccessClaims {
  readonly userId: string;
  readonly sessionId: string;
  /** When the token expires, to the second. */
  readonly expireTime: Date;
}

/** Makes and checks access tokens. */
export interface AccessTokens {
  /** A token for a session, valid for ten minutes. */
  issue(session: { readonly userId: string; readonly sessionId: string }, now: Date): Promise<IssuedToken>;
  /** What a valid token says; otherwise whether it has expired or is no token of ours. */
  verify(token: string, now: Date): Promise<AccessClaims | 'expired' | 'invalid'>;
}

/** A fresh token. */
export interface IssuedToken {
  readonly token: string;
  readonly expireTime: Date;
}

const ISSUER = 'numer';
const AUDIENCE = 'numer';
const ALGORITHM = 'EdDSA';
/** Tells access tokens from any other JWT (RFC 8725, 3.11; RFC 9068, 2.1). */
const TYPE = 'at+jwt';
const LIFETIME_SECONDS = 600;

/**
 * Access tokens: EdDSA JWTs under a key of the user service alone, with one algorithm, issuer, audience and type
 * (RFC 8725). They are checked against the session as well, so a session that has ended ends its tokens.
 */
export function createAccessTokens(seed: Uint8Array): AccessTokens {
  const { privateKey, publicKey } = ed25519KeyPair(seed);
  return {
    async issue({ userId, sessionId }, now) {
      const issuedSeconds = Math.floor(now.getTime() / 1000);
      const expireSeconds = issuedSeconds + LIFETIME_SECONDS;
      const token = await new SignJWT({ sid: sessionId })
        .setProtectedHeader({ alg: ALGORITHM, typ: TYPE })
        .setSubject(userId)
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setIssuedAt(issuedSeconds)
        .setExpirationTime(expireSeconds)
        .sign(privateKey);
      return { token, expireTime: new Date(expireSeconds * 1000) };
    },

    async verify(token, now) {
      try {
        const { payload } = await jwtVerify(token, publicKey, {
          algorithms: [ALGORITHM],
          typ: TYPE,
          issuer: ISSUER,
          audience: AUDIENCE,
          requiredClaims: ['sub', 'sid', 'exp'],
          currentDate: now,
        });
        const { sub, sid, exp } = payload;
        if (sub === undefined || typeof sid !== 'string' || exp === undefined) return 'invalid';
        return { userId: sub, sessionId: sid, expireTime: new Date(exp * 1000) };
      } catch (error) {
        if (error instanceof errors.JWTExpired) return 'expired';
        if (error instanceof errors.JOSEError) return 'invalid';
        throw error;
      }
    },
  };
}
