import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { testUser } from '../../../runtime/testing/start-test-service.ts';
import { customerTotals } from '../store/schema.ts';
import { dueOf, type Ledger, type LedgerInvoice } from '../testing/ledger.ts';
import { writeAsOldVersion, writeAsSecondVersion } from '../testing/old-version.ts';
import { expectRecount } from '../testing/recount.ts';
import { type StatsTestService, startStatsService } from '../testing/start-stats-service.ts';
import { completeInvoices } from './complete-invoices.ts';

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

const run = () => completeInvoices.run(service.deps, service.clock.now(), new AbortController().signal);

/** A draft, an open, a part-paid, a paid, a voided, a credited and a written-off invoice, without their events. */
function fillLedger(ownerId: string): LedgerInvoice[] {
  const made = Array.from({ length: 7 }, (_, index) => {
    const [invoice] = ledger.create(ownerId, { totalMinor: BigInt(index + 3), taxMinor: 1n, dueDate: '2026-01-01' });
    return invoice;
  });
  const [, open, part, paid, voided, credited, writtenOff] = made;
  for (const invoice of [open, part, paid, voided, credited, writtenOff]) if (invoice) ledger.send(invoice);
  if (credited) ledger.creditNote(credited, credited.totalMinor, '2026-03-03');
  if (writtenOff) ledger.creditNote(writtenOff, 1n, '2026-03-03');
  if (writtenOff) ledger.writeOff(writtenOff);
  if (part) ledger.pay(part, 1n, '2026-03-02');
  if (paid) ledger.pay(paid, paid.totalMinor, '2026-02-27');
  if (voided) ledger.void(voided);
  return made;
}

describe('the completion of invoices', () => {
  test.each([
    ['first', writeAsOldVersion],
    ['second', writeAsSecondVersion],
  ])('takes over what the %s version wrote, once', async (_, write) => {
    const users = [testUser(), testUser()];
    for (const { userId } of users) for (const invoice of fillLedger(userId)) await write(service.db, invoice);
    await run();
    for (const user of users) await expectRecount(service, ledger.invoices, user);
    let calls = 0;
    service.invoices.afterPage = async () => void calls++;
    await run();
    expect(calls).toBe(0);
  });

  test.each([
    ['first', writeAsOldVersion],
    ['second', writeAsSecondVersion],
  ])(
    'notices what a replica of the %s version wrote over what it knew itself, opened drafts included',
    async (_, write) => {
      const user = testUser();
      const [draft, draftCreated] = ledger.create(user.userId, { taxMinor: 7n });
      const [open, openCreated] = ledger.create(user.userId, { dueDate: '2026-02-01' });
      await service.apply(draftCreated, openCreated, ledger.send(open));
      ledger.send(draft);
      ledger.pay(open, 3n, '2026-03-05');
      ledger.creditNote(open, 5n, '2026-03-06');
      ledger.writeOff(open);
      for (const invoice of [draft, open]) await write(service.db, invoice);
      await run();
      await expectRecount(service, ledger.invoices, user);
    },
  );

  test('lets events go on meanwhile, and takes an invoice that moved on over in the next run', async () => {
    const user = testUser();
    const made = fillLedger(user.userId);
    for (const invoice of made) await writeAsOldVersion(service.db, invoice);
    service.invoices.afterPage = async (page) => {
      service.invoices.afterPage = undefined;
      const open = page.filter(({ state }) => state === 'OPEN');
      const events = open.map((invoice) => ledger.pay(invoice, dueOf(invoice), TODAY));
      await service.apply(...events, ledger.create(user.userId)[1]);
    };
    await Promise.all([run(), run()]);
    await run();
    await expectRecount(service, ledger.invoices, user);
  });

  test('removes a draft that was deleted in the meantime', async () => {
    const user = testUser();
    const [draft] = fillLedger(user.userId);
    for (const invoice of ledger.invoices) await writeAsOldVersion(service.db, invoice);
    if (draft !== undefined) ledger.delete(draft);
    await run();
    await expectRecount(service, ledger.invoices, user);
  });

  test('brings nothing back of an account that is deleted', async () => {
    const { userId } = testUser();
    for (const invoice of fillLedger(userId)) await writeAsOldVersion(service.db, invoice);
    service.invoices.afterPage = async () => {
      await service.db.execute(sql`update accounts set erase_time = now() where owner_id = ${userId}`);
    };
    await run();
    expect(await service.db.$count(customerTotals, eq(customerTotals.ownerId, userId))).toBe(0);
  });

  test('waits for an invoice service that tells everything', async () => {
    const user = testUser();
    for (const invoice of fillLedger(user.userId)) await writeAsOldVersion(service.db, invoice);
    service.invoices.isOld = true;
    await expect(run()).rejects.toThrow('upgrade it first');
    service.invoices.isOld = false;
    await run();
    await expectRecount(service, ledger.invoices, user);
  });

  test('stops when the process ends', async () => {
    const { userId } = testUser();
    for (const invoice of fillLedger(userId)) await writeAsOldVersion(service.db, invoice);
    await completeInvoices.run(service.deps, service.clock.now(), AbortSignal.abort());
    expect(await service.db.$count(customerTotals)).toBe(0);
  });
});
