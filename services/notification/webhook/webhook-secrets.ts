import { createHmac, hkdfSync } from 'node:crypto';

const SECRET_BYTES = 32;

/** The prefix of a secret in the Standard Webhooks specification. */
const MARK = 'whsec_';

/** The secret of an endpoint as its owner gets it: 32 bytes in base64 after `whsec_`. `key` is the same for all endpoints and kept apart. */
export function secretOf(key: Uint8Array, endpointId: string, secretVersion: number): string {
  return MARK + Buffer.from(bytesOf(key, endpointId, secretVersion)).toString('base64');
}

/** What is signed, and with which secrets. */
export interface Signing {
  readonly key: Uint8Array;
  readonly endpointId: string;
  readonly secretVersion: number;
  /** Until when the secret of the previous version also signs; null when it does not. */
  readonly previousSecretExpireTime: Date | null;
  /** Id of the message. */
  readonly id: string;
  readonly body: string;
}

/**
 * The headers by which a receiver verifies a message that is sent at `now`, after the Standard Webhooks specification 1.0: an
 * HMAC-SHA256 of id, time and body, with the current secret and for a time also with the previous one.
 */
export function signatureHeaders(signing: Signing, now: Date): Record<string, string> {
  const { key, endpointId, secretVersion, previousSecretExpireTime, id, body } = signing;
  const timestamp = String(Math.floor(now.getTime() / 1_000));
  const isPreviousGood = previousSecretExpireTime !== null && now < previousSecretExpireTime;
  const versions = isPreviousGood ? [secretVersion, secretVersion - 1] : [secretVersion];
  const signatures = versions.map((version) => {
    const signature = createHmac('sha256', bytesOf(key, endpointId, version)).update(`${id}.${timestamp}.${body}`);
    return `v1,${signature.digest('base64')}`;
  });
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') };
}

/** Derives a secret by HKDF-SHA256 (RFC 5869), so that none is stored. */
function bytesOf(key: Uint8Array, endpointId: string, secretVersion: number): Uint8Array {
  const purpose = `numer webhook secret ${endpointId} ${secretVersion}`;
  return new Uint8Array(hkdfSync('sha256', key, '', purpose, SECRET_BYTES));
}
