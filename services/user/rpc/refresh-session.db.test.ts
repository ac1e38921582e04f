import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SessionService } from '../../../gen/numer/user/v1/session_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { startUserService, type UserTestService } from '../testing/start-user-service.ts';

const DAY_MS = 86_400_000;

let service: UserTestService;
beforeAll(async () => {
  service = await startUserService();
});
afterAll(() => service.stop());

function refresh(refreshToken: string) {
  return service.client(SessionService).refreshSession({ refreshToken });
}

describe('RefreshSession', () => {
  test('exchanges a refresh token for new tokens of the same session', async () => {
    const member = await service.newMember();
    const first = await service.signIn(member);
    service.clock.advance(60_000);
    const second = await refresh(first.refreshToken);
    expect(second.userId).toBe(member.user.id);
    expect(second.refreshToken).not.toBe(first.refreshToken);
    expect(Number((second.expireTime?.seconds ?? 0n) - (first.expireTime?.seconds ?? 0n))).toBe(60);
    const [before, after] = [
      await service.authenticate(first.accessToken),
      await service.authenticate(second.accessToken),
    ];
    expect(after.sessionId).toBe(before.sessionId);
    expect((await refresh(second.refreshToken)).userId).toBe(member.user.id);
  });

  test('ends the session when a token is used a second time', async () => {
    const member = await service.newMember();
    const first = await service.signIn(member);
    const { sessionId } = await service.authenticate(first.accessToken);
    const second = await refresh(first.refreshToken);
    const third = await refresh(second.refreshToken);

    const refusal = await refusalOf(refresh(first.refreshToken));
    expect(refusal).toMatchObject({ code: Code.Unauthenticated, reason: 'REFRESH_TOKEN_REUSED' });
    expect((await refusalOf(service.authenticate(third.accessToken))).reason).toBe('UNAUTHENTICATED');
    expect((await refusalOf(refresh(third.refreshToken))).reason).toBe('INVALID_REFRESH_TOKEN');
    expect((await refusalOf(refresh(first.refreshToken))).reason).toBe('INVALID_REFRESH_TOKEN');
    expect((await service.eventsOf(member.user.id)).at(-1)).toMatchObject({
      topic: 'session.token-reused',
      subject: sessionId,
      version: 2n,
      actor: 'service:user',
      message: { sessionId },
    });
  });

  test('leaves the other sessions of the person alone when one ends', async () => {
    const member = await service.newMember();
    const [stolen, other] = [await service.signIn(member), await service.signIn(member)];
    await refresh(stolen.refreshToken);
    await refusalOf(refresh(stolen.refreshToken));
    expect((await refresh(other.refreshToken)).userId).toBe(member.user.id);
  });

  test('lets one of 20 at once win, and ends the session because of the others', async () => {
    const member = await service.newMember();
    const { refreshToken } = await service.signIn(member);
    const calls = Array.from({ length: 20 }, () => refresh(refreshToken));
    const results = await Promise.allSettled(calls);
    const won = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    expect(won).toHaveLength(1);
    const lost = calls.filter((_, index) => results[index]?.status === 'rejected');
    const reasons = new Set((await Promise.all(lost.map(refusalOf))).map(({ reason }) => reason));
    expect(reasons).toContain('REFRESH_TOKEN_REUSED');
    reasons.delete('REFRESH_TOKEN_REUSED');
    reasons.delete('INVALID_REFRESH_TOKEN');
    expect(reasons).toEqual(new Set());

    for (const { accessToken, refreshToken: next } of won) {
      expect((await refusalOf(service.authenticate(accessToken))).reason).toBe('UNAUTHENTICATED');
      expect((await refusalOf(refresh(next))).reason).toBe('INVALID_REFRESH_TOKEN');
    }
    const reused = (await service.eventsOf(member.user.id)).filter(({ topic }) => topic === 'session.token-reused');
    expect(reused).toHaveLength(1);
  });

  test('keeps a session alive for 30 days after the newest token', async () => {
    const member = await service.newMember();
    let { refreshToken } = await service.signIn(member);
    for (let days = 0; days < 90; days += 29) {
      service.clock.advance(29 * DAY_MS);
      ({ refreshToken } = await refresh(refreshToken));
    }
    service.clock.advance(30 * DAY_MS);
    expect((await refusalOf(refresh(refreshToken))).reason).toBe('INVALID_REFRESH_TOKEN');
  });

  test.each(['x', 'A'.repeat(43), 'numer_key', '\u{1F511}'])('refuses the unknown token "%s"', async (token) => {
    const refusal = await refusalOf(refresh(token));
    expect(refusal).toMatchObject({ code: Code.Unauthenticated, reason: 'INVALID_REFRESH_TOKEN' });
  });

  test('refuses an access token, and nothing at all', async () => {
    const { accessToken } = await service.signIn(await service.newMember());
    expect((await refusalOf(refresh(accessToken.slice(0, 200)))).reason).toBe('INVALID_REFRESH_TOKEN');
    expect((await refusalOf(refresh(''))).fields).toEqual(['refresh_token']);
  });

  test('keeps digests of used tokens only', async () => {
    const { refreshToken } = await service.signIn(await service.newMember());
    const next = await refresh(refreshToken);
    const rows = await service.db.$client`
      select (select json_agg(s) from sessions s)::text || (select json_agg(u) from used_refresh_tokens u)::text as text`;
    expect(JSON.stringify(rows)).not.toContain(refreshToken);
    expect(JSON.stringify(rows)).not.toContain(next.refreshToken);
  });
});
