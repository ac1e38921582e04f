import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SessionService } from '../../../gen/numer/user/v1/session_service_pb.ts';
import { UserService } from '../../../gen/numer/user/v1/user_service_pb.ts';
import { inTransaction } from '../../../runtime/testing/in-transaction.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { waitUntil } from '../../../runtime/testing/wait-until.ts';
import {
  identityOf,
  type Member,
  PASSWORD,
  startUserService,
  type UserTestService,
} from '../testing/start-user-service.ts';

let service: UserTestService;
beforeAll(async () => {
  service = await startUserService();
});
afterAll(() => service.stop());

const NEW_PASSWORD = 'battery staple';

/** A new session: its tokens, and the identity of its calls. */
async function newSession(member: Member) {
  const { accessToken, refreshToken } = await service.signIn(member);
  const { sessionId } = await service.authenticate(accessToken);
  return { accessToken, refreshToken, identity: identityOf(member.user, sessionId) };
}

const isAlive = (accessToken: string) =>
  service.authenticate(accessToken).then(
    () => true,
    () => false,
  );

const signIn = ({ user }: Member, password: string) =>
  service.client(SessionService).createSession({ email: user.email, password });

const refresh = (refreshToken: string) => service.client(SessionService).refreshSession({ refreshToken });

/** How many statements of the service wait for a lock. */
const waitingStatements = async () =>
  (
    await service.db.$client`
      select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
  ).length;

type Identity = Parameters<typeof service.client>[1];

function change(identity: Identity, userId: string, currentPassword = PASSWORD, headers: Record<string, string> = {}) {
  const request = { userId, currentPassword, newPassword: NEW_PASSWORD };
  return service.client(UserService, identity, headers).changePassword(request);
}

describe('ChangePassword', () => {
  test('lets the new password sign in and not the one before, and ends all sessions but that of the call', async () => {
    const member = await service.newMember();
    const [mine, other] = [await newSession(member), await newSession(member)];
    const stranger = await newSession(await service.newMember());
    await change(mine.identity, member.user.id);
    expect((await refusalOf(signIn(member, PASSWORD))).reason).toBe('INVALID_CREDENTIALS');
    expect((await signIn(member, NEW_PASSWORD)).userId).toBe(member.user.id);
    expect(await Promise.all([mine, other, stranger].map(({ accessToken }) => isAlive(accessToken)))).toEqual([
      ...[true, false, true],
    ]);
  });

  test('lets no session go on that is begun with the password before while it is changed', async () => {
    const member = await service.newMember();
    const { identity } = await newSession(member);
    const signIns = Array.from({ length: 6 }, () => signIn(member, PASSWORD));
    const [results] = await Promise.all([Promise.allSettled(signIns), change(identity, member.user.id)]);
    const begun = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    expect(await Promise.all(begun.map(({ accessToken }) => isAlive(accessToken)))).toEqual(begun.map(() => false));
  });

  test('ends sessions that it does not see, as they are stored at the same moment', async () => {
    const member = await service.newMember();
    const { identity } = await newSession(member);
    const { beginning, changing } = await inTransaction(service.db, async (sql) => {
      await sql`select from users where id = ${member.user.id} for update`;
      const signIns = Array.from({ length: 3 }, () => signIn(member, PASSWORD));
      const started = { beginning: Promise.all(signIns), changing: change(identity, member.user.id) };
      await waitUntil(async () => (await waitingStatements()) === 4);
      return started;
    });
    const [begun] = await Promise.all([beginning, changing]);
    for (const { accessToken, refreshToken } of begun) {
      expect(await isAlive(accessToken)).toBe(false);
      expect((await refusalOf(refresh(refreshToken))).reason).toBe('INVALID_REFRESH_TOKEN');
    }
  });

  test('lets the session of the call go on, also one that is refreshed at the same moment', async () => {
    const member = await service.newMember();
    const { identity, accessToken, refreshToken } = await newSession(member);
    const { changing, refreshing } = await inTransaction(service.db, async (sql) => {
      await sql`select from sessions where id = ${identity.sessionId} for update`;
      const started = change(identity, member.user.id);
      await waitUntil(async () => (await waitingStatements()) === 1);
      const refreshed = refresh(refreshToken);
      await waitUntil(async () => (await waitingStatements()) === 2);
      return { changing: started, refreshing: refreshed };
    });
    const [refreshed] = await Promise.all([refreshing, changing]);
    expect(await Promise.all([accessToken, refreshed.accessToken].map(isAlive))).toEqual([true, true]);
    expect((await refresh(refreshed.refreshToken)).userId).toBe(member.user.id);
  });

  test('leaves sessions valid that a replica of an older version began, and ends those as well', async () => {
    const member = await service.newMember();
    const [mine, other] = [await newSession(member), await newSession(member)];
    await service.db.$client`update sessions set password_version = null where user_id = ${member.user.id}`;
    expect(await Promise.all([mine, other].map(({ accessToken }) => isAlive(accessToken)))).toEqual([true, true]);
    expect((await refresh(other.refreshToken)).userId).toBe(member.user.id);
    await change(mine.identity, member.user.id);
    expect(await Promise.all([mine, other].map(({ accessToken }) => isAlive(accessToken)))).toEqual([true, false]);
  });

  test('publishes that it was changed, and keeps no password', async () => {
    const member = await service.newMember();
    const { identity } = await newSession(member);
    await change(identity, member.user.id, PASSWORD, { 'idempotency-key': 'change' });
    expect((await service.eventsOf(member.user.id)).at(-1)).toMatchObject({
      topic: 'user.password-changed',
      subject: member.user.id,
      version: 2n,
      actor: `user:${member.user.id}`,
      message: { changes: [{ field: 'password' }] },
    });
    for (const table of ['outbox', 'users', 'idempotency_records']) {
      const rows = await service.db.$client`select t::text as row from ${service.db.$client(table)} as t`;
      for (const password of [PASSWORD, NEW_PASSWORD]) expect(JSON.stringify(rows)).not.toContain(password);
    }
  });

  test('refuses a wrong password, which counts as a sign-in that failed', async () => {
    const member = await service.newMember();
    const { identity } = await newSession(member);
    for (let count = 0; count < 5; count++) {
      expect(await refusalOf(change(identity, member.user.id, 'wrong'))).toMatchObject({
        code: Code.InvalidArgument,
        reason: 'WRONG_PASSWORD',
        fields: ['current_password'],
      });
      await refusalOf(signIn(member, 'wrong'));
    }
    const locked = { code: Code.ResourceExhausted, reason: 'RATE_LIMITED', metadata: { retryAfterSeconds: '900' } };
    expect(await refusalOf(change(identity, member.user.id))).toMatchObject(locked);
    expect(await refusalOf(signIn(member, PASSWORD))).toMatchObject(locked);
  });

  test('forgets failures when it succeeds', async () => {
    const member = await service.newMember();
    const { identity } = await newSession(member);
    for (let count = 0; count < 9; count++) await refusalOf(change(identity, member.user.id, 'wrong'));
    await change(identity, member.user.id);
    for (let count = 0; count < 9; count++) await refusalOf(signIn(member, 'wrong'));
    expect((await signIn(member, NEW_PASSWORD)).userId).toBe(member.user.id);
  });

  test('does not let the right one of many guesses through that are made at once', async () => {
    const member = await service.newMember();
    const { identity } = await newSession(member);
    const guesses = Array.from({ length: 40 }, (_, index) =>
      change(identity, member.user.id, index === 39 ? PASSWORD : 'wrong'),
    );
    const results = await Promise.allSettled(guesses);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(0);
  });

  test('retried with the same key gives the same answer, although its password is wrong by now', async () => {
    const member = await service.newMember();
    const { identity } = await newSession(member);
    const headers = { 'idempotency-key': 'change', 'if-match': '"1"' };
    await change(identity, member.user.id, PASSWORD, headers);
    await change(identity, member.user.id, PASSWORD, headers);
    expect((await refusalOf(change(identity, member.user.id))).reason).toBe('WRONG_PASSWORD');
  });

  test('sent many times at once with the same key changes it once, and counts no failure', async () => {
    const member = await service.newMember();
    const { identity } = await newSession(member);
    const headers = { 'idempotency-key': 'at-once' };
    await Promise.all(Array.from({ length: 14 }, () => change(identity, member.user.id, PASSWORD, headers)));
    for (let count = 0; count < 9; count++) await refusalOf(signIn(member, 'wrong'));
    expect((await signIn(member, NEW_PASSWORD)).userId).toBe(member.user.id);
  });

  test('refuses an API key, and a version that is not the present one', async () => {
    const member = await service.newMember();
    expect(await refusalOf(change(identityOf(member.user, ''), member.user.id))).toMatchObject({
      code: Code.PermissionDenied,
      reason: 'PERMISSION_DENIED',
      message: 'An API key cannot change the password; sign in to do so.',
    });
    const { identity } = await newSession(member);
    const stale = change(identity, member.user.id, PASSWORD, { 'if-match': '"7"' });
    expect((await refusalOf(stale)).reason).toBe('ETAG_MISMATCH');
  });

  test("answers for somebody else's account as for a missing one, and refuses nobody and what is too short", async () => {
    const [ada, grace] = [await service.newMember(), await service.newMember()];
    const { identity } = await newSession(ada);
    expect((await refusalOf(change(identity, grace.user.id))).reason).toBe('USER_NOT_FOUND');
    expect((await refusalOf(change(undefined, grace.user.id))).reason).toBe('UNAUTHENTICATED');
    const request = { userId: ada.user.id, currentPassword: '', newPassword: 'short' };
    const short = service.client(UserService, identity).changePassword(request);
    expect((await refusalOf(short)).fields).toEqual(['current_password', 'new_password']);
  });
});
