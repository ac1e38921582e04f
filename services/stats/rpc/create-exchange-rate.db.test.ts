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

function add(user: Identity | undefined, rate: object = RATE, headers = {}) {
  return service.client(ExchangeRateService, user, headers).createExchangeRate({ exchangeRate: rate });
}

async function ratesOf(user: Identity) {
  return (await service.client(ExchangeRateService, user).listExchangeRates({ pageSize: 100 })).exchangeRates;
}

async function countOf(user: Extract<Identity, { kind: 'user' }>) {
  const [account] = await service.db.execute<{ count: number }>(
    sql`select exchange_rates_count as count from accounts where owner_id = ${user.userId}`,
  );
  return account?.count;
}

describe('CreateExchangeRate', () => {
  test('stores a rate and tells of it', async () => {
    const user = testUser();
    const { exchangeRate } = await add(user);
    expect(exchangeRate).toMatchObject({ ...RATE, id: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(exchangeRate?.createTime).toBeDefined();
    expect(await ratesOf(user)).toEqual([exchangeRate]);
    expect(await service.eventsOf(exchangeRate?.id ?? '')).toMatchObject([
      {
        topic: 'exchange-rate.created',
        version: 1n,
        ownerId: user.userId,
        actor: user.actor,
        message: {
          exchangeRate: RATE,
          changes: [
            { field: 'currencyCode', newValue: 'USD' },
            { field: 'targetCurrencyCode', newValue: 'EUR' },
            { field: 'rate', newValue: '0.9213' },
            { field: 'date', newValue: '2026-03-01' },
          ],
        },
      },
    ]);
  });

  test('converts to the default currency of the user where none is given', async () => {
    const { targetCurrencyCode: _, ...rate } = RATE;
    expect((await add(testUser('UTC', 'CHF'), rate)).exchangeRate).toMatchObject({ targetCurrencyCode: 'CHF' });
  });

  test.each([
    ['1.10', '1.1'],
    ['007.000', '7'],
    ['999999999999.999999999999', '999999999999.999999999999'],
    ['0.000000000001', '0.000000000001'],
  ])('keeps the rate %s exactly, as %s', async (rate, shortest) => {
    const user = testUser();
    expect((await add(user, { ...RATE, rate })).exchangeRate?.rate).toBe(shortest);
    expect(await ratesOf(user)).toMatchObject([{ rate: shortest }]);
  });

  test('refuses a second rate of the same two currencies and date, whatever it is', async () => {
    const [user, other] = [testUser(), testUser()];
    await add(user);
    expect(await refusalOf(add(user, { ...RATE, rate: '1' }))).toMatchObject({
      code: Code.AlreadyExists,
      reason: 'EXCHANGE_RATE_EXISTS',
      fields: ['exchange_rate.date'],
    });
    for (const further of [{ date: '2026-03-02' }, { currencyCode: 'CHF' }, { targetCurrencyCode: 'CHF' }]) {
      await add(user, { ...RATE, ...further });
    }
    await add(user, { ...RATE, currencyCode: 'EUR', targetCurrencyCode: 'USD' });
    await add(other);
    expect(await ratesOf(user)).toHaveLength(5);
    expect(await countOf(user)).toBe(5);
  });

  test('stores one of several equal rates that come at once, and counts one', async () => {
    const user = testUser();
    const results = await Promise.allSettled(
      Array.from({ length: 8 }, (_, index) => add(user, { ...RATE, rate: `${index + 1}` })),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const reasons = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
    for (const reason of reasons) {
      expect(await refusalOf(Promise.reject(reason))).toMatchObject({ reason: 'EXCHANGE_RATE_EXISTS' });
    }
    const rates = await ratesOf(user);
    expect(rates).toHaveLength(1);
    expect(await countOf(user)).toBe(1);
    const [created] = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value.exchangeRate] : []));
    expect(rates).toEqual([created]);
  });

  test('stops at the limit, also when several come at once', async () => {
    const user = testUser();
    await add(user);
    await service.db.execute(sql`update accounts set exchange_rates_count = 9998 where owner_id = ${user.userId}`);
    const days = Array.from({ length: 6 }, (_, index) => ({ ...RATE, date: `2026-04-0${index + 1}` }));
    const results = await Promise.allSettled(days.map((rate) => add(user, rate)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    expect(await refusalOf(add(user, { ...RATE, date: '2026-05-01' }))).toMatchObject({
      code: Code.FailedPrecondition,
      reason: 'LIMIT_REACHED',
      metadata: { limit: '10000' },
    });
    const [{ id = '' } = {}] = await ratesOf(user);
    await service.client(ExchangeRateService, user).deleteExchangeRate({ exchangeRateId: id });
    await add(user, { ...RATE, date: '2026-05-01' });
  });

  test('retried with the same idempotency key gives the same rate', async () => {
    const user = testUser();
    const key = { 'idempotency-key': 'rate-1' };
    const first = await add(user, RATE, key);
    expect(await add(user, RATE, key)).toEqual(first);
    expect(await refusalOf(add(user, { ...RATE, rate: '2' }, key))).toMatchObject({ reason: 'IDEMPOTENCY_KEY_REUSED' });
    expect(await ratesOf(user)).toEqual([first.exchangeRate]);
    expect(await countOf(user)).toBe(1);
  });

  test.each([
    ['currency_code', { currencyCode: 'usd' }],
    ['currency_code', { currencyCode: 'XYZ' }],
    ['target_currency_code', { targetCurrencyCode: 'eur' }],
    ['target_currency_code', { targetCurrencyCode: 'XYZ' }],
    ['target_currency_code', { targetCurrencyCode: 'USD' }],
    ['rate', { rate: '' }],
    ['rate', { rate: '0' }],
    ['rate', { rate: '0.000' }],
    ['rate', { rate: '-1' }],
    ['rate', { rate: '1e3' }],
    ['rate', { rate: '1234567890123' }],
    ['rate', { rate: '0.0000000000001' }],
    ['date', { date: '2026-02-29' }],
    ['date', { date: 'today' }],
  ])('refuses a bad %s: %o', async (field, bad) => {
    expect(await refusalOf(add(testUser(), { ...RATE, ...bad }))).toMatchObject({
      code: Code.InvalidArgument,
      fields: [`exchange_rate.${field}`],
    });
  });

  test('refuses no rate, one to the default currency from itself, nobody, and a read-only key', async () => {
    const user = testUser();
    const client = service.client(ExchangeRateService, user);
    expect(await refusalOf(client.createExchangeRate({}))).toMatchObject({ fields: ['exchange_rate'] });
    const same = { currencyCode: 'EUR', rate: '1', date: '2026-03-01' };
    expect(await refusalOf(add(user, same))).toMatchObject({ fields: ['exchange_rate.target_currency_code'] });
    expect((await refusalOf(add(undefined))).reason).toBe('UNAUTHENTICATED');
    expect((await refusalOf(add({ ...user, canWrite: false }))).reason).toBe('PERMISSION_DENIED');
    expect(await ratesOf(user)).toEqual([]);
  });
});
