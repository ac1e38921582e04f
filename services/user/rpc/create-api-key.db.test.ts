import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiKeyService } from '../../../gen/numer/user/v1/api_key_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { testUser } from '../../../runtime/testing/start-test-service.ts';
import { identityOf, required, startUserService, type UserTestService } from '../testing/start-user-service.ts';

let service: UserTestService;
beforeAll(async () => {
  service = await startUserService();
});
afterAll(() => service.stop());

const request = { apiKey: { name: 'shop' } };

describe('CreateApiKey', () => {
  test('makes a key that acts for the caller, and shows its secret once', async () => {
    const { user, identity } = await service.newMember();
    const client = service.client(ApiKeyService, identity);
    const { apiKey, secret } = await client.createApiKey({ apiKey: { name: 'shop', readOnly: true } });
    expect(secret).toMatch(/^numer_[\w-]{43}$/);
    expect(apiKey).toMatchObject({ name: 'shop', readOnly: true, prefix: secret.slice(0, 12) });
    expect(apiKey?.createTime).toBeDefined();
    expect((await client.listApiKeys({})).apiKeys).toEqual([apiKey]);
    expect((await service.authenticate(secret)).userId).toBe(user.id);
  });

  test('keeps the secret as a digest only, and publishes neither it nor the name', async () => {
    const { user, identity } = await service.newMember();
    const { apiKey, secret } = await service.client(ApiKeyService, identity).createApiKey(request);
    const rows = await service.db.$client`select api_keys::text as row from api_keys where owner_id = ${user.id}`;
    expect(JSON.stringify(rows)).not.toContain(secret);
    expect((await service.eventsOf(user.id)).at(-1)).toMatchObject({
      topic: 'api-key.created',
      subject: apiKey?.id,
      version: 1n,
      actor: `user:${user.id}`,
    });
    expect((await service.eventsOf(user.id)).at(-1)?.json).toEqual({
      apiKeyId: apiKey?.id,
      changes: [{ field: 'name' }],
    });
  });

  test('refuses an API key, as what it made would outlive it', async () => {
    const { user, identity } = await service.newMember();
    expect(await refusalOf(service.client(ApiKeyService, identityOf(user, '')).createApiKey(request))).toMatchObject({
      code: Code.PermissionDenied,
      reason: 'PERMISSION_DENIED',
      message: 'An API key cannot create another API key; sign in to do so.',
    });
    expect((await service.client(ApiKeyService, identity).listApiKeys({})).apiKeys).toEqual([]);
  });

  test('lets a user have 100 keys, however many are made at once', async () => {
    const { user, identity } = await service.newMember();
    const client = service.client(ApiKeyService, identity);
    const calls = Array.from({ length: 110 }, () => client.createApiKey(request));
    const results = await Promise.allSettled(calls);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(100);
    expect(await refusalOf(client.createApiKey(request))).toMatchObject({
      code: Code.FailedPrecondition,
      reason: 'LIMIT_REACHED',
      metadata: { limit: '100' },
    });
    const [count] = await service.db.$client`select count(*)::integer from api_keys where owner_id = ${user.id}`;
    expect(count?.count).toBe(100);
  });

  test('makes room for another key when one is deleted', async () => {
    const { user, identity } = await service.newMember();
    await service.db.$client`update users set api_keys_count = 99 where id = ${user.id}`;
    const client = service.client(ApiKeyService, identity);
    const apiKeyId = required((await client.createApiKey(request)).apiKey).id;
    expect((await refusalOf(client.createApiKey(request))).reason).toBe('LIMIT_REACHED');
    await Promise.allSettled([client.deleteApiKey({ apiKeyId }), client.deleteApiKey({ apiKeyId })]);
    await client.createApiKey(request);
    expect((await refusalOf(client.createApiKey(request))).reason).toBe('LIMIT_REACHED');
  });

  test('retried with the same idempotency key tells of the same key without its secret', async () => {
    const { identity } = await service.newMember();
    const client = service.client(ApiKeyService, identity, { 'idempotency-key': 'key-1' });
    const first = await client.createApiKey(request);
    expect(await client.createApiKey(request)).toEqual({ ...first, secret: '' });
    expect((await service.client(ApiKeyService, identity).listApiKeys({})).apiKeys).toHaveLength(1);
    const records = await service.db.$client`select idempotency_records::text as row from idempotency_records`;
    expect(JSON.stringify(records)).not.toContain(first.secret);
  });

  test.each([
    ['api_key', {}],
    ['api_key.name', { apiKey: {} }],
    ['api_key.name', { apiKey: { name: 'x'.repeat(101) } }],
  ])('refuses a bad %s', async (field, bad) => {
    const refusal = await refusalOf(service.client(ApiKeyService, testUser()).createApiKey(bad));
    expect(refusal).toMatchObject({ code: Code.InvalidArgument, fields: [field] });
  });

  test('refuses nobody, a read-only key, and an account that was deleted', async () => {
    const { identity } = await service.newMember();
    const anonymous = await refusalOf(service.client(ApiKeyService).createApiKey(request));
    expect(anonymous.reason).toBe('UNAUTHENTICATED');
    const readOnly = service.client(ApiKeyService, { ...identity, canWrite: false }).createApiKey(request);
    expect((await refusalOf(readOnly)).reason).toBe('PERMISSION_DENIED');
    const deleted = await refusalOf(service.client(ApiKeyService, testUser()).createApiKey(request));
    expect(deleted.reason).toBe('UNAUTHENTICATED');
  });
});
