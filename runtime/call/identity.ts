import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.ts';

/** Whom a call between services is made for, as its internal token says. */
export type Identity = UserIdentity | ServiceIdentity;

/** A user, acting directly, through a program with an API key, or by a link that a customer follows. */
export interface UserIdentity {
  readonly kind: 'user';
  /** Id of the user: the owner of everything the call touches. */
  readonly userId: string;
  /** Who acts, for the audit trail: as in an event (event.ts). */
  readonly actor: string;
  /** Id of the session; empty for a user who acts without one, as with an API key. */
  readonly sessionId: string;
  /** False when only calls without side effects are allowed. */
  readonly canWrite: boolean;
  /** IANA time zone whose calendar days count for the user. */
  readonly timeZone: string;
  /** ISO 4217 code of the user's default currency. Empty when a process of an older version made the token. */
  readonly defaultCurrencyCode: string;
}

/** A service acting by itself: a job, a consumer, or the gateway before it knows the user. */
export interface ServiceIdentity {
  readonly kind: 'service';
  /** Its name, e.g. `reminder`. */
  readonly name: string;
}

/** Makes and checks internal tokens. */
export interface InternalTokens {
  /** A token for the identity, valid for two to five minutes. Tokens are remembered, so asking again costs nothing. */
  issue(identity: Identity): Promise<string>;
  /** The identity of a valid token, or undefined. Verified tokens are remembered by their text until they expire. */
  verify(token: string): Promise<Identity | undefined>;
}

const AUDIENCE = 'numer-internal';
const ALGORITHM = 'EdDSA';
const LIFETIME_MS = 300_000;
/** A token is issued anew when it has less than this left, so that no call carries one about to expire. */
const LIFETIME_LEFT_MIN_MS = 120_000;
const TOKENS_MAX = 10_000;
/** The fields that a token of an older version lacks. */
const UNTOLD = { defaultCurrencyCode: '' };

/** PKCS #8 wrapping of an Ed25519 seed (RFC 8410). */
const ED25519_PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The Ed25519 key pair of a seed of 32 bytes. */
export function ed25519KeyPair(seed: Uint8Array): { readonly privateKey: KeyObject; readonly publicKey: KeyObject } {
  const der = Buffer.concat([ED25519_PKCS8_PREFIX, seed]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  return { privateKey, publicKey: createPublicKey(privateKey) };
}

/**
 * Internal tokens: EdDSA JWTs (RFC 8725: one algorithm, audience and expiry always checked) under a key that only this
 * system's processes hold. They are the only thing a service trusts; see docs/adr/0007-internal-tokens.md.
 */
export function createInternalTokens(seed: Uint8Array, clock: Clock): InternalTokens {
  const { privateKey, publicKey } = ed25519KeyPair(seed);
  const issued = new LRUCache<string, { token: string; expireMs: number }>({ max: TOKENS_MAX });
  const verified = new LRUCache<string, { identity: Identity; expireMs: number }>({ max: TOKENS_MAX });

  return {
    async issue(identity) {
      const nowMs = clock.now().getTime();
      const cacheKey = JSON.stringify(identity);
      const known = issued.get(cacheKey);
      if (known !== undefined && known.expireMs - nowMs > LIFETIME_LEFT_MIN_MS) return known.token;
      const expireMs = nowMs + LIFETIME_MS;
      const token = await new SignJWT({ identity })
        .setProtectedHeader({ alg: ALGORITHM })
        .setAudience(AUDIENCE)
        .setExpirationTime(Math.floor(expireMs / 1000))
        .sign(privateKey);
      issued.set(cacheKey, { token, expireMs });
      return token;
    },

    async verify(token) {
      const now = clock.now();
      const known = verified.get(token);
      if (known !== undefined && known.expireMs > now.getTime()) return known.identity;
      try {
        const { payload } = await jwtVerify<{ identity: Identity }>(token, publicKey, {
          algorithms: [ALGORITHM],
          audience: AUDIENCE,
          requiredClaims: ['exp'],
          currentDate: now,
        });
        const identity = complete(payload.identity);
        verified.set(token, { identity, expireMs: (payload.exp ?? 0) * 1000 });
        return identity;
      } catch (error) {
        if (error instanceof errors.JOSEError) return undefined;
        throw error;
      }
    },
  };
}

/** The identity, with the fields that a process of an older version does not send yet. */
function complete(identity: Identity): Identity {
  return identity.kind === 'user' ? { ...UNTOLD, ...identity } : identity;
}
