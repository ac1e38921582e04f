import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { UserService } from '../../../gen/numer/user/v1/user_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { testUser } from '../../../runtime/testing/start-test-service.ts';
import { startUserService, type UserTestService } from '../testing/start-user-service.ts';

let service: UserTestService;
beforeAll(async () => {
  service = await startUserService();
});
afterAll(() => service.stop());

const asService = () => service.client(UserService, { kind: 'service', name: 'invoice' });

describe('BatchGetParties', () => {
  test('gives users with a customer of theirs, in the order asked for, also twice', async () => {
    const [ada, grace] = [await service.newMember({ timeZone: 'Asia/Tokyo' }), await service.newMember()];
    const [one, other] = [
      await service.newCustomer(ada, { address: { city: 'Leeds' } }),
      await service.newCustomer(grace),
    ];
    const keys = [
      { userId: grace.user.id, customerId: other.id },
      { userId: ada.user.id, customerId: one.id },
      { userId: grace.user.id, customerId: other.id },
    ];
    const { parties } = await asService().batchGetParties({ keys });
    expect(parties).toMatchObject([
      { user: grace.user, customer: other },
      { user: ada.user, customer: one },
      { user: grace.user, customer: other },
    ]);
    expect((await asService().batchGetParties({ keys: [] })).parties).toEqual([]);
  });

  test('leaves out what is gone, and customers of others', async () => {
    const [ada, grace] = [await service.newMember(), await service.newMember()];
    const customer = await service.newCustomer(grace);
    const nobody = testUser().userId;
    const keys = [
      { userId: ada.user.id, customerId: customer.id },
      { userId: ada.user.id, customerId: nobody },
      { userId: nobody, customerId: customer.id },
    ];
    const { parties } = await asService().batchGetParties({ keys });
    expect(parties.map(({ user, customer: found }) => [user?.id, found?.id])).toEqual([
      [ada.user.id, undefined],
      [ada.user.id, undefined],
      [undefined, undefined],
    ]);
  });

  test('is for services only', async () => {
    const { identity } = await service.newMember();
    expect(await refusalOf(service.client(UserService, identity).batchGetParties({}))).toMatchObject({
      code: Code.PermissionDenied,
    });
    expect(await refusalOf(service.client(UserService).batchGetParties({}))).toMatchObject({
      code: Code.Unauthenticated,
    });
  });

  test('refuses ids that are none', async () => {
    const keys = [{ userId: '1', customerId: testUser().userId }];
    expect(await refusalOf(asService().batchGetParties({ keys }))).toMatchObject({ fields: ['keys[0].user_id'] });
  });
});
