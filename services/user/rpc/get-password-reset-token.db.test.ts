import { randomUUIDv7 } from 'node:crypto';
import { timestampDate } from '@bufbuild/protobuf/wkt';
import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PasswordResetService } from '../../../gen/numer/user/v1/password_reset_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { askForReset, MAILER, resetsOf } from '../testing/ask-for-reset.ts';
import { required, startUserService, type UserTestService } from '../testing/start-user-service.ts';

let service: UserTestService;
beforeAll(async () => {
  service = await startUserService();
});
afterAll(() => service.stop());

const ask = (passwordResetId: string) =>
  service.client(PasswordResetService, MAILER).getPasswordResetToken({ passwordResetId });

describe('GetPasswordResetToken', () => {
  test('gives the same token each time, and whom it is for', async () => {
    const member = await service.newMember({ locale: 'de-AT', timeZone: 'Europe/Vienna' });
    await askForReset(service, member.user.email);
    const [id = ''] = await resetsOf(service, member);
    const given = await ask(id);
    const { email } = member.user;
    expect(given).toMatchObject({ email, locale: 'de-AT', timeZone: 'Europe/Vienna' });
    expect(given.token).toMatch(/^[\w-]{43}$/);
    expect(timestampDate(required(given.expireTime)).getTime()).toBe(service.clock.now().getTime() + 3_600_000);
    expect(await ask(id)).toEqual(given);
  });

  test('gives none of a reset that was replaced, has expired or never was', async () => {
    const member = await service.newMember();
    await askForReset(service, member.user.email);
    await askForReset(service, member.user.email);
    const [replaced = '', present = ''] = await resetsOf(service, member);
    await ask(present);
    service.clock.advance(3_600_000);
    for (const id of [replaced, present, randomUUIDv7()]) {
      expect((await refusalOf(ask(id))).reason).toBe('INVALID_RESET_TOKEN');
    }
  });

  test('is for services only', async () => {
    const member = await service.newMember();
    await askForReset(service, member.user.email);
    const [passwordResetId = ''] = await resetsOf(service, member);
    for (const identity of [undefined, member.identity]) {
      const call = service.client(PasswordResetService, identity).getPasswordResetToken({ passwordResetId });
      expect([Code.Unauthenticated, Code.PermissionDenied]).toContain((await refusalOf(call)).code);
    }
  });
});
