import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { DELETION_REMEMBERED_MS, forgetDeleted } from '../../../runtime/events/forget-deleted.ts';
import { testUser } from '../../../runtime/testing/start-test-service.ts';
import { completeInvoices } from '../jobs/complete-invoices.ts';
import type { Ledger } from '../testing/ledger.ts';
import { expectRecount } from '../testing/recount.ts';
import { type StatsTestService, startStatsService } from '../testing/start-stats-service.ts';
import { invoices } from './schema.ts';

let ledger: Ledger;
let service: StatsTestService;
beforeAll(async () => {
  service = await startStatsService();
});
beforeEach(() => {
  ledger = service.newLedger();
});
afterAll(() => service.stop());

const forget = () => forgetDeleted.run(service.deps, service.clock.now(), new AbortController().signal);
const complete = () => completeInvoices.run(service.deps, service.clock.now(), new AbortController().signal);
const countOf = (ownerId: string) => service.db.$count(invoices, eq(invoices.ownerId, ownerId));

test('a deleted draft is forgotten after a month, and until then no event brings it back', async () => {
  const user = testUser();
  const [draft, created] = ledger.create(user.userId);
  const [, kept] = ledger.create(user.userId);
  const updated = ledger.update(draft, { totalMinor: 5n });
  await service.apply(created, kept, ledger.delete(draft));
  await forget();
  service.clock.advance(DELETION_REMEMBERED_MS - 1);
  await Promise.all([forget(), forget()]);
  await service.apply(updated);
  expect(await countOf(user.userId)).toBe(2);
  await expectRecount(service, ledger.invoices, user);
  service.clock.advance(2);
  await Promise.all([forget(), forget()]);
  expect(await countOf(user.userId)).toBe(1);
  await expectRecount(service, ledger.invoices, user);
});

test('what comes later still is compared with the invoices there are', async () => {
  const user = testUser();
  const [gone, createdGone] = ledger.create(user.userId);
  const [, createdKept] = ledger.create(user.userId);
  ledger.delete(gone);
  service.clock.advance(DELETION_REMEMBERED_MS + 1);
  await service.apply(createdGone, createdKept);
  await complete();
  await expectRecount(service, ledger.invoices, user);
  await forget();
  service.clock.advance(DELETION_REMEMBERED_MS + 1);
  await forget();
  expect(await countOf(user.userId)).toBe(1);
});
