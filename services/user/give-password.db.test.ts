import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SessionService } from '../../gen/numer/user/v1/session_service_pb.ts';
import { refusalOf } from '../../runtime/testing/refusal.ts';
import { givePassword } from './give-password.ts';
import { newEmail, startUserService, type UserTestService } from './testing/start-user-service.ts';

let service: UserTestService;
beforeAll(async () => {
  service = await startUserService();
});
afterAll(() => service.stop());

const give = (email: string, password: string) =>
  givePassword(service.db, { email, password, now: service.clock.now() });

describe('givePassword', () => {
  test('lets the new password sign in at once, although too many others failed, and ends all sessions', async () => {
    const member = await service.newMember();
    const { accessToken } = await service.signIn(member);
    const signIn = (password: string) =>
      service.client(SessionService).createSession({ email: member.user.email, password });
    for (let count = 0; count < 10; count++) await refusalOf(signIn('wrong'));
    await give(member.user.email.toUpperCase(), 'battery staple');
    expect((await signIn('battery staple')).userId).toBe(member.user.id);
    expect((await refusalOf(service.authenticate(accessToken))).reason).toBe('UNAUTHENTICATED');
    const event = (await service.eventsOf(member.user.id)).find(({ topic }) => topic === 'user.password-changed');
    expect(event).toMatchObject({ version: 2n, actor: 'service:user', message: { changes: [{ field: 'password' }] } });
  });

  test('refuses an address without an account, and a password that is too short or long, by its name', async () => {
    await expect(give(newEmail(), 'battery staple')).rejects.toMatchObject({ reason: 'USER_NOT_FOUND' });
    const { user } = await service.newMember();
    for (const password of ['', 'short', 'x'.repeat(201)]) {
      const refusal = { reason: 'INVALID_ARGUMENT', facts: { violations: [{ field: 'new_password' }] } };
      await expect(give(user.email, password)).rejects.toMatchObject(refusal);
    }
  });
});
