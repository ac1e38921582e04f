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

const clientOf = (user?: Identity) => service.client(ExchangeRateService, user);

/** Gives the rates in the order of the list: newest date first, and within a date by id, which begins with the time. */
async function addRates(user: Identity): Promise<string[]> {
  const added: { readonly id: string; readonly date: string; readonly currencyCode: string }[] = [];
  for (const date of ['2026-02-28', '2026-03-31', '2025-12-31']) {
    for (const currencyCode of ['USD', 'CHF', 'JPY']) {
      const exchangeRate = { currencyCode, targetCurrencyCode: 'EUR', rate: '2', date };
      const created = await clientOf(user).createExchangeRate({ exchangeRate });
      added.push({ id: created.exchangeRate?.id ?? '', date, currencyCode });
    }
  }
  const keyOf = ({ date, id }: (typeof added)[number]) => date + id;
  return added
    .toSorted((one, other) => (keyOf(one) < keyOf(other) ? 1 : -1))
    .map(({ date, currencyCode }) => `${date} ${currencyCode}`);
}

describe('ListExchangeRates', () => {
  test("lists the caller's rates, newest date first and filtered by currency, page by page", async () => {
    const user = testUser();
    const all = await addRates(user);
    await addRates(testUser());
    for (const [currencyCode, expected] of [
      ['', all],
      ['CHF', all.filter((rate) => rate.endsWith('CHF'))],
      ['GBP', []],
    ] as const) {
      for (const pageSize of [1, 2, 100]) {
        const seen: string[] = [];
        let pageToken = '';
        do {
          const page = await clientOf(user).listExchangeRates({ pageSize, pageToken, currencyCode });
          seen.push(...page.exchangeRates.map((rate) => `${rate.date} ${rate.currencyCode}`));
          pageToken = page.nextPageToken;
        } while (pageToken !== '');
        expect(seen).toEqual(expected);
      }
    }
  });

  test('refuses the token of another list, a page that is too large, and what is no currency', async () => {
    const user = testUser();
    await addRates(user);
    const { nextPageToken: pageToken } = await clientOf(user).listExchangeRates({ pageSize: 1 });
    for (const request of [{ pageToken: 'x' }, { pageToken, currencyCode: 'USD' }]) {
      expect((await refusalOf(clientOf(user).listExchangeRates(request))).reason).toBe('INVALID_PAGE_TOKEN');
    }
    expect((await refusalOf(clientOf(user).listExchangeRates({ pageSize: 101 }))).fields).toEqual(['page_size']);
    expect((await refusalOf(clientOf(user).listExchangeRates({ currencyCode: 'usd' }))).fields).toEqual([
      'currency_code',
    ]);
  });

  test('refuses nobody', async () => {
    expect((await refusalOf(clientOf().listExchangeRates({}))).reason).toBe('UNAUTHENTICATED');
  });
});
