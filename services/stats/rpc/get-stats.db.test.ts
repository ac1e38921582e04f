import { timestampDate } from '@bufbuild/protobuf/wkt';
import { Code } from '@connectrpc/connect';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ExchangeRateService } from '../../../gen/numer/stats/v1/exchange_rate_service_pb.ts';
import { StatsService } from '../../../gen/numer/stats/v1/stats_service_pb.ts';
import type { Identity } from '../../../runtime/call/identity.ts';
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

function statsOf(user: Identity) {
  return service.client(StatsService, user).getStats({});
}

function addRate(user: Identity, currencyCode: string, rate: string, date: string, targetCurrencyCode = '') {
  const exchangeRate = { currencyCode, targetCurrencyCode, rate, date };
  return service.client(ExchangeRateService, user).createExchangeRate({ exchangeRate });
}

describe('GetStats', () => {
  test('gives nothing before the first invoice', async () => {
    const stats = await statsOf(testUser());
    expect(stats.currencies).toEqual([]);
    expect(stats.updateTime).toBeUndefined();
  });

  test('gives count and amounts by state, overdue ones within the unpaid', async () => {
    const user = testUser();
    const events = [ledger.create(user.userId, { totalMinor: 100n })[1]];
    for (const [dueDate, totalMinor] of [
      ['2026-03-09', 200n],
      ['2026-03-10', 300n],
    ] as const) {
      const [invoice, created] = ledger.create(user.userId, { dueDate, totalMinor });
      events.push(created, ledger.send(invoice));
    }
    const [paid, paidCreated] = ledger.create(user.userId, { totalMinor: 400n });
    events.push(paidCreated, ledger.send(paid), ledger.pay(paid, 150n, '2026-02-28'));
    events.push(ledger.pay(paid, 250n, '2026-03-01'));
    const [voided, voidedCreated] = ledger.create(user.userId, { totalMinor: 500n });
    events.push(voidedCreated, ledger.send(voided), ledger.void(voided));
    const [lost, lostCreated] = ledger.create(user.userId, { totalMinor: 600n, dueDate: '2026-01-01' });
    events.push(lostCreated, ledger.send(lost), ledger.pay(lost, 100n, '2026-03-31'), ledger.giveUp(lost));
    await service.apply(...events);

    expect((await statsOf(user)).currencies).toMatchObject([
      {
        currencyCode: 'EUR',
        draft: { count: 1, totalMinor: 100n, dueMinor: 100n },
        unpaid: { count: 2, totalMinor: 500n, dueMinor: 500n },
        overdue: { count: 1, totalMinor: 200n, dueMinor: 200n },
        paid: { count: 1, totalMinor: 400n, dueMinor: 0n },
        voided: { count: 1, totalMinor: 500n, dueMinor: 500n },
        uncollectible: { count: 1, totalMinor: 600n, dueMinor: 500n },
        dueMinor: 500n,
        paidThisMonthMinor: 350n,
      },
    ]);
  });

  test('tells of each group what was paid, credited by credit notes, written off and is due', async () => {
    const user = testUser();
    const open = async (totalMinor: bigint, prepaidMinor = 0n) => {
      const [invoice, created] = ledger.create(user.userId, { totalMinor, prepaidMinor });
      await service.apply(created, ledger.send(invoice));
      return invoice;
    };
    const [mixed, credited, writtenOff, part] = [
      await open(100n, 10n),
      await open(20n),
      await open(3n),
      await open(1_000n),
    ];
    await service.apply(ledger.pay(mixed, 40n, '2026-03-02'), ledger.applyCredit(mixed, 5n, '2026-03-02'));
    await service.apply(ledger.creditNote(mixed, 15n, '2026-03-03'), ledger.writeOff(mixed));
    await service.apply(ledger.creditNote(credited, 20n, '2026-03-03'), ledger.writeOff(writtenOff));
    await service.apply(ledger.creditNote(part, 100n, '2026-03-03'), ledger.pay(part, 200n, '2026-03-03'));
    expect((await statsOf(user)).currencies).toMatchObject([
      {
        paid: {
          count: 3,
          totalMinor: 123n,
          paidMinor: 45n,
          creditedMinor: 35n,
          writtenOffMinor: 33n,
          dueMinor: 0n,
          payableMinor: 113n,
        },
        unpaid: { totalMinor: 1_000n, paidMinor: 200n, creditedMinor: 100n, writtenOffMinor: 0n, dueMinor: 700n },
      },
    ]);
  });

  test('keeps currencies apart, in the order of their codes, and leaves out one without invoices', async () => {
    const user = testUser();
    const [yen, yenCreated] = ledger.create(user.userId, { currencyCode: 'JPY', totalMinor: 7n });
    const [, eurCreated] = ledger.create(user.userId, { currencyCode: 'EUR', totalMinor: 8n });
    const [moved, movedCreated] = ledger.create(user.userId, { currencyCode: 'USD', totalMinor: 9n });
    await service.apply(yenCreated, eurCreated, movedCreated);
    expect((await statsOf(user)).currencies).toMatchObject([
      { currencyCode: 'EUR', draft: { count: 1, totalMinor: 8n } },
      { currencyCode: 'JPY', draft: { count: 1, totalMinor: 7n } },
      { currencyCode: 'USD', draft: { count: 1, totalMinor: 9n } },
    ]);
    await service.apply(ledger.delete(yen), ledger.update(moved, { currencyCode: 'EUR' }));
    expect((await statsOf(user)).currencies).toMatchObject([
      { currencyCode: 'EUR', draft: { count: 2, totalMinor: 17n } },
    ]);
  });

  test('shows a currency in that of the account too, with the latest rate of today or before, and all of them together', async () => {
    const user = testUser('UTC', 'EUR');
    const open = async (currencyCode: string, totalMinor: bigint) => {
      const [invoice, created] = ledger.create(user.userId, { currencyCode, totalMinor });
      await service.apply(created, ledger.send(invoice));
      return invoice;
    };
    await open('EUR', 10_000n);
    const dollars = await open('USD', 333n);
    await service.apply(ledger.pay(dollars, 33n, '2026-03-02'), ledger.creditNote(dollars, 100n, '2026-03-03'));
    await open('JPY', 150n);
    await open('CHF', 7n);
    await addRate(user, 'USD', '0.9', '2026-03-01');
    await addRate(user, 'USD', '0.5', '2026-03-10');
    await addRate(user, 'USD', '9', '2026-03-11');
    await addRate(user, 'JPY', '0.0061', '2020-01-01');
    await addRate(user, 'CHF', '9', '2026-03-11');
    await addRate(user, 'CHF', '2', '2026-03-01', 'USD');
    const { currencies, convertedTotal } = await statsOf(user);
    const [francs, euros, yen, converted] = currencies;
    expect(francs?.currencyCode).toBe('CHF');
    expect([francs?.converted, euros?.converted]).toEqual([undefined, undefined]);
    expect(yen?.converted).toMatchObject({ rateDate: '2020-01-01', amounts: { unpaid: { totalMinor: 92n } } });
    expect(converted).toMatchObject({
      currencyCode: 'USD',
      unpaid: { count: 1, totalMinor: 333n, paidMinor: 33n, creditedMinor: 100n, dueMinor: 200n },
      converted: {
        currencyCode: 'EUR',
        rate: '0.5',
        rateDate: '2026-03-10',
        amounts: {
          // 166.5 and 16.5, halves away from zero. The payable amount is the sum of the converted amounts.
          unpaid: {
            count: 1,
            totalMinor: 167n,
            paidMinor: 17n,
            creditedMinor: 50n,
            dueMinor: 100n,
            payableMinor: 167n,
          },
          credited: { count: 1, totalMinor: 50n, taxMinor: 17n, netMinor: 33n },
          paidThisMonthMinor: 17n,
        },
      },
    });
    expect(convertedTotal).toMatchObject({
      currencyCode: 'EUR',
      amounts: { unpaid: { count: 3, totalMinor: 10_259n, dueMinor: 10_192n, paidMinor: 17n } },
      unconvertedCurrencyCodes: ['CHF'],
    });
  });

  test('goes by the currency that the account has now, and by the rates that it has now', async () => {
    const user = testUser('UTC', 'EUR');
    for (const currencyCode of ['EUR', 'USD']) {
      const [invoice, created] = ledger.create(user.userId, { currencyCode, totalMinor: 100n });
      await service.apply(created, ledger.send(invoice));
    }
    const { exchangeRate } = await addRate(user, 'USD', '0.5', '2026-03-01');
    await addRate(user, 'EUR', '2', '2026-03-01', 'USD');
    const totalOf = async (defaultCurrencyCode: string) => {
      const { convertedTotal } = await statsOf({ ...user, defaultCurrencyCode });
      return [convertedTotal?.amounts?.unpaid?.totalMinor, convertedTotal?.unconvertedCurrencyCodes];
    };
    expect(await totalOf('EUR')).toEqual([150n, []]);
    expect(await totalOf('USD')).toEqual([300n, []]);
    expect(await totalOf('CHF')).toEqual([0n, ['EUR', 'USD']]);
    await service.client(ExchangeRateService, user).deleteExchangeRate({ exchangeRateId: exchangeRate?.id ?? '' });
    expect(await totalOf('EUR')).toEqual([100n, ['USD']]);
  });

  test("takes the day of the user, and no other account's rate", async () => {
    service.clock.set('2026-03-10T11:00:00Z');
    const [east, west] = [testUser('Pacific/Kiritimati'), testUser('America/Los_Angeles')];
    for (const user of [east, west]) {
      await service.apply(ledger.create(user.userId, { currencyCode: 'USD' })[1]);
      await addRate(user, 'USD', '2', '2026-03-11');
    }
    expect((await statsOf(east)).currencies[0]?.converted?.rateDate).toBe('2026-03-11');
    expect((await statsOf(west)).currencies[0]?.converted).toBeUndefined();
    await addRate(east, 'USD', '3', '2026-03-01');
    expect((await statsOf(west)).currencies[0]?.converted).toBeUndefined();
  });

  test('says nothing of a currency of the account where nobody tells it which that is', async () => {
    const user = testUser();
    await service.apply(ledger.create(user.userId, { currencyCode: 'USD' })[1]);
    await addRate(user, 'USD', '2', '2026-03-01');
    // As a gateway of the previous version names a user.
    const { defaultCurrencyCode: _, ...old } = user;
    const stats = await statsOf(old as Identity);
    expect(stats.currencies).toMatchObject([{ currencyCode: 'USD', draft: { count: 1 } }]);
    expect([stats.currencies[0]?.converted, stats.convertedTotal]).toEqual([undefined, undefined]);
  });

  test('tells the time of the newest event, also when nothing is left', async () => {
    const user = testUser();
    const [invoice, created] = ledger.create(user.userId);
    service.clock.advance(1_234);
    const newest = service.clock.now();
    await service.apply(created, ledger.delete(invoice));
    const stats = await statsOf(user);
    expect(stats.currencies).toEqual([]);
    expect(stats.updateTime && timestampDate(stats.updateTime)).toEqual(newest);
  });

  test.each([
    // The due date ends at local midnight: 10:00 UTC on the day itself, 00:00 UTC after it, 08:00 UTC after it.
    ['Pacific/Kiritimati', '2026-03-15T09:59:59Z', '2026-03-15T10:00:00Z'],
    ['UTC', '2026-03-15T23:59:59Z', '2026-03-16T00:00:00Z'],
    ['America/Los_Angeles', '2026-03-16T06:59:59Z', '2026-03-16T07:00:00Z'],
  ])('counts an invoice as overdue from the midnight after its due date in %s', async (zone, lastInstant, nextDay) => {
    const user = testUser(zone);
    const [invoice, created] = ledger.create(user.userId, { dueDate: '2026-03-15' });
    await service.apply(created, ledger.send(invoice));
    service.clock.set(lastInstant);
    expect((await statsOf(user)).currencies).toMatchObject([{ unpaid: { count: 1 }, overdue: { count: 0 } }]);
    service.clock.set(nextDay);
    expect((await statsOf(user)).currencies).toMatchObject([{ unpaid: { count: 1 }, overdue: { count: 1 } }]);
  });

  test('tells overdue invoices apart by age: 1 to 30 days, 31 to 60, 61 to 90, more', async () => {
    const user = testUser();
    service.clock.set('2026-06-30T12:00:00Z');
    // Due today, and 1, 30, 31, 60, 61, 90, 91 and 1,000 days before.
    const dueDates = [
      ...['2026-06-30', '2026-06-29', '2026-05-31', '2026-05-30', '2026-05-01'],
      ...['2026-04-30', '2026-04-01', '2026-03-31', '2023-10-04'],
    ];
    for (const [index, dueDate] of dueDates.entries()) {
      const [invoice, created] = ledger.create(user.userId, { dueDate, totalMinor: 10n ** BigInt(index) });
      await service.apply(created, ledger.send(invoice));
    }
    const [stats] = (await statsOf(user)).currencies;
    expect(stats?.overdue).toMatchObject({ count: 8, dueMinor: 111_111_110n });
    expect(stats?.overdueAgeing).toMatchObject([
      { daysFrom: 1, daysTo: 30, invoices: { count: 2, totalMinor: 110n, dueMinor: 110n } },
      { daysFrom: 31, daysTo: 60, invoices: { count: 2, totalMinor: 11_000n } },
      { daysFrom: 61, daysTo: 90, invoices: { count: 2, totalMinor: 1_100_000n } },
      { daysFrom: 91, invoices: { count: 2, totalMinor: 110_000_000n } },
    ]);
    expect(stats?.overdueAgeing.at(-1)?.daysTo).toBeUndefined();
  });

  test('gives the average days from the issue date to the latest payment, dated back ones included', async () => {
    const user = testUser();
    const pay = async (issueDate: string, ...paymentDates: readonly string[]) => {
      const [invoice, created] = ledger.create(user.userId, { issueDate, totalMinor: BigInt(paymentDates.length) });
      await service.apply(created, ledger.send(invoice), ...paymentDates.map((date) => ledger.pay(invoice, 1n, date)));
    };
    const [open, created] = ledger.create(user.userId, { issueDate: '2026-01-01' });
    await service.apply(created, ledger.send(open), ledger.pay(open, 1n, '2026-03-01'));
    expect((await statsOf(user)).currencies).toMatchObject([{ paidCount: 0 }]);
    expect((await statsOf(user)).currencies[0]).not.toHaveProperty('averageDaysToPay', expect.anything());

    await pay('2026-01-31', '2026-02-28', '2026-03-02', '2026-02-01'); // 30 days
    expect((await statsOf(user)).currencies).toMatchObject([{ paidCount: 1, averageDaysToPay: '30.0' }]);
    await pay('2026-03-01', '2026-02-24'); // paid 5 days before
    await pay('2026-03-10', '2026-03-10');
    await pay('2026-03-09', '2026-03-10');
    expect((await statsOf(user)).currencies).toMatchObject([{ paidCount: 4, averageDaysToPay: '6.5' }]);
  });

  test('takes the day on which the last of an invoice was paid, with credit too, and not what came on top of it', async () => {
    const user = testUser();
    const [invoice, created] = ledger.create(user.userId, { issueDate: '2026-02-01', totalMinor: 100n });
    await service.apply(created, ledger.send(invoice), ledger.pay(invoice, 40n, '2026-02-02'));
    await service.apply(ledger.applyCredit(invoice, 60n, '2026-02-11'), ledger.pay(invoice, 1n, '2026-03-05'));
    expect((await statsOf(user)).currencies).toMatchObject([
      { paid: { count: 1 }, paidCount: 1, averageDaysToPay: '10.0', paidThisMonthMinor: 1n },
    ]);
  });

  test('counts the payments of the month that it is for the user', async () => {
    service.clock.set('2026-03-31T20:00:00Z');
    const [tokyo, berlin] = [testUser('Asia/Tokyo'), testUser('Europe/Berlin')];
    for (const { userId } of [tokyo, berlin]) {
      const [invoice, created] = ledger.create(userId, { totalMinor: 111n });
      await service.apply(created, ledger.send(invoice), ledger.pay(invoice, 11n, '2026-03-31'));
      await service.apply(ledger.pay(invoice, 100n, '2026-04-01'));
    }
    expect((await statsOf(tokyo)).currencies).toMatchObject([{ paidThisMonthMinor: 100n }]);
    expect((await statsOf(berlin)).currencies).toMatchObject([{ paidThisMonthMinor: 11n }]);
  });

  test('shows the largest number there is when a sum is larger', async () => {
    const user = testUser();
    const totalMinor = 2n ** 62n;
    await service.apply(...Array.from({ length: 3 }, () => ledger.create(user.userId, { totalMinor })[1]));
    const { currencies } = await statsOf(user);
    expect(currencies).toMatchObject([{ draft: { count: 3, totalMinor: 2n ** 63n - 1n } }]);
  });

  test('gives nothing of another account', async () => {
    await service.apply(ledger.create(testUser().userId)[1]);
    expect((await statsOf(testUser())).currencies).toEqual([]);
  });

  test('refuses nobody', async () => {
    await expect(service.client(StatsService).getStats({})).rejects.toMatchObject({ code: Code.Unauthenticated });
  });
});
