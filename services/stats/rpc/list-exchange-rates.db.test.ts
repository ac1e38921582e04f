import { createRouterTransport } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ExchangeRateService } from '../../../gen/numer/stats/v1/exchange_rate_service_pb.ts';
import type { Identity } from '../../../runtime/identity.ts';
import { refusalOf } from '../../../runtime/testing/refusal.ts';
import { startTestService, type TestService, testUser } from '../../../runtime/testing/start-test-service.ts';
import { statsService } from '../service.ts';

let service: TestService;
beforeAll(async () => {
  service = await startTestService(statsService, { transports: { invoice: createRouterTransport(() => undefined) } });
});
afterAll(() => service.stop());

const clientOf = (user?: Identity) => service.client(ExchangeRateService, user);

async function addRates(user: Identity): Promise<void> {
  for (const date of ['2026-02-28', '2026-03-31', '2025-12-31']) {
    for (const currencyCode of ['USD', 'CHF', 'JPY']) {
      const exchangeRate = { currencyCode, targetCurrencyCode: 'EUR', rate: '2', date };
      await clientOf(user).createExchangeRate({ exchangeRate });
    }
  }
}

describe('ListExchangeRates', () => {
  test("lists the caller's rates, newest date first and filtered by currency, page by page", async () => {
    const user = testUser();
    await addRates(user);
    await addRates(testUser());
    // Of one date those that were stored last come first.
    const all = ['2026-03-31', '2026-02-28', '2025-12-31'].flatMap((date) =>
      ['JPY', 'CHF', 'USD'].map((currencyCode) => `${date} ${currencyCode}`),
    );
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
