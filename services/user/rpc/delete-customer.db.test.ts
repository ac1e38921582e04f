import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CustomerService } from '../../../gen/numer/user/v1/customer_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { startUserService, type UserTestService } from '../testing/start-user-service.ts';

let service: UserTestService;
beforeAll(async () => {
  service = await startUserService();
});
afterAll(() => service.stop());

describe('DeleteCustomer', () => {
  test('deletes a customer and publishes it', async () => {
    const member = await service.newMember();
    const { id: customerId } = await service.newCustomer(member, { locale: 'fr' });
    const client = service.client(CustomerService, member.identity);
    await client.deleteCustomer({ customerId });
    expect((await refusalOf(client.getCustomer({ customerId }))).reason).toBe('CUSTOMER_NOT_FOUND');
    expect((await service.eventsOf(member.user.id)).at(-1)).toMatchObject({
      topic: 'customer.deleted',
      subject: customerId,
      version: 2n,
      actor: `user:${member.user.id}`,
      message: {
        customerId,
        changes: [{ field: 'email' }, { field: 'locale', oldValue: 'fr' }, { field: 'name' }],
      },
    });
  });

  test('is done once, however often at once', async () => {
    const member = await service.newMember();
    const { id: customerId } = await service.newCustomer(member);
    const client = service.client(CustomerService, member.identity);
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => client.deleteCustomer({ customerId })));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await refusalOf(client.deleteCustomer({ customerId }))).reason).toBe('CUSTOMER_NOT_FOUND');
    const deletions = (await service.eventsOf(member.user.id)).filter(({ topic }) => topic === 'customer.deleted');
    expect(deletions).toHaveLength(1);
  });

  test('retried with the same key gives the same answer', async () => {
    const member = await service.newMember();
    const { id: customerId } = await service.newCustomer(member);
    const client = service.client(CustomerService, member.identity, {
      'idempotency-key': 'deletion',
      'if-match': '"1"',
    });
    expect(await client.deleteCustomer({ customerId })).toEqual(await client.deleteCustomer({ customerId }));
  });

  test("answers for somebody else's customer as for a missing one, and leaves it alone", async () => {
    const [ada, grace] = [await service.newMember(), await service.newMember()];
    const customer = await service.newCustomer(grace);
    const attack = service.client(CustomerService, ada.identity).deleteCustomer({ customerId: customer.id });
    expect(await refusalOf(attack)).toMatchObject({ code: Code.NotFound, reason: 'CUSTOMER_NOT_FOUND' });
    const client = service.client(CustomerService, grace.identity);
    expect((await client.getCustomer({ customerId: customer.id })).customer).toEqual(customer);
  });

  test('refuses a version that is not the present one', async () => {
    const member = await service.newMember();
    const { id: customerId, etag } = await service.newCustomer(member);
    const stale = service.client(CustomerService, member.identity, { 'if-match': '"2"' });
    expect((await refusalOf(stale.deleteCustomer({ customerId }))).reason).toBe('ETAG_MISMATCH');
    await service.client(CustomerService, member.identity, { 'if-match': etag }).deleteCustomer({ customerId });
  });

  test('refuses an id that is none, and a caller who is nobody', async () => {
    const { identity } = await service.newMember();
    const refusal = await refusalOf(service.client(CustomerService, identity).deleteCustomer({ customerId: '1' }));
    expect(refusal.fields).toEqual(['customer_id']);
    const anonymous = service.client(CustomerService).deleteCustomer({ customerId: identity.userId });
    expect((await refusalOf(anonymous)).reason).toBe('UNAUTHENTICATED');
  });
});
