import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { secretOf, signatureHeaders } from './webhook-secrets.ts';

const key = Buffer.alloc(32, 5);
const endpointId = '01a20317-e038-7778-b7d9-9964c5d9133c';
const now = new Date('2026-03-01T12:00:00.999Z');
const message = { key, endpointId, id: '01a20317-e095-79e9-9fa1-d00261eb771e', body: '{"id":"ü"}' };

/** What a receiver computes, after the Standard Webhooks specification. */
function expected(secret: string): string {
  const bytes = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return `v1,${createHmac('sha256', bytes).update(`${message.id}.1772366400.${message.body}`).digest('base64')}`;
}

test('a secret is 32 bytes that stay the same, and differ by key, endpoint and version', () => {
  const secret = secretOf(key, endpointId, 1);
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  // Literal, since a change in how it is derived would change the secrets of all endpoints.
  expect(secret).toBe('whsec_c3iL+gOCK5jkIICGI0ki5/io0A2/05Z24QDnEwGnaNk=');
  const others = [
    secretOf(Buffer.alloc(32, 6), endpointId, 1),
    secretOf(key, '01a20317-e038-7778-b7d9-9964c5d9133d', 1),
    secretOf(key, endpointId, 2),
  ];
  expect(new Set([secret, ...others]).size).toBe(4);
});

test('a message is signed with its id and the time in seconds', () => {
  const headers = signatureHeaders({ ...message, secretVersion: 1, previousSecretExpireTime: null }, now);
  expect(headers).toEqual({
    'webhook-id': message.id,
    'webhook-timestamp': '1772366400',
    'webhook-signature': expected(secretOf(key, endpointId, 1)),
  });
});

test('after a rotation both secrets sign, the new one first, until the former one expires', () => {
  const rotated = { ...message, secretVersion: 3 };
  const [present, former] = [3, 2].map((version) => expected(secretOf(key, endpointId, version)));
  const signaturesAt = (previousSecretExpireTime: Date) =>
    signatureHeaders({ ...rotated, previousSecretExpireTime }, now)['webhook-signature'];
  expect(signaturesAt(new Date(now.getTime() + 1))).toBe(`${present} ${former}`);
  expect(signaturesAt(now)).toBe(present);
});
