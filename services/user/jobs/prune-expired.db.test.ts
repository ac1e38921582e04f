import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SessionService } from '../../../gen/numer/user/v1/session_service_pb.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { createDeps, type Deps } from '../deps.ts';
import { startUserService, type UserTestService } from '../testing/start-user-service.ts';
import { pruneExpired } from './prune-expired.ts';

const DAY_MS = 86_400_000;

let service: UserTestService;
let deps: Deps;
beforeAll(async () => {
  service = await startUserService();
  deps = await createDeps(service, { ACCESS_TOKEN_KEY: new Uint8Array(32), SIGN_UP: 'open' });
});
afterAll(() => service.stop());

async function prune(): Promise<void> {
  service.clock.advance(1); // rows that expire at this very moment are left for the next run
  await pruneExpired.run(deps, service.clock.now(), AbortSignal.timeout(10_000));
}

async function counts() {
  const [row] = await service.db.$client`
    select (select count(*)::integer from sessions) as sessions,
      (select count(*)::integer from used_refresh_tokens) as used,
      (select count(*)::integer from sign_in_failures) as failures`;
  return row;
}

describe('prune-expired', () => {
  test('deletes what has expired, and nothing before', async () => {
    const member = await service.newMember();
    const sessions = service.client(SessionService);
    const old = await service.signIn(member);
    let { refreshToken } = await service.signIn(member);
    ({ refreshToken } = await sessions.refreshSession({ refreshToken }));
    await refusalOf(sessions.createSession({ email: 'nobody@example.com', password: 'wrong' }));
    await prune();
    expect(await counts()).toEqual({ sessions: 2, used: 1, failures: 1 });

    service.clock.advance(29 * DAY_MS);
    ({ refreshToken } = await sessions.refreshSession({ refreshToken }));
    await prune();
    expect(await counts()).toEqual({ sessions: 2, used: 2, failures: 0 });

    service.clock.advance(DAY_MS);
    await prune();
    expect(await counts()).toEqual({ sessions: 1, used: 1, failures: 0 });
    const expired = sessions.refreshSession({ refreshToken: old.refreshToken });
    expect((await refusalOf(expired)).reason).toBe('INVALID_REFRESH_TOKEN');
    expect((await sessions.refreshSession({ refreshToken })).userId).toBe(member.user.id);
  });

  test('deletes more than one batch in a run', async () => {
    await service.db.$client`
      insert into sign_in_failures select decode(md5(n::text), 'hex'), 1, ${service.clock.now().toISOString()}
      from generate_series(1, 2500) as n`;
    await prune();
    expect((await counts())?.failures).toBe(0);
  });
});
