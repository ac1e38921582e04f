import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testUser } from '../../../runtime/testing/start-test-service.ts';
import { prepareEraseAddresses } from '../store/erase-addresses.ts';
import { startActivityService, type TestActivityService } from '../testing/start-activity-service.ts';
import { eraseAddresses } from './erase-addresses.ts';

const DAY_MS = 86_400_000;

let service: TestActivityService;
beforeAll(async () => {
  service = await startActivityService();
});
afterAll(() => service.stop());

test('erases addresses after a year, and leaves the activities and a chain that is whole', async () => {
  const { userId } = testUser();
  const now = service.clock.now();
  const ages = [366, 365, 364, 0].map((days) => new Date(now.getTime() - days * DAY_MS));
  const events = [];
  for (const time of ages) events.push(await service.signIn(userId, { time }));
  await service.signIn(userId, { time: ages[0] ?? now, callerAddress: undefined });

  const deps = { store: { eraseAddresses: prepareEraseAddresses(service.db) } };
  await eraseAddresses.run(deps as never, new Date(now.getTime() + 1), new AbortController().signal); // it uses nothing else
  const left = await service.db.execute<{ id: string }>(sql`
    select activity_id as id from activity_addresses order by create_time`);
  expect(left.map(({ id }) => id)).toEqual([events[2]?.id, events[3]?.id]);
  const { position, problem } = await service.verify(userId);
  expect([position.sequence, problem]).toEqual([5n, undefined]);
});

test('stops when it is told to', async () => {
  const deps = {
    store: {
      eraseAddresses: () => {
        throw new Error('it did not stop');
      },
    },
  };
  await eraseAddresses.run(deps as never, service.clock.now(), AbortSignal.abort()); // it uses nothing else
});
