import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ExchangeRateService } from '../../../gen/numer/stats/v1/exchange_rate_service_pb.ts';
import { StatsService } from '../../../gen/numer/stats/v1/stats_service_pb.ts';
import type { Identity } from '../../../runtime/call/identity.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { testUser } from '../../../runtime/testing/start-test-service.ts';
import type { Ledger } from '../testing/ledger.ts';
import { type StatsTestService, startStatsService } from '../testing/start-stats-service.ts';

let service: StatsTestService;
let ledger: Ledger;
beforeAll(async () => {
  service = await startStatsService();
});
beforeEach(() => {
  ledger = service.newLedger();
});
afterAll(() => service.stop());

const listed = (user: Identity, request = {}) => service.client(StatsService, user).listMonthlyStats(request);

async function keysOf(user: Identity, request = {}): Promise<string[]> {
  const { months } = await listed(user, request);
  return months.map(({ month, currencyCode }) => `${month} ${currencyCode}`);
}

describe('ListMonthlyStats', () => {
  test('gives revenue and tax by the month of issue, and payments by their own', async () => {
    const user = testUser();
    await service.open(user, { issueDate: '2026-01-31', totalMinor: 11_900n, taxMinor: 1_900n });
    const february = await service.open(user, { issueDate: '2026-02-01', totalMinor: 2_140n, taxMinor: 140n });
    await service.open(user, { issueDate: '2026-02-28', totalMinor: 500n });
    await service.apply(ledger.pay(february, 2_000n, '2026-02-28'), ledger.pay(february, 140n, '2026-04-01'));
    const { months, nextPageToken } = await listed(user);
    expect(months).toMatchObject([
      {
        month: '2026-04',
        currencyCode: 'EUR',
        invoiced: { count: 0, netMinor: 0n, taxMinor: 0n, totalMinor: 0n },
        revenueMinor: 0n,
        taxMinor: 0n,
        paidMinor: 140n,
      },
      {
        month: '2026-02',
        invoiced: { count: 2, netMinor: 2_500n, taxMinor: 140n, totalMinor: 2_640n },
        revenueMinor: 2_500n,
        taxMinor: 140n,
        paidMinor: 2_000n,
      },
      {
        month: '2026-01',
        invoiced: { count: 1, netMinor: 10_000n, taxMinor: 1_900n, totalMinor: 11_900n },
        revenueMinor: 10_000n,
        taxMinor: 1_900n,
        paidMinor: 0n,
      },
    ]);
    expect(nextPageToken).toBe('');
  });

  test('leaves out drafts, and an invoice from when it is voided', async () => {
    const user = testUser();
    await service.apply(ledger.create(user.userId, { issueDate: '2026-03-01' })[1]);
    const invoice = await service.open(user, { issueDate: '2026-02-01' });
    expect(await keysOf(user)).toEqual(['2026-02 EUR']);
    await service.apply(ledger.void(invoice));
    expect(await keysOf(user)).toEqual([]);
  });

  test('keeps an invoice that was given up on', async () => {
    const user = testUser();
    const invoice = await service.open(user, { issueDate: '2026-02-01', totalMinor: 100n });
    await service.apply(ledger.giveUp(invoice));
    expect((await listed(user)).months).toMatchObject([{ month: '2026-02', revenueMinor: 100n }]);
  });

  test('shows a month in the currency of the account too, with the rate of its last day, and of today while it goes on', async () => {
    service.clock.set('2026-03-10T12:00:00Z');
    const user = testUser('UTC', 'EUR');
    const client = service.client(ExchangeRateService, user);
    for (const [date, rate] of [
      ['2026-01-31', '2'],
      ['2026-02-01', '3'],
      ['2026-03-01', '4'],
      ['2026-03-10', '0.5'],
      ['2026-03-11', '9'],
    ] as const) {
      await client.createExchangeRate({ exchangeRate: { currencyCode: 'USD', rate, date } });
    }
    for (const month of ['2025-12', '2026-01', '2026-02', '2026-03', '2026-04']) {
      const terms = { issueDate: `${month}-05`, totalMinor: 118n, taxMinor: 17n };
      await service.open(user, { ...terms, currencyCode: 'USD' });
    }
    await service.open(user, { issueDate: '2026-03-05', totalMinor: 100n });
    const invoice = await service.open(user, { issueDate: '2026-03-05', currencyCode: 'USD', totalMinor: 1n });
    await service.apply(ledger.pay(invoice, 1n, '2026-03-06'));
    const { months } = await listed(user);
    expect(months.map(({ month, currencyCode, converted }) => [month, currencyCode, converted?.rateDate])).toEqual([
      ['2026-04', 'USD', '2026-03-10'],
      ['2026-03', 'EUR', undefined],
      ['2026-03', 'USD', '2026-03-10'],
      ['2026-02', 'USD', '2026-02-01'],
      ['2026-01', 'USD', '2026-01-31'],
      ['2025-12', 'USD', undefined],
    ]);
    expect(months[2]).toMatchObject({
      revenueMinor: 102n,
      taxMinor: 17n,
      paidMinor: 1n,
      // 8.5 and 0.5 round half away from zero.
      converted: { currencyCode: 'EUR', rate: '0.5', revenueMinor: 51n, taxMinor: 9n, paidMinor: 1n },
    });
    expect(months[4]?.converted).toMatchObject({ rate: '2', revenueMinor: 202n, taxMinor: 34n, paidMinor: 0n });
  });

  test('lists newest months first and currencies by code, filtered by both, page by page', async () => {
    const user = testUser();
    for (const currencyCode of ['USD', 'EUR', 'JPY']) {
      for (const month of ['2025-12', '2026-01', '2026-02']) {
        await service.open(user, { currencyCode, issueDate: `${month}-15` });
      }
    }
    const months = ['2026-02', '2026-01', '2025-12'].flatMap((month) =>
      ['EUR', 'JPY', 'USD'].map((currencyCode) => `${month} ${currencyCode}`),
    );
    expect(await keysOf(user)).toEqual(months);
    expect(await keysOf(user, { monthFrom: '2026-01', monthTo: '2026-01' })).toEqual(months.slice(3, 6));
    expect(await keysOf(user, { monthFrom: '2026-01' })).toEqual(months.slice(0, 6));
    expect(await keysOf(user, { monthTo: '2025-12', currencyCode: 'JPY' })).toEqual(['2025-12 JPY']);
    expect(await keysOf(user, { currencyCode: 'CHF' })).toEqual([]);
    for (const filters of [{}, { currencyCode: 'JPY' }, { monthTo: '2026-01' }]) {
      const expected = await keysOf(user, filters);
      for (const pageSize of [1, 2, 4]) {
        const seen: string[] = [];
        let pageToken = '';
        do {
          const page = await listed(user, { ...filters, pageSize, pageToken });
          seen.push(...page.months.map(({ month, currencyCode }) => `${month} ${currencyCode}`));
          expect(page.months.length).toBeLessThanOrEqual(pageSize);
          pageToken = page.nextPageToken;
        } while (pageToken !== '');
        expect(seen).toEqual(expected);
      }
    }
  });

  test('gives nothing of another account', async () => {
    await service.open(testUser(), {});
    expect(await keysOf(testUser())).toEqual([]);
  });

  test('refuses months that are none, and tokens of another list', async () => {
    const user = testUser();
    for (const issueDate of ['2026-01-01', '2026-02-01']) await service.open(user, { issueDate });
    for (const [field, value] of [
      ['month_from', '2026-13'],
      ['month_to', '2026-2'],
      ['month_to', '0000-01'],
    ] as const) {
      const name = field === 'month_from' ? 'monthFrom' : 'monthTo';
      expect(await refusalOf(listed(user, { [name]: value }))).toMatchObject({
        code: Code.InvalidArgument,
        fields: [field],
      });
    }
    expect(await refusalOf(listed(user, { monthFrom: '2026-02', monthTo: '2026-01' }))).toMatchObject({
      code: Code.InvalidArgument,
      fields: ['month_to'],
    });
    expect(await refusalOf(listed(user, { currencyCode: 'eur' }))).toMatchObject({ fields: ['currency_code'] });
    const { nextPageToken: pageToken } = await listed(user, { pageSize: 1 });
    for (const request of [{ pageToken: 'x' }, { pageToken, currencyCode: 'EUR' }, { pageToken, monthTo: '2026-01' }]) {
      expect(await refusalOf(listed(user, request))).toMatchObject({ reason: 'INVALID_PAGE_TOKEN' });
    }
  });

  test('refuses nobody', async () => {
    await expect(service.client(StatsService).listMonthlyStats({})).rejects.toMatchObject({
      code: Code.Unauthenticated,
    });
  });
});
