import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SessionService } from '../../../gen/numer/user/v1/session_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { identityOf, startUserService, type UserTestService } from '../testing/start-user-service.ts';

let service: UserTestService;
beforeAll(async () => {
  service = await startUserService();
});
afterAll(() => service.stop());

async function signedIn() {
  const member = await service.newMember();
  const tokens = await service.signIn(member);
  const { sessionId } = await service.authenticate(tokens.accessToken);
  return { member, tokens, sessionId, identity: identityOf(member.user, sessionId) };
}

describe('DeleteSession', () => {
  test('ends the session of the call, and with it its tokens', async () => {
    const { member, tokens, sessionId, identity } = await signedIn();
    await service.client(SessionService, identity).deleteSession({});
    expect((await refusalOf(service.authenticate(tokens.accessToken))).reason).toBe('UNAUTHENTICATED');
    const refresh = service.client(SessionService).refreshSession({ refreshToken: tokens.refreshToken });
    expect((await refusalOf(refresh)).reason).toBe('INVALID_REFRESH_TOKEN');
    expect((await service.eventsOf(member.user.id)).at(-1)).toMatchObject({
      topic: 'session.deleted',
      subject: sessionId,
      version: 2n,
      actor: `user:${member.user.id}`,
      message: { sessionId },
    });
  });

  test('leaves the other sessions of the person alone', async () => {
    const { member, identity } = await signedIn();
    const other = await service.signIn(member);
    await service.client(SessionService, identity).deleteSession({});
    expect((await service.authenticate(other.accessToken)).userId).toBe(member.user.id);
  });

  test('done twice has one effect', async () => {
    const { member, identity } = await signedIn();
    const client = service.client(SessionService, identity);
    await Promise.all([client.deleteSession({}), client.deleteSession({}), client.deleteSession({})]);
    await client.deleteSession({});
    const ends = (await service.eventsOf(member.user.id)).filter(({ topic }) => topic === 'session.deleted');
    expect(ends).toHaveLength(1);
  });

  test("leaves somebody else's session alone", async () => {
    const [ada, grace] = [await signedIn(), await signedIn()];
    await service.client(SessionService, identityOf(ada.member.user, grace.sessionId)).deleteSession({});
    expect((await service.authenticate(grace.tokens.accessToken)).sessionId).toBe(grace.sessionId);
  });

  test('is refused to an API key, which has no session', async () => {
    const { member, tokens } = await signedIn();
    const call = service.client(SessionService, identityOf(member.user, '')).deleteSession({});
    expect(await refusalOf(call)).toMatchObject({
      reason: 'PERMISSION_DENIED',
      message: 'An API key cannot sign out; sign in to do so.',
    });
    expect((await service.authenticate(tokens.accessToken)).userId).toBe(member.user.id);
  });

  test('refuses a caller who is nobody', async () => {
    expect((await refusalOf(service.client(SessionService).deleteSession({}))).reason).toBe('UNAUTHENTICATED');
  });
});
