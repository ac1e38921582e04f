import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PasswordResetService } from '../../../gen/numer/user/v1/password_reset_service_pb.ts';
import { UserService } from '../../../gen/numer/user/v1/user_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { askForReset, MAILER, newResetToken, resetsOf } from '../testing/ask-for-reset.ts';
import { newEmail, required, startUserService, type UserTestService } from '../testing/start-user-service.ts';

const HOUR_MS = 3_600_000;

let service: UserTestService;
beforeAll(async () => {
  service = await startUserService();
});
afterAll(() => service.stop());

const count = async (table: string) => (await service.db.$client.unsafe(`select from ${table}`)).length;

describe('RequestPasswordReset', () => {
  test('tells, without who asked and without the token, that one is to be mailed', async () => {
    const member = await service.newMember();
    const address = { 'x-caller-address': '2001:db8::7' };
    const client = service.client(PasswordResetService, undefined, address);
    await client.requestPasswordReset({ email: member.user.email.toUpperCase() });
    const event = (await service.eventsOf(member.user.id)).at(-1);
    expect(event).toMatchObject({ topic: 'password-reset.requested', version: 1n, actor: 'service:user' });
    expect(event?.json).toEqual({ passwordResetId: event?.subject });
    const [row] = await service.db.$client`
      select caller_address, request_id from outbox where subject = ${event?.subject ?? ''}`;
    expect(row).toEqual({ caller_address: '2001:db8::7', request_id: 'test-request' });
  });

  test('answers alike and keeps the same for an address without an account, but for the event', async () => {
    const { user } = await service.newMember();
    const client = service.client(PasswordResetService);
    const [resets, events] = [await count('password_resets'), await count('outbox')];
    expect(await client.requestPasswordReset({ email: newEmail() })).toEqual(
      await client.requestPasswordReset({ email: user.email }),
    );
    expect([await count('password_resets'), await count('outbox')]).toEqual([resets + 2, events + 1]);
  });

  test('refuses what is no address', async () => {
    for (const email of ['', 'ada', `${'x'.repeat(250)}@example.com`]) {
      expect((await refusalOf(askForReset(service, email))).fields).toEqual(['email']);
    }
  });

  test('passes over more than three an hour in silence, also at once, and leaves the newest token good', async () => {
    const member = await service.newMember();
    await Promise.all(Array.from({ length: 8 }, () => askForReset(service, member.user.email)));
    const resets = await resetsOf(service, member);
    expect(resets).toHaveLength(3);
    await askForReset(service, member.user.email);
    expect(await resetsOf(service, member)).toHaveLength(3);
    // Only the database knows which of them came last.
    const mailer = service.client(PasswordResetService, MAILER);
    const tokens = await Promise.allSettled(
      resets.map((passwordResetId) => mailer.getPasswordResetToken({ passwordResetId })),
    );
    const good = tokens.flatMap((result) => (result.status === 'fulfilled' ? [result.value.token] : []));
    expect(good).toHaveLength(1);
    const request = { token: required(good[0]), newPassword: 'battery staple' };
    await service.client(PasswordResetService).confirmPasswordReset(request);

    service.clock.advance(HOUR_MS);
    await askForReset(service, member.user.email);
    expect(await resetsOf(service, member)).toHaveLength(4);
  });

  test('keeps the token nowhere', async () => {
    const token = await newResetToken(service, await service.newMember());
    for (const table of ['password_resets', 'outbox', 'idempotency_records']) {
      const rows = await service.db.$client.unsafe(`select ${table}::text as row from ${table}`);
      expect(JSON.stringify(rows)).not.toContain(token);
    }
  });

  test('retried with the same idempotency key asks once, also when nothing was asked for', async () => {
    const member = await service.newMember();
    const { email } = member.user;
    const keyed = service.client(PasswordResetService, undefined, { 'idempotency-key': 'reset-1' });
    for (let times = 0; times < 3; times++) await keyed.requestPasswordReset({ email });
    expect(await resetsOf(service, member)).toHaveLength(1);
    for (let times = 0; times < 3; times++) await askForReset(service, email);
    const late = service.client(PasswordResetService, undefined, { 'idempotency-key': 'reset-2' });
    for (let times = 0; times < 2; times++) await late.requestPasswordReset({ email });
    const reused = await refusalOf(late.requestPasswordReset({ email: newEmail() }));
    expect(reused.reason).toBe('IDEMPOTENCY_KEY_REUSED');
    expect(await resetsOf(service, member)).toHaveLength(3);
  });

  test('counts for the address, also when its account is deleted and another signs up with it', async () => {
    const members = [await service.newMember()];
    const email = required(members[0]).user.email;
    for (let times = 0; times < 3; times++) {
      const { user, identity } = required(members.at(-1));
      for (let requests = 0; requests < 2; requests++) await askForReset(service, email);
      await service.client(UserService, identity).deleteUser({ userId: user.id });
      members.push(await service.newMember({ email }));
    }
    const resets = await Promise.all(members.map((member) => resetsOf(service, member)));
    expect(resets.map(({ length }) => length)).toEqual([2, 1, 0, 0]);
    service.clock.advance(HOUR_MS);
    expect(await newResetToken(service, required(members.at(-1)))).not.toBe('');
  });
});
