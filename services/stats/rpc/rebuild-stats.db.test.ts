import { randomUUIDv7 } from 'node:crypto';
import { Code } from '@connectrpc/connect';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { StatsService } from '../../../gen/numer/stats/v1/stats_service_pb.ts';
import { testUser } from '../../../runtime/testing/start-test-service.ts';
import {
  customerDueTotals,
  customerTotals,
  invoices,
  invoiceTotals,
  monthlyTotals,
  payments,
} from '../store/schema.ts';
import { dueOf, type InvoiceEvent, type Ledger, type LedgerInvoice } from '../testing/ledger.ts';
import { expectRecount as expectRecountOf } from '../testing/recount.ts';
import { type StatsTestService, startStatsService } from '../testing/start-stats-service.ts';

const TODAY = '2026-03-10';

let ledger: Ledger;
let service: StatsTestService;
beforeAll(async () => {
  service = await startStatsService();
  service.clock.set(`${TODAY}T12:00:00Z`);
});
beforeEach(async () => {
  ledger = service.newLedger();
  await service.db.execute(sql`truncate accounts, invoices, payments cascade`);
});
afterAll(() => service.stop());

/** Five invoices of the user: one is paid, one is paid in part, three are drafts. Gives their events. */
function fillLedger(ownerId: string): InvoiceEvent[] {
  return Array.from({ length: 5 }, (_, index) => {
    const [invoice, created] = ledger.create(ownerId, { totalMinor: BigInt(index + 2) });
    return index < 2 ? [created, ledger.send(invoice), ledger.pay(invoice, 2n, TODAY)] : [created];
  }).flat();
}

async function rebuild(): Promise<{ read: number; corrected: number }> {
  const client = service.client(StatsService, { kind: 'service', name: 'cli' });
  const { invoicesRead, invoicesCorrected } = await client.rebuildStats({});
  return { read: Number(invoicesRead), corrected: Number(invoicesCorrected) };
}

function expectRecount(user: ReturnType<typeof testUser>): Promise<void> {
  return expectRecountOf(service, ledger.invoices, user);
}

describe('RebuildStats', () => {
  test('finds nothing to correct in a projection that is right', async () => {
    const user = testUser();
    await service.apply(...fillLedger(user.userId));
    expect(await rebuild()).toEqual({ read: 5, corrected: 0 });
    await expectRecount(user);
  });

  test('fills an empty projection, and has nothing to do the second time', async () => {
    const users = [testUser(), testUser()];
    for (const { userId } of users) fillLedger(userId);
    expect(await rebuild()).toEqual({ read: 10, corrected: 10 });
    for (const user of users) await expectRecount(user);
    expect(await rebuild()).toEqual({ read: 10, corrected: 0 });
  });

  test('works when there are no invoices at all', async () => {
    expect(await rebuild()).toEqual({ read: 0, corrected: 0 });
  });

  test.each<[string, (invoice: LedgerInvoice) => ReturnType<StatsTestService['db']['execute']>]>([
    ['a wrong amount', ({ id }) => update(sql`invoices set total_minor = 77 where invoice_id = ${id}`)],
    ['a wrong state', ({ id }) => update(sql`invoices set state = 'VOID' where invoice_id = ${id}`)],
    ['an outdated row', ({ id }) => update(sql`invoices set version = 1, due_minor = 7 where invoice_id = ${id}`)],
    ['a wrong currency', ({ id }) => update(sql`invoices set currency_code = 'XXX' where invoice_id = ${id}`)],
    ['a wrong tax', ({ id }) => update(sql`invoices set tax_minor = 2 where invoice_id = ${id}`)],
    ['a wrong issue date', ({ id }) => update(sql`invoices set issue_date = '2025-12-31' where invoice_id = ${id}`)],
    [
      'a wrong customer',
      ({ id }) => update(sql`invoices set customer_id = ${randomUUIDv7()}, paid_minor = 9 where invoice_id = ${id}`),
    ],
    [
      'a wrong credit',
      ({ id }) => update(sql`invoices set credited_minor = 2, due_minor = 3 where invoice_id = ${id}`),
    ],
    ['a wrong write-off', ({ id }) => update(sql`invoices set written_off_minor = 2 where invoice_id = ${id}`)],
    ['wrong credit notes', ({ id }) => update(sql`invoices set credit_note_count = 2 where invoice_id = ${id}`)],
    [
      'a wrong date of the latest payment',
      ({ id }) => update(sql`invoices set last_payment_date = '2026-05-05' where invoice_id = ${id}`),
    ],
    [
      'a wrong date of a payment',
      ({ id }) => update(sql`payments set payment_date = '2026-05-05' where invoice_id = ${id}`),
    ],
    ['a wrong kind of payment', ({ id }) => update(sql`payments set kind = 'CREDIT' where invoice_id = ${id}`)],
    ['a payment that did not pay', ({ id }) => update(sql`payments set applied_minor = 0 where invoice_id = ${id}`)],
    ['a wrong payment', ({ id }) => update(sql`payments set amount_minor = 3 where invoice_id = ${id}`)],
    ['a missing payment', ({ id }) => service.db.execute(sql`delete from payments where invoice_id = ${id}`)],
    [
      'a payment too many',
      ({ id, ownerId }) =>
        service.db.execute(
          sql`insert into payments values (${randomUUIDv7()}, ${id}, ${ownerId}, 'EUR', 5, '2026-03-02')`,
        ),
    ],
    [
      'a version that does not exist',
      ({ id, ownerId }) =>
        service.db.execute(sql`
          with added as (insert into payments values (${randomUUIDv7()}, ${id}, ${ownerId}, 'EUR', 5, '2026-03-02'))
          update invoices set version = 9, state = 'OPEN', due_minor = 2, paid_minor = 0 where invoice_id = ${id}`),
    ],
    [
      'a deletion that did not happen',
      ({ id }) => update(sql`invoices set version = 9, state = 'DELETED' where invoice_id = ${id}`),
    ],
  ])('corrects %s', async (_, spoil) => {
    const user = testUser();
    await service.apply(...fillLedger(user.userId));
    const [invoice] = ledger.invoices;
    if (invoice === undefined) throw new Error('the ledger is empty');
    await spoil(invoice);
    expect(await rebuild()).toEqual({ read: 5, corrected: 1 });
    await expectRecount(user);
    expect(await rebuild()).toEqual({ read: 5, corrected: 0 });
  });

  test('removes invoices that do not exist, their payments too', async () => {
    const [user, other] = [testUser(), testUser()];
    await service.apply(...fillLedger(user.userId), ...fillLedger(other.userId));
    ledger.invoices.splice(0, 5);
    expect(await rebuild()).toEqual({ read: 5, corrected: 5 });
    for (const one of [user, other]) await expectRecount(one);
    expect(await service.db.$count(payments, eq(payments.ownerId, user.userId))).toBe(0);
  });

  test('corrects totals that do not fit the rows', async () => {
    const user = testUser();
    await service.apply(...fillLedger(user.userId));
    await service.db.update(invoiceTotals).set({ count: 9n }).where(eq(invoiceTotals.state, 'DRAFT'));
    await service.db.delete(invoiceTotals).where(eq(invoiceTotals.state, 'OPEN'));
    await service.db.update(invoiceTotals).set({ daysToPay: '1' }).where(eq(invoiceTotals.state, 'PAID'));
    await service.db.update(monthlyTotals).set({ month: '2026-05-01' });
    await service.db.update(customerTotals).set({ paidMinor: '3' });
    await service.db.delete(customerDueTotals);
    expect(await rebuild()).toEqual({ read: 5, corrected: 0 });
    await expectRecount(user);
  });

  test('keeps what happens while it runs: payments, deletions, new invoices', async () => {
    const user = testUser();
    await service.apply(...fillLedger(user.userId));
    let pages = 0;
    service.invoices.afterPage = async (page) => {
      pages += 1;
      // The page is out of date by the time it is compared.
      const open = page.filter(({ state }) => state === 'OPEN');
      const drafts = page.filter(({ state }) => state === 'DRAFT');
      await service.apply(
        ...open.map((invoice) => ledger.pay(invoice, dueOf(invoice), TODAY)),
        ...drafts.slice(0, 1).map((invoice) => ledger.delete(invoice)),
        ...(pages === 1 ? [ledger.create(user.userId)[1]] : []),
      );
    };
    await rebuild();
    expect(ledger.invoices.filter(({ state }) => state === 'PAID')).toHaveLength(2);
    await expectRecount(user);
  });

  test('lets no event that comes late bring back an invoice that it removed', async () => {
    const user = testUser();
    const [invoice, created] = ledger.create(user.userId);
    const updated = ledger.update(invoice, { totalMinor: 5n });
    const deleted = ledger.delete(invoice);
    await service.apply(created);
    expect(await rebuild()).toEqual({ read: 0, corrected: 1 });
    await service.apply(updated);
    await expectRecount(user);
    await service.apply(deleted);
    await expectRecount(user);
  });

  test('is right when events come in at every moment of it', async () => {
    const users = [testUser(), testUser(), testUser()];
    const events = users.flatMap(({ userId }) => [...fillLedger(userId), ...fillLedger(userId)]);
    const applying = events.map((event) => service.apply(event));
    await Promise.all([rebuild(), rebuild(), ...applying]);
    for (const user of users) await expectRecount(user);
    expect((await rebuild()).corrected).toBe(0);
  });

  test('brings nothing back of an account that was deleted', async () => {
    const user = testUser();
    fillLedger(user.userId);
    await service.deps.store.eraseAccounts([
      { eventId: randomUUIDv7(), ownerId: user.userId, time: service.clock.now() },
    ]);
    expect(await rebuild()).toEqual({ read: 5, corrected: 0 });
    expect(await service.db.$count(invoices)).toBe(0);
  });

  test('waits for an invoice service that tells everything', async () => {
    const user = testUser();
    await service.apply(...fillLedger(user.userId));
    service.invoices.isOld = true;
    await expect(rebuild()).rejects.toMatchObject({ code: Code.Unavailable });
    await expectRecount(user);
  });

  test('refuses users and nobody', async () => {
    const asUser = service.client(StatsService, testUser()).rebuildStats({});
    await expect(asUser).rejects.toMatchObject({ code: Code.PermissionDenied });
    await expect(service.client(StatsService).rebuildStats({})).rejects.toMatchObject({ code: Code.Unauthenticated });
  });
});

function update(change: ReturnType<typeof sql>) {
  return service.db.execute(sql`update ${change}`);
}
