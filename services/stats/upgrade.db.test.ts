import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { closeDatabase, openDatabase } from '../../runtime/database/database.ts';
import { migrate } from '../../runtime/database/migrate.ts';
import { silentLog } from '../../runtime/process/log.ts';
import { migrationsOf } from '../../runtime/process/start-service.ts';
import { createTestDatabase } from '../../runtime/testing/postgres.ts';
import { makeScratchDir } from '../../runtime/testing/scratch-dir.ts';
import { createDeps } from './deps.ts';
import { completeInvoices } from './jobs/complete-invoices.ts';
import { statsService } from './service.ts';
import { invoiceTransportOf } from './testing/fake-invoice-service.ts';
import { createLedger, type LedgerInvoice } from './testing/ledger.ts';
import { writeAsOldVersion, writeAsSecondVersion } from './testing/old-version.ts';

const OWNER = '019ab3f0-0000-7000-8000-000000000001';
const clock = { now: () => new Date('2026-03-10T12:00:00Z') };

const [runtimeMigrations, ownMigrations] = migrationsOf(statsService);

/** The folders of migrations as an earlier version had them. */
function earlierMigrations(names: readonly string[]): URL[] {
  if (runtimeMigrations === undefined || ownMigrations === undefined) throw new Error('there are no migrations');
  const folder = join(makeScratchDir('numer-upgrade').path, 'stats', 'migrations');
  mkdirSync(folder, { recursive: true });
  for (const name of names) copyFileSync(new URL(name, ownMigrations), join(folder, name));
  return [runtimeMigrations, pathToFileURL(`${folder}/`)];
}

const FIRST = ['0001_create_projection.sql'];
const SECOND = [...FIRST, '0002_add_months_and_customers.sql'];

test.each([
  ['first', FIRST, writeAsOldVersion],
  ['second', SECOND, writeAsSecondVersion],
])(
  'an upgrade keeps what the %s version counted, lets its replicas go on, and completes it',
  async (_, names, write) => {
    const database = await createTestDatabase({ migrations: earlierMigrations(names) });
    const db = openDatabase({ url: database.url, applicationName: 'test', connectionsMax: 2 });
    const ledger = createLedger(clock.now);
    const [before, during] = [ledger.create(OWNER)[0], ledger.create(OWNER)[0]];
    const pay = async (invoice: LedgerInvoice) => {
      ledger.send(invoice);
      ledger.pay(invoice, 4_000n, '2026-03-02');
      ledger.creditNote(invoice, 600n, '2026-03-03');
      await write(db, invoice);
    };
    /** What both versions read, for GetStats among others. */
    const readAsOldVersion = () =>
      db.execute(sql`
      select count::integer, total_minor::text, due_minor::text, null as amount_minor from invoice_totals
      union all select count::integer, null, null, amount_minor::text from payment_totals`);

    await pay(before);
    await migrate(database.url, migrationsOf(statsService));
    const transport = invoiceTransportOf({ ledger, afterPage: undefined, isOld: false });
    const deps = createDeps({
      db,
      clock,
      log: silentLog(),
      transportTo: () => transport,
      callAsService: async () => ({ headers: { authorization: 'Bearer of the service' } }),
    });
    expect(await deps.store.recountTotals([OWNER])).toBe(0);
    expect(await readAsOldVersion()).toMatchObject([
      { count: 1, total_minor: '10000', due_minor: '5400' },
      { count: 1, amount_minor: '4000' },
    ]);
    await pay(during);
    expect(await readAsOldVersion()).toMatchObject([
      { count: 2, total_minor: '20000', due_minor: '10800' },
      { count: 2, amount_minor: '8000' },
    ]);

    await completeInvoices.run(deps, clock.now(), new AbortController().signal);
    const [customer] = await deps.store.listCustomerTotals({
      ownerId: OWNER,
      today: '2026-03-16',
      currencyCode: undefined,
      customerId: undefined,
      cursor: undefined,
      limit: 2,
    });
    expect(customer).toMatchObject({
      invoicedCount: 2n,
      paidMinor: '8000',
      dueMinor: '10800',
      overdueMinor: '10800',
      creditedTotalMinor: '1200',
    });
    const { groups } = await deps.store.readGroups({ ownerId: OWNER, today: '2026-03-10', targetCurrencyCode: 'EUR' });
    expect(groups.filter(({ kind }) => kind === 'OPEN')).toMatchObject([
      { totalMinor: '20000', paidMinor: '8000', creditedMinor: '1200', dueMinor: '10800' },
    ]);
    expect(await deps.store.recountTotals([OWNER])).toBe(0);
    await closeDatabase(db);
    await database.drop();
  },
);
