import { randomUUIDv7 } from 'node:crypto';
import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
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
  service.clock.set('2026-03-10T12:00:00Z');
  ledger = service.newLedger();
});
afterAll(() => service.stop());

const listed = (user: Identity, request = {}) => service.client(StatsService, user).listCustomerStats(request);

const [ADA = '', BRUNO = '', CHIYO = ''] = Array.from({ length: 3 }, () => randomUUIDv7()).toSorted();

describe('ListCustomerStats', () => {
  test('gives what was invoiced, paid, due and overdue of each customer and currency', async () => {
    const user = testUser();
    const first = await service.open(user, {
      customerId: ADA,
      totalMinor: 11_900n,
      taxMinor: 1_900n,
      dueDate: '2026-03-09',
    });
    await service.open(user, { customerId: ADA, totalMinor: 100n, dueDate: '2026-03-10' });
    const lost = await service.open(user, { customerId: ADA, totalMinor: 7n });
    await service.open(user, { customerId: ADA, totalMinor: 5n, currencyCode: 'JPY' });
    const voided = await service.open(user, { customerId: ADA, totalMinor: 1_000n });
    const paid = await service.open(user, { customerId: BRUNO, totalMinor: 300n });
    await service.apply(
      ledger.pay(first, 900n, '2026-03-01'),
      ledger.giveUp(lost),
      ledger.void(voided),
      ledger.pay(paid, 300n, '2026-03-02'),
      ledger.create(user.userId, { customerId: CHIYO })[1],
    );
    expect((await listed(user)).customers).toMatchObject([
      {
        customerId: ADA,
        currencyCode: 'EUR',
        invoiced: { count: 3, netMinor: 10_107n, taxMinor: 1_900n, totalMinor: 12_007n },
        paidMinor: 900n,
        dueMinor: 11_100n,
        overdueMinor: 11_000n,
      },
      {
        customerId: BRUNO,
        currencyCode: 'EUR',
        invoiced: { count: 1, totalMinor: 300n },
        paidMinor: 300n,
        dueMinor: 0n,
        overdueMinor: 0n,
      },
      { customerId: ADA, currencyCode: 'JPY', invoiced: { count: 1, totalMinor: 5n }, dueMinor: 5n },
    ]);
  });

  test('counts as overdue what is so where the user is', async () => {
    const [west, east] = [testUser('America/Los_Angeles'), testUser('Pacific/Kiritimati')];
    for (const user of [west, east])
      await service.open(user, { customerId: ADA, totalMinor: 9n, dueDate: '2026-03-10' });
    service.clock.set('2026-03-10T12:00:00Z');
    expect((await listed(west)).customers).toMatchObject([{ dueMinor: 9n, overdueMinor: 0n }]);
    expect((await listed(east)).customers).toMatchObject([{ dueMinor: 9n, overdueMinor: 9n }]);
  });

  test('tells what was taken back by credit notes and what was written off', async () => {
    const user = testUser();
    const invoice = await service.open(user, { customerId: ADA, totalMinor: 100n });
    const other = await service.open(user, { customerId: ADA, totalMinor: 50n });
    await service.apply(ledger.creditNote(invoice, 30n, '2026-03-03'), ledger.creditNote(invoice, 3n, '2026-03-04'));
    await service.apply(ledger.pay(invoice, 60n, '2026-03-05'), ledger.writeOff(invoice), ledger.writeOff(other));
    expect((await listed(user)).customers).toMatchObject([
      {
        invoiced: { count: 2, totalMinor: 150n },
        credited: { count: 2, totalMinor: 33n, taxMinor: 11n, netMinor: 22n },
        paidMinor: 60n,
        writtenOffMinor: 57n,
        dueMinor: 0n,
      },
    ]);
  });

  test('lists the largest total first within a currency, equal ones by id, page by page, with filters', async () => {
    const user = testUser();
    for (const [customerId, currencyCode, totalMinor] of [
      [ADA, 'EUR', 9n],
      [BRUNO, 'EUR', 100n],
      [CHIYO, 'EUR', 9n],
      [CHIYO, 'CHF', 2n],
      [ADA, 'USD', 2n ** 62n],
      [BRUNO, 'USD', 1n],
    ] as const) {
      await service.open(user, { customerId, currencyCode, totalMinor });
    }
    // More than an int64 can hold: it is still the largest.
    await service.open(user, { customerId: ADA, currencyCode: 'USD', totalMinor: 2n ** 62n });
    const keysOf = (customers: readonly { readonly customerId: string; readonly currencyCode: string }[]) =>
      customers.map(({ customerId, currencyCode }) => [currencyCode, customerId]);
    const all = [
      ['CHF', CHIYO],
      ['EUR', BRUNO],
      ['EUR', ADA],
      ['EUR', CHIYO],
      ['USD', ADA],
      ['USD', BRUNO],
    ];
    for (const [filters, expected] of [
      [{}, all],
      [{ currencyCode: 'EUR' }, all.slice(1, 4)],
      [{ customerId: CHIYO }, [all[0], all[3]]],
      [{ customerId: CHIYO.toUpperCase(), currencyCode: 'CHF' }, [all[0]]],
      [{ customerId: BRUNO, currencyCode: 'CHF' }, []],
      [{ customerId: randomUUIDv7() }, []],
    ] as const) {
      for (const pageSize of [1, 2, 100]) {
        const seen: string[][] = [];
        let pageToken = '';
        do {
          const page = await listed(user, { ...filters, pageSize, pageToken });
          seen.push(...keysOf(page.customers));
          pageToken = page.nextPageToken;
        } while (pageToken !== '');
        expect(seen).toEqual(expected);
      }
    }
  });

  test('gives nothing of another account', async () => {
    await service.open(testUser(), { customerId: ADA });
    expect((await listed(testUser(), { customerId: ADA })).customers).toEqual([]);
  });

  test('refuses what is no customer or currency, and tokens of another list', async () => {
    const user = testUser();
    for (const customerId of [ADA, BRUNO]) await service.open(user, { customerId });
    expect(await refusalOf(listed(user, { customerId: 'x' }))).toMatchObject({
      code: Code.InvalidArgument,
      fields: ['customer_id'],
    });
    expect(await refusalOf(listed(user, { currencyCode: 'eur' }))).toMatchObject({ fields: ['currency_code'] });
    const { nextPageToken: pageToken } = await listed(user, { pageSize: 1 });
    for (const request of [{ pageToken: 'x' }, { pageToken, currencyCode: 'EUR' }, { pageToken, customerId: ADA }]) {
      expect(await refusalOf(listed(user, request))).toMatchObject({ reason: 'INVALID_PAGE_TOKEN' });
    }
  });

  test('refuses nobody', async () => {
    await expect(service.client(StatsService).listCustomerStats({})).rejects.toMatchObject({
      code: Code.Unauthenticated,
    });
  });
});
