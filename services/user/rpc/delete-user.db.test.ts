import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiKeyService } from '../../../gen/numer/user/v1/api_key_service_pb.ts';
import { CustomerBulkService } from '../../../gen/numer/user/v1/customer_bulk_service_pb.ts';
import { CustomerService } from '../../../gen/numer/user/v1/customer_service_pb.ts';
import { SessionService } from '../../../gen/numer/user/v1/session_service_pb.ts';
import { UserService } from '../../../gen/numer/user/v1/user_service_pb.ts';
import { eraseAccounts } from '../../../runtime/erasure.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { prepareEraseCustomers } from '../store/erase-customers.ts';
import {
  identityOf,
  newEmail,
  PASSWORD,
  required,
  startUserService,
  type UserTestService,
} from '../testing/start-user-service.ts';

let service: UserTestService;
beforeAll(async () => {
  service = await startUserService();
});
afterAll(() => service.stop());

async function erase(): Promise<void> {
  const store = { eraseNext: prepareEraseCustomers(service.db) };
  await eraseAccounts.run({ store }, service.clock.now(), new AbortController().signal);
}

/** How many rows of each table still hold the text, except those about events and erasures in progress. */
async function rowsHolding(text: string): Promise<Record<string, number>> {
  const tables = await service.db.$client<{ name: string }[]>`
    select table_name as name from information_schema.tables
    where table_schema = 'public' and table_type = 'BASE TABLE' and table_name not in ('outbox', 'erasures')`;
  const counts: Record<string, number> = {};
  for (const { name } of tables) {
    const [row] = await service.db.$client<{ count: number }[]>`
      select count(*)::integer as count from ${service.db.$client(name)} as t where t::text ilike ${`%${text}%`}`;
    if ((row?.count ?? 0) > 0) counts[name] = row?.count ?? 0;
  }
  return counts;
}

describe('DeleteUser', () => {
  test('deletes the account and everything that belongs to it', async () => {
    const email = newEmail();
    const key = { 'idempotency-key': email };
    const signUp = { email, name: 'Ada', password: PASSWORD };
    const user = required((await service.client(UserService, undefined, key).createUser(signUp)).user);
    const [identity, userId] = [identityOf(user), user.id];
    const session = await service.client(SessionService).createSession({ email, password: PASSWORD });
    await service.client(SessionService).refreshSession({ refreshToken: session.refreshToken });
    const { secret } = await service.client(ApiKeyService, identity).createApiKey({ apiKey: { name: 'shop' } });
    await service.client(CustomerService, identity, key).createCustomer({ customer: { name: 'Example' } });
    expect(Object.keys(await rowsHolding(userId)).sort()).toEqual([
      'api_keys',
      'customer_search',
      'customer_terms',
      'customers',
      'idempotency_records',
      'sessions',
      'users',
    ]);

    expect(await service.client(UserService, identity).deleteUser({ userId })).toMatchObject({});
    await erase();
    expect(await rowsHolding(userId)).toEqual({});
    expect(await rowsHolding(email)).toEqual({});
    const left = await service.db.$client`select * from used_refresh_tokens`;
    expect(left).toHaveLength(0);
    expect((await refusalOf(service.authenticate(session.accessToken))).reason).toBe('UNAUTHENTICATED');
    expect((await refusalOf(service.authenticate(secret))).reason).toBe('UNAUTHENTICATED');
    const signIn = service.client(SessionService).createSession({ email, password: PASSWORD });
    expect((await refusalOf(signIn)).reason).toBe('INVALID_CREDENTIALS');
  });

  test('publishes that the account was deleted', async () => {
    const { user, identity } = await service.newMember();
    await service.client(UserService, identity).deleteUser({ userId: user.id });
    expect((await service.eventsOf(user.id)).at(-1)).toMatchObject({
      topic: 'user.deleted',
      subject: user.id,
      version: 2n,
      actor: `user:${user.id}`,
      message: { userId: user.id },
    });
  });

  test('leaves everybody else alone, and frees the address', async () => {
    const [ada, grace] = [await service.newMember(), await service.newMember()];
    const customer = await service.newCustomer(grace);
    await service.client(UserService, ada.identity).deleteUser({ userId: ada.user.id });
    const client = service.client(CustomerService, grace.identity);
    expect((await client.getCustomer({ customerId: customer.id })).customer).toEqual(customer);
    expect((await service.newMember({ email: ada.user.email })).user.id).not.toBe(ada.user.id);
  });

  test('erases customers step by step, however many there are, after it has answered', async () => {
    const member = await service.newMember();
    for (let count = 0; count < 5; count++) await service.newCustomer(member);
    await service.client(UserService, member.identity).deleteUser({ userId: member.user.id });
    await service.db.$client`delete from erasures where owner_id <> ${member.user.id}`;
    const eraseNext = prepareEraseCustomers(service.db, 2);
    const lefts: (number | undefined)[] = [];
    do lefts.push((await rowsHolding(member.user.id)).customers);
    while (await eraseNext());
    expect(lefts).toEqual([5, 3, 1, undefined, undefined]);
    expect(await rowsHolding(member.user.id)).toEqual({});
  });

  test('leaves customers out of reach of credentials that are still remembered', async () => {
    const member = await service.newMember();
    const { id: customerId } = await service.newCustomer(member, { reference: 'C-1', tags: ['vip'] });
    const client = service.client(CustomerService, member.identity);
    const lists = [
      {},
      { reference: 'C-1' },
      { text: 'example' },
      { tag: ['vip'] },
      { text: 'example', reference: 'C-1' },
    ];
    for (const list of lists) expect((await client.listCustomers(list)).customers).toHaveLength(1);

    await service.client(UserService, member.identity).deleteUser({ userId: member.user.id });
    for (const list of lists)
      expect(await client.listCustomers(list)).toMatchObject({ customers: [], nextPageToken: '' });
    const missing = { code: Code.NotFound, reason: 'CUSTOMER_NOT_FOUND' };
    expect(await refusalOf(client.getCustomer({ customerId }))).toMatchObject(missing);
    const change = { customer: { id: customerId, name: 'Other' }, updateMask: { paths: ['name'] } };
    expect(await refusalOf(client.updateCustomer(change))).toMatchObject(missing);
    expect(await refusalOf(client.deleteCustomer({ customerId }))).toMatchObject(missing);
    expect((await refusalOf(service.newCustomer(member))).reason).toBe('UNAUTHENTICATED');
    const file = { contentType: 'text/csv', data: new TextEncoder().encode('name,reference\nSecond,C-1\n') };
    const bulk = service.client(CustomerBulkService, member.identity);
    expect(await bulk.importCustomers({ file, dryRun: true })).toMatchObject({ existingCount: 0 });
    const keys = [{ userId: member.user.id, customerId }];
    const found = await service.client(UserService, { kind: 'service', name: 'invoice' }).batchGetParties({ keys });
    expect(found.parties).toMatchObject([{}]);
    expect(found.parties[0]?.customer).toBeUndefined();
    expect((await rowsHolding(customerId)).customers).toBe(1);
  });

  test('leaves nothing of what is added at the same moment', async () => {
    const member = await service.newMember();
    const { user, identity } = member;
    const added = Promise.allSettled([
      ...Array.from({ length: 5 }, () => service.newCustomer(member)),
      ...Array.from({ length: 5 }, () =>
        service.client(ApiKeyService, identity).createApiKey({ apiKey: { name: 'x' } }),
      ),
      ...Array.from({ length: 5 }, () => service.signIn(member)),
    ]);
    await service.client(UserService, identity).deleteUser({ userId: user.id });
    const results = await added;
    const reasons = results.flatMap((result) =>
      result.status === 'rejected' ? [refusalOf(Promise.reject(result.reason))] : [],
    );
    for (const { reason } of await Promise.all(reasons))
      expect(['UNAUTHENTICATED', 'INVALID_CREDENTIALS']).toContain(reason);
    await erase();
    expect(await rowsHolding(user.id)).toEqual({});
  });

  test('is done once: the account is missing after that', async () => {
    const { user, identity } = await service.newMember();
    const client = service.client(UserService, identity);
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => client.deleteUser({ userId: user.id })));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await refusalOf(client.deleteUser({ userId: user.id }))).reason).toBe('USER_NOT_FOUND');
    expect((await service.eventsOf(user.id)).filter(({ topic }) => topic === 'user.deleted')).toHaveLength(1);
  });

  test("answers for somebody else's account as for a missing one, and leaves it alone", async () => {
    const [ada, grace] = [await service.newMember(), await service.newMember()];
    const refusal = await refusalOf(service.client(UserService, ada.identity).deleteUser({ userId: grace.user.id }));
    expect(refusal).toMatchObject({ code: Code.NotFound, reason: 'USER_NOT_FOUND' });
    const client = service.client(UserService, grace.identity);
    expect((await client.getUser({ userId: grace.user.id })).user).toEqual(grace.user);
  });

  test('refuses a version that is not the present one', async () => {
    const { user, identity } = await service.newMember();
    const stale = service.client(UserService, identity, { 'if-match': '"7"' });
    expect((await refusalOf(stale.deleteUser({ userId: user.id }))).reason).toBe('ETAG_MISMATCH');
    await service.client(UserService, identity, { 'if-match': user.etag }).deleteUser({ userId: user.id });
  });

  test('refuses an API key', async () => {
    const { user, identity } = await service.newMember();
    const withKey = service.client(UserService, identityOf(user, '')).deleteUser({ userId: user.id });
    expect(await refusalOf(withKey)).toMatchObject({
      code: Code.PermissionDenied,
      reason: 'PERMISSION_DENIED',
      message: 'An API key cannot delete the account; sign in to do so.',
    });
    expect((await service.client(UserService, identity).getUser({ userId: user.id })).user).toEqual(user);
  });

  test('refuses an id that is none, and a caller who is nobody', async () => {
    const { user, identity } = await service.newMember();
    const refusal = await refusalOf(service.client(UserService, identity).deleteUser({ userId: 'me' }));
    expect(refusal.fields).toEqual(['user_id']);
    const anonymous = await refusalOf(service.client(UserService).deleteUser({ userId: user.id }));
    expect(anonymous.reason).toBe('UNAUTHENTICATED');
  });
});
