import { timestampDate } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SessionService } from '../../../gen/numer/user/v1/session_service_pb.ts';
import { UserService } from '../../../gen/numer/user/v1/user_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { newEmail, PASSWORD, startUserService, type UserTestService } from '../testing/start-user-service.ts';

let service: UserTestService;
beforeAll(async () => {
  service = await startUserService();
});
afterAll(() => service.stop());

function signIn(email: string, password = PASSWORD) {
  return service.client(SessionService).createSession({ email, password });
}

/** Fails to sign in this many times, and gives the reasons. */
async function fail(email: string, times: number): Promise<string[]> {
  const reasons: string[] = [];
  for (let count = 0; count < times; count++) reasons.push((await refusalOf(signIn(email, 'wrong password'))).reason);
  return reasons;
}

describe('CreateSession', () => {
  test('signs in with an address in any case, for ten minutes', async () => {
    const { user } = await service.newMember();
    const session = await signIn(user.email.toUpperCase());
    expect(session).toMatchObject({ userId: user.id, refreshToken: expect.stringMatching(/^[\w-]{43}$/) });
    expect(session.expireTime && timestampDate(session.expireTime)).toEqual(
      new Date(service.clock.now().getTime() + 600_000),
    );
    expect((await service.authenticate(session.accessToken)).userId).toBe(user.id);
  });

  test('begins a session of its own each time', async () => {
    const member = await service.newMember();
    const sessions = [await service.signIn(member), await service.signIn(member)];
    const claims = await Promise.all(sessions.map(({ accessToken }) => service.authenticate(accessToken)));
    expect(new Set(claims.map(({ sessionId }) => sessionId)).size).toBe(2);
  });

  test('publishes that the person signed in, without the tokens', async () => {
    const member = await service.newMember();
    const { accessToken } = await service.signIn(member);
    const { sessionId } = await service.authenticate(accessToken);
    const userId = member.user.id;
    expect((await service.eventsOf(userId)).at(-1)).toMatchObject({
      topic: 'session.created',
      subject: sessionId,
      version: 1n,
      actor: `user:${userId}`,
    });
    expect((await service.eventsOf(userId)).at(-1)?.json).toEqual({ sessionId });
  });

  test('keeps the refresh token as a digest only', async () => {
    const session = await service.signIn(await service.newMember());
    const rows = await service.db.$client`select sessions::text as row from sessions`;
    expect(JSON.stringify(rows)).not.toContain(session.refreshToken);
  });

  test('answers alike for a wrong password and an unknown address', async () => {
    const { user } = await service.newMember();
    const wrong = await refusalOf(signIn(user.email, 'wrong password'));
    expect(wrong).toMatchObject({ code: Code.Unauthenticated, reason: 'INVALID_CREDENTIALS' });
    expect(await refusalOf(signIn(newEmail()))).toEqual(wrong);
    expect(await refusalOf(signIn('not an address'))).toEqual(wrong);
  });

  test('refuses a request that lacks something or is too long', async () => {
    expect((await refusalOf(signIn(''))).fields).toEqual(['email']);
    expect((await refusalOf(signIn(newEmail(), ''))).fields).toEqual(['password']);
    expect((await refusalOf(signIn(newEmail(), 'x'.repeat(201)))).fields).toEqual(['password']);
  });

  test('refuses an address after 10 failures, known or not, until 15 minutes after the first', async () => {
    const { user } = await service.newMember();
    for (const email of [user.email, newEmail()]) {
      const reasons = await fail(email, 9);
      service.clock.advance(60_000);
      expect(new Set([...reasons, ...(await fail(email, 1))])).toEqual(new Set(['INVALID_CREDENTIALS']));
      const refusal = await refusalOf(signIn(email.toUpperCase()));
      expect(refusal).toMatchObject({
        code: Code.ResourceExhausted,
        reason: 'RATE_LIMITED',
        metadata: { retryAfterSeconds: '840' },
      });
    }
    const error = await signIn(user.email).catch((cause: unknown) => ConnectError.from(cause));
    expect(error instanceof ConnectError && error.metadata.get('retry-after')).toBe('780');
    service.clock.advance(14 * 60_000);
    expect((await signIn(user.email)).userId).toBe(user.id);
  });

  test('forgets failures when a sign-in succeeds', async () => {
    const { user } = await service.newMember();
    await fail(user.email, 9);
    await signIn(user.email);
    expect(new Set(await fail(user.email, 9))).toEqual(new Set(['INVALID_CREDENTIALS']));
    expect((await signIn(user.email)).userId).toBe(user.id);
  });

  test('forgets failures when an account begins, whether there was another one with the address or none', async () => {
    const { user, identity } = await service.newMember();
    const { email } = user;
    await fail(email, 10);
    await service.client(UserService, identity).deleteUser({ userId: user.id });
    const unknown = newEmail();
    await fail(unknown, 10);
    for (const each of [email, unknown]) {
      expect((await refusalOf(signIn(each))).reason).toBe('RATE_LIMITED');
      const anew = await service.newMember({ email: each });
      expect((await signIn(each)).userId).toBe(anew.user.id);
    }
  });

  test('forgets failures with an address that an account moves to', async () => {
    const { user, identity } = await service.newMember();
    const email = newEmail();
    await fail(email, 10);
    const change = { user: { id: user.id, email }, updateMask: { paths: ['email'] } };
    await service.client(UserService, identity).updateUser(change);
    expect((await signIn(email)).userId).toBe(user.id);
  });

  test('keeps them when somebody only tries to sign up with the address', async () => {
    const { user } = await service.newMember();
    await fail(user.email, 10);
    expect((await refusalOf(service.newMember({ email: user.email }))).reason).toBe('EMAIL_TAKEN');
    expect((await refusalOf(signIn(user.email))).reason).toBe('RATE_LIMITED');
  });

  test('does not let the right one of many guesses through that are made at once', async () => {
    const { user } = await service.newMember();
    // Queued in this order, so that the right one is checked after more failures than are allowed.
    const guesses = Array.from({ length: 40 }, (_, index) => signIn(user.email, index === 39 ? PASSWORD : 'wrong'));
    const results = await Promise.allSettled(guesses);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(0);
  });

  test('lets many sign in at once with the right password', async () => {
    const member = await service.newMember();
    const sessions = await Promise.all(Array.from({ length: 20 }, () => service.signIn(member)));
    expect(new Set(sessions.map(({ refreshToken }) => refreshToken)).size).toBe(20);
  });

  test('retried with the same idempotency key begins another session: its answer is kept nowhere', async () => {
    const { user } = await service.newMember();
    const client = service.client(SessionService, undefined, { 'idempotency-key': 'sign-in-1' });
    const request = { email: user.email, password: PASSWORD };
    const [first, second] = [await client.createSession(request), await client.createSession(request)];
    expect(second.refreshToken).not.toBe(first.refreshToken);
    expect(await service.db.$client`select * from idempotency_records`).toHaveLength(0);
  });
});
