import type { MessageInitShape } from '@bufbuild/protobuf';
import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Customer, CustomerSchema } from '../../../gen/numer/user/v1/customer_pb.ts';
import { CustomerService } from '../../../gen/numer/user/v1/customer_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { testUser } from '../../../runtime/testing/start-test-service.ts';
import { type Member, required, startUserService, type UserTestService } from '../testing/start-user-service.ts';

let service: UserTestService;
beforeAll(async () => {
  service = await startUserService();
});
afterAll(() => service.stop());

type Change = MessageInitShape<typeof CustomerSchema> & { readonly id: string };

async function update({ identity }: Member, customer: Change, paths: string[], headers?: Record<string, string>) {
  const client = service.client(CustomerService, identity, headers);
  return required((await client.updateCustomer({ customer, updateMask: { paths } })).customer);
}

async function read({ identity }: Member, customerId: string): Promise<Customer> {
  return required((await service.client(CustomerService, identity).getCustomer({ customerId })).customer);
}

describe('UpdateCustomer', () => {
  test('changes what the mask names and leaves the rest', async () => {
    const member = await service.newMember();
    const { id, createTime } = await service.newCustomer(member, {
      phone: '1',
      address: { city: 'Leeds', line1: 'Row' },
    });
    service.clock.advance(1000);
    const change = { id, name: 'Sample plc', address: { city: 'York' }, notes: 'not in the mask' };
    const customer = await update(member, change, ['name', 'address.city']);
    expect(customer).toMatchObject({
      id,
      name: 'Sample plc',
      email: 'pay@example.com',
      phone: '1',
      address: { city: 'York', line1: 'Row' },
      notes: '',
      createTime,
      etag: '"2"',
    });
    expect(customer.updateTime).not.toEqual(createTime);
    expect(await read(member, id)).toEqual(customer);
  });

  test('retried with the same key gives the same answer, whatever its condition says by now', async () => {
    const member = await service.newMember();
    const { id } = await service.newCustomer(member);
    const headers = { 'idempotency-key': 'change', 'if-match': '"1"' };
    const changed = await update(member, { id, phone: '7' }, ['phone'], headers);
    expect(changed.etag).toBe('"2"');
    expect(await update(member, { id, phone: '7' }, ['phone'], headers)).toEqual(changed);
  });

  test('clears what the mask names and the change does not have', async () => {
    const member = await service.newMember();
    const electronicAddress = { scheme: '0204', identifier: '991-01484-64' };
    const { id } = await service.newCustomer(member, { address: { city: 'Leeds' }, electronicAddress });
    const customer = await update(member, { id }, ['email', 'address', 'electronic_address']);
    expect(customer.email).toBe('');
    expect(customer.address).toBeUndefined();
    expect(customer.electronicAddress).toBeUndefined();
    const again = await update(member, { id }, ['address.city']);
    expect(again.etag).toBe(customer.etag);
  });

  test('keeps who gets copies apart from whom they are copies for, whichever changes', async () => {
    const member = await service.newMember();
    const { id } = await service.newCustomer(member, { ccEmails: ['cfo@example.com'] });
    const refused: [Change, string][] = [
      [{ id, email: 'CFO@example.com' }, 'email'],
      [{ id, email: '' }, 'email'],
      [{ id, ccEmails: ['Pay@example.com'] }, 'cc_emails'],
    ];
    for (const [change, path] of refused) {
      const refusal = await refusalOf(update(member, change, [path]));
      expect(refusal).toMatchObject({ code: Code.InvalidArgument, fields: ['customer.cc_emails'] });
    }
    const swapped = { id, email: 'cfo@example.com', ccEmails: ['pay@example.com'] };
    expect(await update(member, swapped, ['email', 'cc_emails'])).toMatchObject(swapped);
    expect((await service.eventsOf(member.user.id)).at(-1)).toMatchObject({
      topic: 'customer.updated',
      message: { changes: [{ field: 'ccEmails' }, { field: 'email' }] },
    });
    expect((await update(member, { id }, ['email', 'cc_emails'])).ccEmails).toEqual([]);
  });

  test('refuses the reference of another customer', async () => {
    const member = await service.newMember();
    await service.newCustomer(member, { reference: 'K-1' });
    const { id } = await service.newCustomer(member, { reference: 'K-2' });
    const refusal = await refusalOf(update(member, { id, reference: 'K-1' }, ['reference']));
    expect(refusal).toMatchObject({ code: Code.AlreadyExists, reason: 'CUSTOMER_REFERENCE_TAKEN' });
    expect(await update(member, { id, reference: 'K-3' }, ['reference'])).toMatchObject({ reference: 'K-3' });
  });

  test('sets and removes single metadata, and tags as a whole', async () => {
    const member = await service.newMember();
    const { id } = await service.newCustomer(member, { metadata: { region: 'north', crm: '7' }, tags: ['new'] });
    const change = { id, metadata: { crm: '8' }, tags: ['vip'] };
    const customer = await update(member, change, ['metadata.crm', 'metadata.region', 'tags']);
    expect(customer).toMatchObject({ metadata: { crm: '8' }, tags: ['vip'] });
    expect(await read(member, id)).toEqual(customer);
    expect((await service.eventsOf(member.user.id)).at(-1)?.message).toMatchObject({
      changes: [{ field: 'metadata.crm' }, { field: 'metadata.region' }, { field: 'tags' }],
    });
  });

  test('publishes which fields changed, with values only for what is not personal', async () => {
    const member = await service.newMember();
    const { id } = await service.newCustomer(member);
    const change = { id, email: 'billing@example.com', locale: 'de', notes: 'late', address: { city: 'York' } };
    const customer = await update(member, change, ['email', 'locale', 'notes', 'address']);
    const event = (await service.eventsOf(member.user.id)).at(-1);
    expect(event).toMatchObject({ topic: 'customer.updated', subject: id, version: 2n });
    expect(event?.message).toMatchObject({
      customer,
      changes: [{ field: 'address.city' }, { field: 'email' }, { field: 'locale', newValue: 'de' }, { field: 'notes' }],
    });
    const changes = Object.entries(event?.json ?? {}).filter(([name]) => name === 'changes');
    expect(changes).toHaveLength(1);
    expect(JSON.stringify(changes)).not.toMatch(/example\.com|late|York/);
  });

  test('writes and publishes nothing when nothing changes', async () => {
    const member = await service.newMember();
    const customer = await service.newCustomer(member);
    expect(await update(member, customer, ['name', 'email', 'id', 'etag', 'create_time'])).toEqual(customer);
    expect(await update(member, { id: customer.id, name: 'x' }, [])).toEqual(customer);
    expect((await service.eventsOf(member.user.id)).at(-1)?.topic).toBe('customer.created');
  });

  test.each<[field: string, change: MessageInitShape<typeof CustomerSchema>, path: string]>([
    ['customer.name', {}, 'name'],
    ['customer.email', { email: 'nobody' }, 'email'],
    ['customer.locale', { locale: '!' }, 'locale'],
    ['customer.address.country_code', { address: { countryCode: 'gb' } }, 'address'],
    [
      'customer.electronic_address.identifier',
      { electronicAddress: { scheme: '0208', identifier: '0202239952' } },
      'electronic_address',
    ],
    [
      'customer.legal_registration.scheme',
      { legalRegistration: { scheme: '9930', identifier: '1' } },
      'legal_registration',
    ],
    ['update_mask', {}, 'owner_id'],
    ['update_mask', {}, 'taxId'],
  ])('refuses a bad %s', async (field, change, path) => {
    const member = await service.newMember();
    const customer = await service.newCustomer(member);
    const refusal = await refusalOf(update(member, { ...change, id: customer.id }, [path]));
    expect(refusal).toMatchObject({ code: Code.InvalidArgument, reason: 'INVALID_ARGUMENT', fields: [field] });
    expect(await read(member, customer.id)).toEqual(customer);
  });

  test('refuses a request without an id or a mask', async () => {
    const member = await service.newMember();
    const client = service.client(CustomerService, member.identity);
    for (const request of [{}, { customer: {} }, { customer: { id: 'x' } }]) {
      expect((await refusalOf(client.updateCustomer(request))).fields).toEqual(['customer.id']);
    }
    const customer = await service.newCustomer(member);
    expect((await refusalOf(client.updateCustomer({ customer }))).fields).toEqual(['update_mask']);
  });

  test("answers for somebody else's customer as for a missing one, and leaves it alone", async () => {
    const [ada, grace] = [await service.newMember(), await service.newMember()];
    const customer = await service.newCustomer(grace);
    const refusal = await refusalOf(update(ada, { ...customer, name: 'Mallory' }, ['name']));
    expect(refusal).toMatchObject({ code: Code.NotFound, reason: 'CUSTOMER_NOT_FOUND' });
    expect(await refusalOf(update(ada, { id: testUser().userId }, ['name']))).toEqual(refusal);
    expect(await read(grace, customer.id)).toEqual(customer);
  });

  test('refuses a caller who is nobody, and a read-only API key', async () => {
    const { identity } = await service.newMember();
    const anonymous = await refusalOf(service.client(CustomerService).updateCustomer({}));
    expect(anonymous.reason).toBe('UNAUTHENTICATED');
    const readOnly = service.client(CustomerService, { ...identity, canWrite: false }).updateCustomer({});
    expect((await refusalOf(readOnly)).reason).toBe('PERMISSION_DENIED');
  });

  test('refuses a change of a version that is not the present one', async () => {
    const member = await service.newMember();
    const { id, etag } = await service.newCustomer(member);
    await update(member, { id, name: 'Sample plc' }, ['name'], { 'if-match': etag });
    const refusal = await refusalOf(update(member, { id, name: 'x' }, ['name'], { 'if-match': etag }));
    expect(refusal).toMatchObject({ reason: 'ETAG_MISMATCH', metadata: { etag: '"2"' } });
    const made = await refusalOf(update(member, { id, name: 'x' }, ['name'], { 'if-match': '"made-up"' }));
    expect(made.reason).toBe('ETAG_MISMATCH');
  });

  test('takes a change when the present version is among those it may be, but never by a weak tag', async () => {
    const member = await service.newMember();
    const { id } = await service.newCustomer(member);
    const call = (ifMatch: string) => update(member, { id, name: ifMatch || 'x' }, ['name'], { 'if-match': ifMatch });
    expect((await call('"made-up", "1"')).etag).toBe('"2"');
    expect((await call(' "2","1"')).etag).toBe('"3"');
    expect((await call('*')).etag).toBe('"4"');
    for (const ifMatch of ['"1", "made-up"', 'W/"4"', '"3", W/"4"', '4', '']) {
      expect((await refusalOf(call(ifMatch))).reason, ifMatch).toBe('ETAG_MISMATCH');
    }
  });

  test('loses no change of several made at once to different fields', async () => {
    const member = await service.newMember();
    const { id } = await service.newCustomer(member);
    await Promise.all([
      update(member, { id, name: 'Sample plc' }, ['name']),
      update(member, { id, phone: '2' }, ['phone']),
      update(member, { id, address: { city: 'York' } }, ['address.city']),
      update(member, { id, address: { line1: 'Row' } }, ['address.line1']),
    ]);
    const address = { city: 'York', line1: 'Row' };
    expect(await read(member, id)).toMatchObject({ name: 'Sample plc', phone: '2', address, etag: '"5"' });
  });
});
