import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UserService } from '../../../gen/numer/user/v1/user_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { testUser } from '../../../runtime/testing/start-test-service.ts';
import { GATEWAY, startUserService, type UserTestService } from '../testing/start-user-service.ts';

let service: UserTestService;
beforeAll(async () => {
  service = await startUserService();
});
afterAll(() => service.stop());

describe('GetUser', () => {
  test("gives the caller's own account", async () => {
    const { user, identity } = await service.newMember();
    expect((await service.client(UserService, identity).getUser({ userId: user.id })).user).toEqual(user);
    expect((await service.client(UserService, identity).getUser({ userId: user.id.toUpperCase() })).user).toEqual(user);
  });

  test("answers for somebody else's account as for a missing one", async () => {
    const [ada, grace] = [await service.newMember(), await service.newMember()];
    const client = service.client(UserService, ada.identity);
    const refusal = await refusalOf(client.getUser({ userId: grace.user.id }));
    expect(refusal).toMatchObject({ code: Code.NotFound, reason: 'USER_NOT_FOUND' });
    expect(await refusalOf(client.getUser({ userId: testUser().userId }))).toEqual(refusal);
  });

  test('answers for an account that was deleted as for a missing one', async () => {
    const identity = testUser();
    const refusal = await refusalOf(service.client(UserService, identity).getUser({ userId: identity.userId }));
    expect(refusal.reason).toBe('USER_NOT_FOUND');
  });

  test('refuses an id that is none', async () => {
    const refusal = await refusalOf(service.client(UserService, testUser()).getUser({ userId: 'me' }));
    expect(refusal).toMatchObject({ reason: 'INVALID_ARGUMENT', fields: ['user_id'] });
  });

  test('refuses a caller who is nobody, or no user', async () => {
    const { user } = await service.newMember();
    const anonymous = await refusalOf(service.client(UserService).getUser({ userId: user.id }));
    expect(anonymous).toMatchObject({ code: Code.Unauthenticated, reason: 'UNAUTHENTICATED' });
    const gateway = await refusalOf(service.client(UserService, GATEWAY).getUser({ userId: user.id }));
    expect(gateway).toMatchObject({ code: Code.PermissionDenied, reason: 'PERMISSION_DENIED' });
  });

  test('answers a read-only API key', async () => {
    const { user, identity } = await service.newMember();
    const readOnly = { ...identity, canWrite: false };
    expect((await service.client(UserService, readOnly).getUser({ userId: user.id })).user).toEqual(user);
  });
});
