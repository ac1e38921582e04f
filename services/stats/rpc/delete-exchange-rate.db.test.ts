import { randomUUIDv7 } from 'node:crypto';
import { Code } from '@connectrpc/connect';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ExchangeRateService } from '../../../gen/numer/stats/v1/exchange_rate_service_pb.ts';
import type { Identity } from '../../../runtime/call/identity.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { testUser } from '../../../runtime/testing/start-test-service.ts';
import { type StatsTestService, startStatsService } from '../testing/start-stats-service.ts';

let service: StatsTestService;
beforeAll(async () => {
  service = await startStatsService();
});
afterAll(() => service.stop());

const RATE = { currencyCode: 'USD', targetCurrencyCode: 'EUR', rate: '0.9213', date: '2026-03-01' };

const clientOf = (user?: Identity) => service.client(ExchangeRateService, user);

async function newRate(user: Identity): Promise<string> {
  return (await clientOf(user).createExchangeRate({ exchangeRate: RATE })).exchangeRate?.id ?? '';
}

describe('DeleteExchangeRate', () => {
  test('deletes a rate, tells what it was, and leaves room for another of that day', async () => {
    const user = testUser();
    const exchangeRateId = await newRate(user);
    await clientOf(user).deleteExchangeRate({ exchangeRateId: exchangeRateId.toUpperCase() });
    expect((await clientOf(user).listExchangeRates({})).exchangeRates).toEqual([]);
    expect((await service.eventsOf(exchangeRateId)).at(-1)).toMatchObject({
      topic: 'exchange-rate.deleted',
      version: 2n,
      ownerId: user.userId,
      message: {
        exchangeRate: RATE,
        changes: [
          { field: 'currencyCode', oldValue: 'USD' },
          { field: 'targetCurrencyCode', oldValue: 'EUR' },
          { field: 'rate', oldValue: '0.9213' },
          { field: 'date', oldValue: '2026-03-01' },
        ],
      },
    });
    expect(await newRate(user)).not.toBe(exchangeRateId);
  });

  test('is done once, however often at once', async () => {
    const user = testUser();
    const exchangeRateId = await newRate(user);
    const deletions = Array.from({ length: 5 }, () => clientOf(user).deleteExchangeRate({ exchangeRateId }));
    const results = await Promise.allSettled(deletions);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await refusalOf(clientOf(user).deleteExchangeRate({ exchangeRateId }))).reason).toBe(
      'EXCHANGE_RATE_NOT_FOUND',
    );
    expect(await service.eventsOf(exchangeRateId)).toHaveLength(2);
    const [account] = await service.db.execute(
      sql`select exchange_rates_count as count from accounts where owner_id = ${user.userId}`,
    );
    expect(account).toEqual({ count: 0 });
  });

  test("answers for somebody else's rate as for a missing one, and leaves it alone", async () => {
    const [ada, grace] = [testUser(), testUser()];
    await newRate(ada);
    const exchangeRateId = await newRate(grace);
    const missing = await refusalOf(clientOf(ada).deleteExchangeRate({ exchangeRateId: randomUUIDv7() }));
    expect(missing).toMatchObject({ code: Code.NotFound, reason: 'EXCHANGE_RATE_NOT_FOUND' });
    expect(await refusalOf(clientOf(ada).deleteExchangeRate({ exchangeRateId }))).toEqual(missing);
    expect((await clientOf(grace).listExchangeRates({})).exchangeRates).toHaveLength(1);
  });

  test('refuses an id that is none, nobody, and a read-only key', async () => {
    const user = testUser();
    const exchangeRateId = await newRate(user);
    expect(await refusalOf(clientOf(user).deleteExchangeRate({ exchangeRateId: 'x' }))).toMatchObject({
      code: Code.InvalidArgument,
      fields: ['exchange_rate_id'],
    });
    expect((await refusalOf(clientOf().deleteExchangeRate({ exchangeRateId }))).reason).toBe('UNAUTHENTICATED');
    const readOnly = clientOf({ ...user, canWrite: false }).deleteExchangeRate({ exchangeRateId });
    expect((await refusalOf(readOnly)).reason).toBe('PERMISSION_DENIED');
  });
});
