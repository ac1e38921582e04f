import { randomUUIDv7 } from 'node:crypto';
import type { ReservedSql } from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { explain } from '../../../runtime/testing/explain.ts';
import { seedInvoices } from '../testing/seed-invoices.ts';
import { type InvoiceTestService, startInvoiceService } from '../testing/start-invoice-service.ts';
import { LEDGER_ENTRY_TYPES } from './ledger-schema.ts';
import {
  type LedgerPage,
  ledgerEntriesQuery,
  ledgerParameters,
  prepareListLedgerEntries,
} from './list-ledger-entries.ts';

const OWNER = randomUUIDv7();
const LIMIT = 21;

/** Entries of the owner beside those of invoices, over 400 days in no order of days. */
const ENTRIES = 9_000;

/** Types with a currency each: two that are used much, and one that a single entry has. */
const KINDS = LEDGER_ENTRY_TYPES.length * 2 + 1;

let service: InvoiceTestService;
let connection: ReservedSql;
beforeAll(async () => {
  service = await startInvoiceService();
  // Enough invoices, with an entry for each that was opened, that reading all of them is the worse plan.
  await seedInvoices(service.db, OWNER, 4_000);
  await service.db.$client`
    insert into ledger_entries (owner_id, customer_id, currency_code, entry_date, type, due_minor, credit_minor, invoice_id, create_time)
    select case when n % 10 = 0 then gen_random_uuid() else ${OWNER}::uuid end, customer_id,
      case when n = 5 then 'GBP' when n % 4 = 0 then 'USD' else 'EUR' end, date '2024-12-20' + n * 271 % 400,
      case when n = 5 then 'DEPOSIT' else (string_to_array(${LEDGER_ENTRY_TYPES.join()}, ','))[n % 9 + 1] end, n % 7, n % 5,
      case when n % 9 < 7 then id end, now()
    from generate_series(1, ${ENTRIES}::integer) as n
      join (select id, customer_id, row_number() over () as place from invoices where state <> 'DRAFT') as invoice
        on place = n % 1000 + 1`;
  await service.db.$client`analyze`;
  connection = await service.db.$client.reserve();
});
afterAll(async () => {
  connection.release();
  await service.stop();
});

const PAGE: LedgerPage = {
  ...{ ownerId: OWNER, types: LEDGER_ENTRY_TYPES, limit: LIMIT },
  ...{ fromDate: undefined, toDate: undefined, currencyCode: undefined, cursor: undefined },
};

const pages: readonly [string, number, Partial<LedgerPage>][] = [
  ['of everything', KINDS, {}],
  ['of everything, in the middle', KINDS, { cursor: ['2025-07-01', '999999'] }],
  ['of everything, at the end', KINDS, { cursor: ['2019-01-01', '1'] }],
  ['of a type', 3, { types: ['DEPOSIT'] }],
  [
    'of a few types and days',
    6,
    { types: ['PAYMENT', 'REFUND', 'REVERSAL'], fromDate: '2025-03-01', toDate: '2025-03-31' },
  ],
  ['of days after all entries', KINDS, { fromDate: '2099-01-01' }],
  ['of a currency', LEDGER_ENTRY_TYPES.length, { currencyCode: 'USD', toDate: '2025-06-30' }],
  ['of a currency with a single entry', 1, { currencyCode: 'GBP' }],
  ['of a currency without any', 0, { currencyCode: 'CHF' }],
];

describe('a page of the ledger', () => {
  test.each(pages)('%s reads no more than that of each type and currency', async (_name, kinds, part) => {
    const parameters = ledgerParameters({ ...PAGE, ...part });
    const plans = await explain(connection, ledgerEntriesQuery(service.db).toSQL(), parameters);
    expect(plans.filter((plan) => plan['Node Type'] === 'Seq Scan')).toEqual([]);
    const read: Record<string, number> = {};
    for (const plan of plans) {
      const table = plan['Relation Name'] ?? '';
      const rows = plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0);
      read[table] = (read[table] ?? 0) + rows * plan['Actual Loops'];
    }
    // One for each of their currencies is read beforehand, to find it.
    expect(read.ledger_entries ?? 0).toBeLessThanOrEqual(kinds * (LIMIT + 1));
    // That of an entry, or the latest one of its customer.
    expect(read.invoices ?? 0).toBeLessThanOrEqual(LIMIT);
  });

  test.each(pages)('%s has the newest entries that match, and nothing of other owners', async (_name, _kinds, part) => {
    const page = { ...PAGE, ...part };
    const [day = 'infinity', sequence = '999999999'] = page.cursor ?? [];
    const expected = await service.db.$client`
      select sequence::text from ledger_entries
      where owner_id = ${OWNER} and type = any (string_to_array(${page.types.join()}, ',')) and (entry_date, sequence) < (${day}::date, ${sequence}::bigint)
        and entry_date between ${page.fromDate ?? '-infinity'} and ${page.toDate ?? 'infinity'}
        and currency_code = coalesce(${page.currencyCode ?? null}, currency_code)
      order by entry_date desc, ledger_entries.sequence desc limit ${LIMIT}`;
    const found = await prepareListLedgerEntries(service.db)(page);
    expect(found.map((entry) => entry.sequence)).toEqual(expected.map((entry) => entry.sequence));
  });
});
