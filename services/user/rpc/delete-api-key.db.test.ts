import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiKeyService } from '../../../gen/numer/user/v1/api_key_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import {
  identityOf,
  type Member,
  required,
  startUserService,
  type UserTestService,
} from '../testing/start-user-service.ts';

let service: UserTestService;
beforeAll(async () => {
  service = await startUserService();
});
afterAll(() => service.stop());

async function newKey({ identity }: Member) {
  const { apiKey, secret } = await service.client(ApiKeyService, identity).createApiKey({ apiKey: { name: 'shop' } });
  return { apiKeyId: required(apiKey).id, secret };
}

describe('DeleteApiKey', () => {
  test('deletes a key, which no longer acts for anybody', async () => {
    const member = await service.newMember();
    const { apiKeyId, secret } = await newKey(member);
    const client = service.client(ApiKeyService, member.identity);
    await client.deleteApiKey({ apiKeyId: apiKeyId.toUpperCase() });
    expect((await client.listApiKeys({})).apiKeys).toEqual([]);
    expect((await refusalOf(service.authenticate(secret))).reason).toBe('UNAUTHENTICATED');
    expect((await service.eventsOf(member.user.id)).at(-1)).toMatchObject({
      topic: 'api-key.deleted',
      subject: apiKeyId,
      version: 2n,
      message: { apiKeyId, changes: [{ field: 'name' }] },
    });
  });

  test('lets a key delete itself, and tells that it did', async () => {
    const member = await service.newMember();
    const { user } = member;
    const { apiKeyId, secret } = await newKey(member);
    const actor = `api-key:${apiKeyId}`;
    await service.client(ApiKeyService, { ...identityOf(user, ''), actor }).deleteApiKey({ apiKeyId });
    expect((await refusalOf(service.authenticate(secret))).reason).toBe('UNAUTHENTICATED');
    expect((await service.eventsOf(user.id)).at(-1)).toMatchObject({ topic: 'api-key.deleted', actor });
  });

  test('tells whether the key could only read', async () => {
    const member = await service.newMember();
    const client = service.client(ApiKeyService, member.identity);
    const { apiKey } = await client.createApiKey({ apiKey: { name: 'shop', readOnly: true } });
    await client.deleteApiKey({ apiKeyId: apiKey?.id ?? '' });
    expect((await service.eventsOf(member.user.id)).slice(-2)).toMatchObject([
      { message: { changes: [{ field: 'name' }, { field: 'readOnly', newValue: 'true' }] } },
      { message: { changes: [{ field: 'name' }, { field: 'readOnly', oldValue: 'true' }] } },
    ]);
  });

  test('is done once, however often at once', async () => {
    const member = await service.newMember();
    const { apiKeyId } = await newKey(member);
    const client = service.client(ApiKeyService, member.identity);
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => client.deleteApiKey({ apiKeyId })));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await refusalOf(client.deleteApiKey({ apiKeyId }))).reason).toBe('API_KEY_NOT_FOUND');
    const deletions = (await service.eventsOf(member.user.id)).filter(({ topic }) => topic === 'api-key.deleted');
    expect(deletions).toHaveLength(1);
    const [row] = await service.db.$client`select api_keys_count from users where id = ${member.user.id}`;
    expect(row?.api_keys_count).toBe(0);
  });

  test('retried with the same key gives the same answer', async () => {
    const member = await service.newMember();
    const { apiKeyId } = await newKey(member);
    const client = service.client(ApiKeyService, member.identity, { 'idempotency-key': 'deletion' });
    expect(await client.deleteApiKey({ apiKeyId })).toEqual(await client.deleteApiKey({ apiKeyId }));
  });

  test("answers for somebody else's key as for a missing one, and leaves it alone", async () => {
    const [ada, grace] = [await service.newMember(), await service.newMember()];
    const { apiKeyId, secret } = await newKey(grace);
    const refusal = await refusalOf(service.client(ApiKeyService, ada.identity).deleteApiKey({ apiKeyId }));
    expect(refusal).toMatchObject({ code: Code.NotFound, reason: 'API_KEY_NOT_FOUND' });
    expect((await service.authenticate(secret)).userId).toBe(grace.user.id);
  });

  test('refuses an id that is none, and a caller who is nobody', async () => {
    const { identity } = await service.newMember();
    const refusal = await refusalOf(service.client(ApiKeyService, identity).deleteApiKey({ apiKeyId: 'shop' }));
    expect(refusal.fields).toEqual(['api_key_id']);
    const anonymous = await refusalOf(service.client(ApiKeyService).deleteApiKey({ apiKeyId: identity.userId }));
    expect(anonymous.reason).toBe('UNAUTHENTICATED');
  });
});
