import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CustomerService } from '../../../gen/numer/user/v1/customer_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { testUser } from '../../../runtime/testing/start-test-service.ts';
import { startUserService, type UserTestService } from '../testing/start-user-service.ts';

let service: UserTestService;
beforeAll(async () => {
  service = await startUserService();
});
afterAll(() => service.stop());

describe('GetCustomer', () => {
  test('gives a customer of the caller', async () => {
    const member = await service.newMember();
    const customer = await service.newCustomer(member, { address: { city: 'Leeds' } });
    const client = service.client(CustomerService, member.identity);
    expect((await client.getCustomer({ customerId: customer.id })).customer).toEqual(customer);
    expect((await client.getCustomer({ customerId: customer.id.toUpperCase() })).customer).toEqual(customer);
  });

  test("answers for somebody else's customer as for a missing one", async () => {
    const [ada, grace] = [await service.newMember(), await service.newMember()];
    const customer = await service.newCustomer(grace);
    const client = service.client(CustomerService, ada.identity);
    const refusal = await refusalOf(client.getCustomer({ customerId: customer.id }));
    expect(refusal).toMatchObject({ code: Code.NotFound, reason: 'CUSTOMER_NOT_FOUND' });
    expect(await refusalOf(client.getCustomer({ customerId: testUser().userId }))).toEqual(refusal);
  });

  test('refuses an id that is none, and a caller who is nobody', async () => {
    const refusal = await refusalOf(service.client(CustomerService, testUser()).getCustomer({ customerId: '1' }));
    expect(refusal).toMatchObject({ reason: 'INVALID_ARGUMENT', fields: ['customer_id'] });
    const anonymous = service.client(CustomerService).getCustomer({ customerId: testUser().userId });
    expect((await refusalOf(anonymous)).reason).toBe('UNAUTHENTICATED');
  });
});
