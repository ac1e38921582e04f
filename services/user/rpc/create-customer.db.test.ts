import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CustomerService } from '../../../gen/numer/user/v1/customer_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { testUser } from '../../../runtime/testing/start-test-service.ts';
import { required, startUserService, type UserTestService } from '../testing/start-user-service.ts';

let service: UserTestService;
beforeAll(async () => {
  service = await startUserService();
});
afterAll(() => service.stop());

describe('CreateCustomer', () => {
  test('adds a customer and answers with all of it', async () => {
    const { identity } = await service.newMember();
    const given = {
      name: 'Example Ltd',
      email: 'Pay@Example.com',
      phone: '+44 20 7946 0000',
      address: {
        line1: '1 Street',
        line2: 'Floor 2',
        city: 'Leeds',
        region: 'York',
        postalCode: 'LS1',
        countryCode: 'GB',
      },
      taxId: 'GB999',
      locale: 'de',
      notes: 'Pays late.\nCall first. 🐎',
      electronicAddress: { scheme: '0204', identifier: '991-01484-64' },
      legalRegistration: { scheme: '0088', identifier: '7300010000001' },
      ccEmails: ['Project@example.com', 'cfo@example.com'],
    };
    const client = service.client(CustomerService, identity);
    const customer = required((await client.createCustomer({ customer: given })).customer);
    expect(customer).toMatchObject({ ...given, etag: '"1"' });
    expect(customer.createTime).toEqual(customer.updateTime);
    expect((await client.getCustomer({ customerId: customer.id })).customer).toEqual(customer);
  });

  test('needs no more than a name; output-only fields are its own', async () => {
    const { identity } = await service.newMember();
    const id = testUser().userId;
    const given = { name: 'Example', address: {}, id, etag: '"9"' };
    const { customer } = await service.client(CustomerService, identity).createCustomer({ customer: given });
    expect(customer).toMatchObject({ name: 'Example', email: '', locale: '', etag: '"1"' });
    expect(customer?.address).toBeUndefined();
    expect(customer?.id).not.toBe(id);
  });

  test('refuses the reference of another customer, but not that of another user', async () => {
    const [member, other] = [await service.newMember(), await service.newMember()];
    await service.newCustomer(member, { reference: 'K-1' });
    await service.newCustomer(other, { reference: 'K-1' });
    await service.newCustomer(member);
    await service.newCustomer(member);
    expect(await refusalOf(service.newCustomer(member, { reference: 'K-1' }))).toMatchObject({
      code: Code.AlreadyExists,
      reason: 'CUSTOMER_REFERENCE_TAKEN',
      fields: ['customer.reference'],
    });
  });

  test('publishes the customer', async () => {
    const member = await service.newMember();
    const customer = await service.newCustomer(member);
    expect((await service.eventsOf(member.user.id)).at(-1)).toMatchObject({
      topic: 'customer.created',
      subject: customer.id,
      version: 1n,
      actor: `user:${member.user.id}`,
      requestId: 'test-request',
      message: { customer, changes: [{ field: 'email' }, { field: 'name' }] },
    });
  });

  test.each([
    ['customer', {}],
    ['customer.name', { customer: {} }],
    ['customer.name', { customer: { name: 'x'.repeat(201) } }],
    ['customer.email', { customer: { name: 'x', email: 'nobody' } }],
    ['customer.locale', { customer: { name: 'x', locale: '!' } }],
    ['customer.notes', { customer: { name: 'x', notes: 'x'.repeat(5001) } }],
    ['customer.address.country_code', { customer: { name: 'x', address: { countryCode: 'gb' } } }],
    ['customer.notes', { customer: { name: 'x', notes: 'a\0b' } }],
    ['customer.cc_emails', { customer: { name: 'x', ccEmails: ['b@x.example'] } }],
    ['customer.cc_emails', { customer: { name: 'x', email: 'a@x.example', ccEmails: ['A@X.example'] } }],
    ['customer.cc_emails', { customer: { name: 'x', email: 'a@x.example', ccEmails: ['b@x.example', 'B@x.example'] } }],
    [
      'customer.cc_emails[0]',
      { customer: { name: 'x', email: 'a@x.example', ccEmails: ['b@x.example, c@x.example'] } },
    ],
    [
      'customer.cc_emails',
      { customer: { name: 'x', email: 'a@x.example', ccEmails: [1, 2, 3, 4, 5, 6].map((n) => `${n}@x.example`) } },
    ],
    [
      'customer.electronic_address.identifier',
      { customer: { name: 'x', electronicAddress: { scheme: '0088', identifier: '7300010000002' } } },
    ],
    [
      'customer.legal_registration.scheme',
      { customer: { name: 'x', legalRegistration: { scheme: '0001', identifier: '1' } } },
    ],
  ])('refuses a bad %s', async (field, request) => {
    const refusal = await refusalOf(service.client(CustomerService, testUser()).createCustomer(request));
    expect(refusal).toMatchObject({ code: Code.InvalidArgument, reason: 'INVALID_ARGUMENT', fields: [field] });
  });

  test('retried with the same idempotency key adds one customer, also at once', async () => {
    const { user, identity } = await service.newMember();
    const client = service.client(CustomerService, identity, { 'idempotency-key': 'customer-1' });
    const request = { customer: { name: 'Example' } };
    const answers = await Promise.all(Array.from({ length: 5 }, () => client.createCustomer(request)));
    answers.push(await client.createCustomer(request));
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    const { customers } = await service.client(CustomerService, identity).listCustomers({});
    expect(customers).toHaveLength(1);
    expect(await service.eventsOf(user.id)).toHaveLength(2);
    const other = await refusalOf(client.createCustomer({ customer: { name: 'Other' } }));
    expect(other.reason).toBe('IDEMPOTENCY_KEY_REUSED');
  });

  test('keeps the idempotency keys of two users apart', async () => {
    const [ada, grace] = [await service.newMember(), await service.newMember()];
    const request = { customer: { name: 'Example' } };
    const headers = { 'idempotency-key': 'customer-2' };
    const first = await service.client(CustomerService, ada.identity, headers).createCustomer(request);
    const second = await service.client(CustomerService, grace.identity, headers).createCustomer(request);
    expect(second.customer?.id).not.toBe(first.customer?.id);
  });

  test('refuses nobody, a read-only key, and an account that was deleted', async () => {
    const request = { customer: { name: 'Example' } };
    const { identity } = await service.newMember();
    const anonymous = await refusalOf(service.client(CustomerService).createCustomer(request));
    expect(anonymous.reason).toBe('UNAUTHENTICATED');
    const readOnly = service.client(CustomerService, { ...identity, canWrite: false }).createCustomer(request);
    expect((await refusalOf(readOnly)).reason).toBe('PERMISSION_DENIED');
    const deleted = await refusalOf(service.client(CustomerService, testUser()).createCustomer(request));
    expect(deleted.reason).toBe('UNAUTHENTICATED');
  });
});
