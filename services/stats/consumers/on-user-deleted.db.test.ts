import { randomUUIDv7 } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ExchangeRateService } from '../../../gen/numer/stats/v1/exchange_rate_service_pb.ts';
import { StatsService } from '../../../gen/numer/stats/v1/stats_service_pb.ts';
import { UserDeletedSchema } from '../../../gen/numer/user/v1/user_events_pb.ts';
import { eraseAccounts } from '../../../runtime/erasure.ts';
import { inTransaction } from '../../../runtime/testing/in-transaction.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { testUser } from '../../../runtime/testing/start-test-service.ts';
import { waitUntil } from '../../../runtime/testing/wait-until.ts';
import { statsService } from '../service.ts';
import { prepareEraseNumbers } from '../store/erase-numbers.ts';
import {
  customerDueTotals,
  customerTotals,
  exchangeRates,
  invoices,
  invoiceTotals,
  monthlyTotals,
  payments,
} from '../store/schema.ts';
import { type StatsTestService, startStatsService } from '../testing/start-stats-service.ts';

let service: StatsTestService;
beforeAll(async () => {
  // Without its jobs, which would take erasure steps that belong to the test.
  service = await startStatsService({ ...statsService, jobs: [] });
  service.begin();
});
afterAll(() => service.stop());

async function erase(): Promise<void> {
  await eraseAccounts.run(service.deps, service.clock.now(), new AbortController().signal);
}

async function rowsOf(ownerId: string): Promise<number> {
  const counts = await Promise.all(
    [invoices, payments, invoiceTotals, monthlyTotals, customerTotals, customerDueTotals, exchangeRates].map((table) =>
      service.db.$count(table, eq(table.ownerId, ownerId)),
    ),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

test('a deleted account leaves no numbers, and what comes late brings none', async () => {
  const [user, other] = [testUser(), testUser()];
  const ledger = service.newLedger();
  const eventsOf = (ownerId: string) => {
    const [invoice, created] = ledger.create(ownerId);
    return [created, ledger.send(invoice), ledger.pay(invoice, 1n, '2026-03-01')];
  };
  await service.apply(...eventsOf(user.userId), ...eventsOf(other.userId));
  const exchangeRate = { currencyCode: 'USD', rate: '0.9', date: '2026-03-01' };
  for (const each of [user, other])
    await service.client(ExchangeRateService, each).createExchangeRate({ exchangeRate });
  expect(await rowsOf(user.userId)).toBe(7);

  const deletion = await service.publish(UserDeletedSchema, { userId: user.userId }, { ownerId: user.userId });
  await service.publish(UserDeletedSchema, { userId: user.userId }, deletion);
  await erase();
  await service.apply(...eventsOf(user.userId), ...eventsOf(other.userId));

  expect(await rowsOf(user.userId)).toBe(0);
  expect((await service.client(StatsService, user).getStats({})).currencies).toEqual([]);
  expect((await service.client(StatsService, other).getStats({})).currencies).toMatchObject([{ unpaid: { count: 2 } }]);
  const late = service.client(ExchangeRateService, user).createExchangeRate({ exchangeRate });
  expect((await refusalOf(late)).reason).toBe('UNAUTHENTICATED');
  const rates = await service.client(ExchangeRateService, other).listExchangeRates({});
  expect(rates.exchangeRates).toHaveLength(1);
});

test('erases step by step, however much there is', async () => {
  const { userId } = testUser();
  const ledger = service.newLedger();
  const events = Array.from({ length: 3 }, () => {
    const [invoice, created] = ledger.create(userId);
    return [created, ledger.send(invoice), ledger.pay(invoice, 1n, '2026-03-01')];
  });
  await service.apply(...events.flat());
  await service.db.execute(sql`update accounts set erase_time = now() where owner_id = ${userId}`);
  const eraseNext = prepareEraseNumbers(service.db, 2);
  const held = async () => [await service.db.$count(payments, eq(payments.ownerId, userId)), await rowsOf(userId)];
  const lefts: number[][] = [];
  do lefts.push(await held());
  while (await eraseNext());
  expect(lefts.map(([paid]) => paid)).toEqual([3, 1, 0, 0, 0, 0]);
  expect(lefts.at(-1)).toEqual([0, 0]);
});

test('an account can be deleted before its first event', async () => {
  const { userId } = testUser();
  await service.publish(UserDeletedSchema, { userId }, { ownerId: userId });
  await service.apply(service.newLedger().create(userId)[1]);
  expect(await rowsOf(userId)).toBe(0);
});

test('a deletion waits for what another replica is writing at the same moment, and erases that too', async () => {
  const { userId } = testUser();
  let deletion: Promise<unknown> = Promise.resolve();
  await inTransaction(service.db, async (replica) => {
    await replica`insert into accounts (owner_id) values (${userId})`;
    await replica`insert into invoices values (${randomUUIDv7()}, ${userId}, 'EUR', 1, 'DRAFT', 1, 0, '2026-03-01')`;
    deletion = service.publish(UserDeletedSchema, { userId }, { ownerId: userId });
    await waitUntil(async () => {
      const waiting = await service.db.execute(sql`
        select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`);
      return waiting.length > 0;
    });
  });
  await deletion;
  await erase();
  expect(await rowsOf(userId)).toBe(0);
});
