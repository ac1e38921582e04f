import { timestampDate } from '@bufbuild/protobuf/wkt';
import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiKeyService } from '../../../gen/numer/user/v1/api_key_service_pb.ts';
import { SessionService } from '../../../gen/numer/user/v1/session_service_pb.ts';
import { UserService } from '../../../gen/numer/user/v1/user_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { createAccessTokens } from '../credentials/access-tokens.ts';
import { startUserService, type UserTestService } from '../testing/start-user-service.ts';

let service: UserTestService;
beforeAll(async () => {
  service = await startUserService();
});
afterAll(() => service.stop());

describe('Authenticate', () => {
  test('tells of an access token whose session it is, and the time zone and currency of the user', async () => {
    const member = await service.newMember({ timeZone: 'Asia/Tokyo', defaultCurrencyCode: 'JPY' });
    const { accessToken, expireTime } = await service.signIn(member);
    const answer = await service.authenticate(accessToken);
    expect(answer).toMatchObject({
      userId: member.user.id,
      sessionId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      apiKeyId: '',
      canWrite: true,
      timeZone: 'Asia/Tokyo',
      defaultCurrencyCode: 'JPY',
      expireTime,
    });
  });

  test('tells the time zone and the currency as they are now', async () => {
    const member = await service.newMember();
    const { accessToken } = await service.signIn(member);
    const settings = { timeZone: 'Asia/Tokyo', defaultCurrencyCode: 'JPY' };
    const updateMask = { paths: ['time_zone', 'default_currency_code'] };
    const request = { user: { id: member.user.id, ...settings }, updateMask };
    await service.client(UserService, member.identity).updateUser(request);
    expect(await service.authenticate(accessToken)).toMatchObject(settings);
  });

  test.each([true, false])(
    'tells of an API key whose it is, and whether it may write (read-only: %s)',
    async (readOnly) => {
      const { user, identity } = await service.newMember();
      const client = service.client(ApiKeyService, identity);
      const { secret, apiKey } = await client.createApiKey({ apiKey: { name: 'shop', readOnly } });
      const answer = await service.authenticate(secret);
      expect(answer).toMatchObject({
        userId: user.id,
        sessionId: '',
        apiKeyId: apiKey?.id,
        canWrite: !readOnly,
        timeZone: 'UTC',
        defaultCurrencyCode: 'EUR',
      });
      expect(answer.expireTime).toBeUndefined();
    },
  );

  test('says that an access token has expired', async () => {
    const { accessToken, expireTime } = await service.signIn(await service.newMember());
    service.clock.set((expireTime ? timestampDate(expireTime) : new Date()).toISOString());
    const refusal = await refusalOf(service.authenticate(accessToken));
    expect(refusal).toMatchObject({ reason: 'UNAUTHENTICATED', message: 'The access token has expired.' });
  });

  test('does not say why else a token is not valid', async () => {
    const member = await service.newMember();
    const { accessToken } = await service.signIn(member);
    const { sessionId } = await service.authenticate(accessToken);
    const session = { userId: member.user.id, sessionId };
    const now = service.clock.now();
    const forged = await createAccessTokens(new Uint8Array(32).fill(9)).issue(session, now);
    const ours = createAccessTokens(new Uint8Array(32).fill(1));
    const stranger = await service.newMember();
    const mixed = await ours.issue({ userId: stranger.user.id, sessionId }, now);
    expect((await service.authenticate((await ours.issue(session, now)).token)).userId).toBe(member.user.id);
    for (const token of [forged.token, mixed.token, 'x', 'a.b.c', `${accessToken}x`]) {
      const refusal = await refusalOf(service.authenticate(token));
      expect(refusal).toMatchObject({ reason: 'UNAUTHENTICATED', message: 'The access token is invalid.' });
    }
    for (const token of ['numer_', 'numer_x', `numer_${'A'.repeat(43)}`]) {
      const refusal = await refusalOf(service.authenticate(token));
      expect(refusal).toMatchObject({ reason: 'UNAUTHENTICATED', message: 'The API key is invalid.' });
    }
  });

  test('answers services only', async () => {
    const member = await service.newMember();
    const { accessToken } = await service.signIn(member);
    const anonymous = service.client(SessionService).authenticate({ token: accessToken });
    expect((await refusalOf(anonymous)).code).toBe(Code.Unauthenticated);
    const user = service.client(SessionService, member.identity).authenticate({ token: accessToken });
    expect((await refusalOf(user)).code).toBe(Code.PermissionDenied);
  });

  test('refuses a request without a token', async () => {
    expect((await refusalOf(service.authenticate(''))).fields).toEqual(['token']);
  });
});
