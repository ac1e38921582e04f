import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiKeyService } from '../../../gen/numer/user/v1/api_key_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { startUserService, type UserTestService } from '../testing/start-user-service.ts';

let service: UserTestService;
beforeAll(async () => {
  service = await startUserService();
});
afterAll(() => service.stop());

describe('ListApiKeys', () => {
  test("lists the caller's keys, newest first, page by page", async () => {
    const { identity } = await service.newMember();
    await service
      .client(ApiKeyService, (await service.newMember()).identity)
      .createApiKey({ apiKey: { name: 'other' } });
    const client = service.client(ApiKeyService, identity);
    for (const name of ['a', 'b', 'c']) {
      service.clock.advance(1);
      await client.createApiKey({ apiKey: { name } });
    }
    const first = await client.listApiKeys({ pageSize: 2 });
    const second = await client.listApiKeys({ pageSize: 2, pageToken: first.nextPageToken });
    expect([...first.apiKeys, ...second.apiKeys].map(({ name }) => name)).toEqual(['c', 'b', 'a']);
    expect(second.nextPageToken).toBe('');
  });

  test('refuses the token of another list, and a page that is too large', async () => {
    const client = service.client(ApiKeyService, (await service.newMember()).identity);
    expect((await refusalOf(client.listApiKeys({ pageToken: 'x' }))).reason).toBe('INVALID_PAGE_TOKEN');
    expect((await refusalOf(client.listApiKeys({ pageSize: 101 }))).fields).toEqual(['page_size']);
  });

  test('refuses a caller who is nobody', async () => {
    expect((await refusalOf(service.client(ApiKeyService).listApiKeys({}))).reason).toBe('UNAUTHENTICATED');
  });
});
