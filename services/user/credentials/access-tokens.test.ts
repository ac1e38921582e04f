import { SignJWT } from 'jose';
import { describe, expect, test } from 'vitest';
import { ed25519KeyPair } from '../../../runtime/call/identity.ts';
import { createAccessTokens } from './access-tokens.ts';

const seed = new Uint8Array(32).fill(1);
const tokens = createAccessTokens(seed);
const now = new Date('2026-03-01T12:00:00.750Z');
const session = { userId: '01890000-0000-7000-8000-000000000001', sessionId: '01890000-0000-7000-8000-000000000002' };

/** A token signed with our key that differs from ours in one point. */
function sign(change: { header?: Record<string, string>; claims?: Record<string, unknown> }): Promise<string> {
  const claims = { sid: session.sessionId, sub: session.userId, iss: 'numer', aud: 'numer', exp: 4_000_000_000 };
  return new SignJWT({ ...claims, ...change.claims })
    .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', ...change.header })
    .sign(ed25519KeyPair(seed).privateKey);
}

describe('access tokens', () => {
  test('say whose session it is for ten minutes', async () => {
    const { token, expireTime } = await tokens.issue(session, now);
    expect(expireTime).toEqual(new Date('2026-03-01T12:10:00Z'));
    expect(await tokens.verify(token, now)).toEqual({ ...session, expireTime });
    expect(await tokens.verify(token, new Date(expireTime.getTime() - 1))).toEqual({ ...session, expireTime });
    expect(await tokens.verify(token, expireTime)).toBe('expired');
  });

  test('of another key are not ours', async () => {
    const { token } = await createAccessTokens(new Uint8Array(32).fill(2)).issue(session, now);
    expect(await tokens.verify(token, now)).toBe('invalid');
  });

  test('that were altered are not ours', async () => {
    const { token } = await tokens.issue(session, now);
    const [header, , signature] = token.split('.');
    const payload = Buffer.from(JSON.stringify({ sid: session.sessionId, sub: 'x', exp: 4e9 })).toString('base64url');
    expect(await tokens.verify(`${header}.${payload}.${signature}`, now)).toBe('invalid');
  });

  test.each([
    ['another audience', { claims: { aud: 'numer-internal' } }],
    ['another issuer', { claims: { iss: 'somebody' } }],
    ['another type', { header: { typ: 'JWT' } }],
    ['no expiry', { claims: { exp: undefined } }],
    ['no session', { claims: { sid: undefined } }],
    ['a session that is no text', { claims: { sid: 1 } }],
  ])('with %s are not ours', async (_, change) => {
    expect(await tokens.verify(await sign({}), now)).toMatchObject(session);
    expect(await tokens.verify(await sign(change), now)).toBe('invalid');
  });

  test.each(['', 'x', 'a.b.c', `${'x'.repeat(2000)}`])('are not "%s"', async (token) => {
    expect(await tokens.verify(token, now)).toBe('invalid');
  });

  test('without a signature are not ours', async () => {
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = { sid: session.sessionId, sub: session.userId, iss: 'numer', aud: 'numer', exp: 4_000_000_000 };
    expect(await tokens.verify(`${encode({ alg: 'none', typ: 'at+jwt' })}.${encode(claims)}.`, now)).toBe('invalid');
  });
});
