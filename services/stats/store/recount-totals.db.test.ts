import { randomUUIDv7 } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FIRST_ID } from '../../../runtime/paging/page-token.ts';
import { inTransaction } from '../../../runtime/testing/in-transaction.ts';
import { waitUntil } from '../../../runtime/testing/wait-until.ts';
import { type StatsTestService, startStatsService } from '../testing/start-stats-service.ts';
import { prepareListAccounts, prepareRecountTotals } from './recount-totals.ts';
import { invoiceTotals } from './schema.ts';

let service: StatsTestService;
beforeAll(async () => {
  service = await startStatsService();
});
afterAll(() => service.stop());

test('a recount waits for what another replica is writing, and counts it', async () => {
  const ownerId = randomUUIDv7();
  const recountTotals = prepareRecountTotals(service.db);
  await service.db.execute(sql`insert into accounts (owner_id) values (${ownerId})`);
  await service.db.execute(
    sql`insert into invoices values (${randomUUIDv7()}, ${ownerId}, 'EUR', 1, 'DRAFT', 5, 0, '2026-03-01')`,
  );

  let recount: Promise<number> = Promise.resolve(-1);
  await inTransaction(service.db, async (replica) => {
    await replica`select from accounts where owner_id = ${ownerId} for update`;
    await replica`insert into invoices values (${randomUUIDv7()}, ${ownerId}, 'EUR', 1, 'DRAFT', 5, 0, '2026-03-01')`;
    recount = recountTotals([ownerId]);
    await waitUntil(async () => {
      const waiting = await replica`
        select from pg_locks where not granted and transactionid = pg_current_xact_id()::xid`;
      return waiting.length > 0;
    });
  });
  expect(await recount).toBe(0);
  const [totals] = await service.db.select().from(invoiceTotals).where(eq(invoiceTotals.ownerId, ownerId));
  expect(totals).toMatchObject({ count: 2n, totalMinor: '10' });
});

test('accounts are listed page by page in the order of their ids', async () => {
  const listAccounts = prepareListAccounts(service.db);
  for (let count = 0; count < 3; count++) {
    await service.db.execute(sql`insert into accounts (owner_id) values (${randomUUIDv7()})`);
  }
  const all = await listAccounts({ afterId: FIRST_ID, limit: 100 });
  const first = await listAccounts({ afterId: FIRST_ID, limit: 2 });
  const rest = await listAccounts({ afterId: first.at(-1) ?? '', limit: 100 });
  expect(all).toEqual(all.toSorted());
  expect([...first, ...rest]).toEqual(all);
});
