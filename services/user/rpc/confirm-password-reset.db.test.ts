import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiKeyService } from '../../../gen/numer/user/v1/api_key_service_pb.ts';
import { PasswordResetService } from '../../../gen/numer/user/v1/password_reset_service_pb.ts';
import { SessionService } from '../../../gen/numer/user/v1/session_service_pb.ts';
import { UserService } from '../../../gen/numer/user/v1/user_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { givePassword } from '../give-password.ts';
import { MAILER, newResetToken, resetsOf } from '../testing/ask-for-reset.ts';
import {
  identityOf,
  type Member,
  newEmail,
  PASSWORD,
  startUserService,
  type UserTestService,
} from '../testing/start-user-service.ts';

const HOUR_MS = 3_600_000;
const NEW_PASSWORD = 'battery staple';

let service: UserTestService;
beforeAll(async () => {
  service = await startUserService();
});
afterAll(() => service.stop());

const confirm = (token: string, newPassword = NEW_PASSWORD) =>
  service.client(PasswordResetService).confirmPasswordReset({ token, newPassword });

const signIn = ({ user }: Member, password: string) =>
  service.client(SessionService).createSession({ email: user.email, password });

const INVALID = { code: Code.InvalidArgument, reason: 'INVALID_RESET_TOKEN' };

describe('ConfirmPasswordReset', () => {
  test('lets the new password sign in and the one before no more, ends all sessions and leaves API keys', async () => {
    const member = await service.newMember();
    const { accessToken, refreshToken } = await service.signIn(member);
    const keys = service.client(ApiKeyService, member.identity);
    const { secret } = await keys.createApiKey({ apiKey: { name: 'Shop' } });
    await confirm(await newResetToken(service, member));

    expect((await signIn(member, NEW_PASSWORD)).userId).toBe(member.user.id);
    expect((await refusalOf(signIn(member, PASSWORD))).reason).toBe('INVALID_CREDENTIALS');
    expect((await refusalOf(service.authenticate(accessToken))).reason).toBe('UNAUTHENTICATED');
    const refresh = service.client(SessionService).refreshSession({ refreshToken });
    expect((await refusalOf(refresh)).reason).toBe('INVALID_REFRESH_TOKEN');
    expect((await service.authenticate(secret)).userId).toBe(member.user.id);
  });

  test('lets an account be signed in to that too many passwords were tried for', async () => {
    const member = await service.newMember();
    for (let times = 0; times < 10; times++) await refusalOf(signIn(member, 'wrong'));
    expect((await refusalOf(signIn(member, PASSWORD))).reason).toBe('RATE_LIMITED');
    await confirm(await newResetToken(service, member));
    expect((await signIn(member, NEW_PASSWORD)).userId).toBe(member.user.id);
  });

  test('tells of it as done by the user, and of the account as it is then', async () => {
    const member = await service.newMember();
    await confirm(await newResetToken(service, member));
    const events = await service.eventsOf(member.user.id);
    const [requested, confirmed, changed] = [
      'password-reset.requested',
      'password-reset.confirmed',
      'user.password-changed',
    ].map((topic) => events.find((event) => event.topic === topic));
    const actor = `user:${member.user.id}`;
    const subject = requested?.subject;
    expect(confirmed).toMatchObject({ subject, version: 2n, actor });
    expect(changed).toMatchObject({
      version: 2n,
      actor,
      json: { changes: [{ field: 'password' }], user: { email: member.user.email, etag: '"2"' } },
    });
    expect(JSON.stringify(changed?.json)).not.toContain(NEW_PASSWORD);
  });

  test('takes a token once, however many come at the same moment', async () => {
    const member = await service.newMember();
    const token = await newResetToken(service, member);
    const passwords = Array.from({ length: 8 }, (_, index) => `battery staple ${index}`);
    const results = await Promise.allSettled(passwords.map((password) => confirm(token, password)));
    const winners = passwords.filter((_, index) => results[index]?.status === 'fulfilled');
    expect(winners).toHaveLength(1);
    expect((await signIn(member, winners[0] ?? '')).userId).toBe(member.user.id);
    expect(await refusalOf(confirm(token))).toMatchObject(INVALID);
  });

  test('refuses a token that is unknown, or was replaced by that of a later request', async () => {
    const member = await service.newMember();
    const token = await newResetToken(service, member);
    const later = await newResetToken(service, member);
    for (const each of ['x', token, `${later} `, later.toUpperCase()]) {
      expect(await refusalOf(confirm(each))).toMatchObject(INVALID);
    }
    await confirm(later);
  });

  test('refuses a token after an hour', async () => {
    const member = await service.newMember();
    const token = await newResetToken(service, member);
    service.clock.advance(HOUR_MS);
    expect(await refusalOf(confirm(token))).toMatchObject(INVALID);
    expect((await signIn(member, PASSWORD)).userId).toBe(member.user.id);
  });

  test('refuses a token once the password was changed, by the user or the operator', async () => {
    const ada = await service.newMember();
    const tokenOfAda = await newResetToken(service, ada);
    const { accessToken } = await service.signIn(ada);
    const { sessionId } = await service.authenticate(accessToken);
    const request = { userId: ada.user.id, currentPassword: PASSWORD, newPassword: NEW_PASSWORD };
    await service.client(UserService, identityOf(ada.user, sessionId)).changePassword(request);
    expect(await refusalOf(confirm(tokenOfAda))).toMatchObject(INVALID);

    const grace = await service.newMember();
    const tokenOfGrace = await newResetToken(service, grace);
    const { email } = grace.user;
    await givePassword(service.db, { email, password: NEW_PASSWORD, now: service.clock.now() });
    expect(await refusalOf(confirm(tokenOfGrace))).toMatchObject(INVALID);
  });

  test('refuses a token once the email address was changed, but for capitals, or the account is gone', async () => {
    const [ada, grace, dana] = [await service.newMember(), await service.newMember(), await service.newMember()];
    const tokens = {
      ada: await newResetToken(service, ada),
      grace: await newResetToken(service, grace),
      dana: await newResetToken(service, dana),
    };
    const setEmail = ({ user, identity }: Member, email: string) =>
      service
        .client(UserService, identity)
        .updateUser({ user: { id: user.id, email }, updateMask: { paths: ['email'] } });
    await setEmail(ada, newEmail());
    await setEmail(dana, dana.user.email.toUpperCase());
    await service.client(UserService, grace.identity).deleteUser({ userId: grace.user.id });
    for (const token of [tokens.ada, tokens.grace]) expect(await refusalOf(confirm(token))).toMatchObject(INVALID);
    await confirm(tokens.dana);
  });

  test('refuses a token of before the email address was changed, also when the account has that again', async () => {
    const member = await service.newMember();
    const { user, identity } = member;
    const token = await newResetToken(service, member);
    const [passwordResetId = ''] = await resetsOf(service, member);
    for (const email of [newEmail(), user.email]) {
      const request = { user: { id: user.id, email }, updateMask: { paths: ['email'] } };
      await service.client(UserService, identity).updateUser(request);
      expect(await refusalOf(confirm(token))).toMatchObject(INVALID);
    }
    const mailing = service.client(PasswordResetService, MAILER).getPasswordResetToken({ passwordResetId });
    expect(await refusalOf(mailing)).toMatchObject(INVALID);
    await confirm(await newResetToken(service, member));
  });

  test('refuses a password that is too short or long, and leaves the token good', async () => {
    const member = await service.newMember();
    const token = await newResetToken(service, member);
    for (const password of ['short', 'x'.repeat(201)]) {
      expect((await refusalOf(confirm(token, password))).fields).toEqual(['new_password']);
    }
    expect((await refusalOf(confirm(''))).fields).toEqual(['token']);
    await confirm(token);
  });

  test('retried with the same idempotency key is answered as before, and changes nothing again', async () => {
    const member = await service.newMember();
    const token = await newResetToken(service, member);
    const keyed = service.client(PasswordResetService, undefined, { 'idempotency-key': `confirm-${token}` });
    for (let times = 0; times < 2; times++) await keyed.confirmPasswordReset({ token, newPassword: NEW_PASSWORD });
    expect(
      (await service.eventsOf(member.user.id)).filter(({ topic }) => topic === 'user.password-changed'),
    ).toHaveLength(1);
    expect((await refusalOf(keyed.confirmPasswordReset({ token, newPassword: PASSWORD }))).reason).toBe(
      'IDEMPOTENCY_KEY_REUSED',
    );
  });
});
