import { createHash } from 'node:crypto';
import type { Database } from '../../../runtime/database/database.ts';

/** What the invoices of {@link seedInvoices} have, by their number n, counted from 1. Those made first have low numbers. */
const SEED = {
  /** n % 8: 0 is a draft, 1 and 2 are open, 3 is void, the others are paid. */
  states: 8,
  /** One in this many invoices is tagged `rare`, and one in two `common`; the first tenth of all is tagged `early`. */
  rareTag: 500,
  /** n % 400, each under the metadata key `project`. */
  projects: 400,
  /** The lines have this many different words `item<number>`; all have the word `consulting`. */
  items: 1000,
  /** One in this many is in USD, the others are in EUR. */
  dollars: 50,
  /** One in this many became of a quote of its own. */
  quotes: 40,
} as const;

/** The recurring invoices that made some of the seeded invoices of an owner. */
export const SEEDED_RECURRING = {
  /** Made one invoice in ten. */
  busy: '00000000-0000-7000-9001-000000000001',
  /** Made one in a thousand. */
  rare: '00000000-0000-7000-9001-000000000002',
} as const;

/** The quote that became the invoice n of an owner. */
export function seededQuote(ownerId: string, n: number): string {
  // Quotes of different owners differ, and Postgres can tell the id as well.
  const digits = createHash('md5').update(`${ownerId} ${n}`).digest('hex');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** The customer of the seeded invoices with n % 100 = `index`. */
export function seededCustomer(index: number): string {
  return `00000000-0000-7000-9000-${index.toString(16).padStart(12, '0')}`;
}

/** Invoices written at once: few enough that no statement takes long. */
const BATCH = 4_000;

/**
 * Fills the tables with `count` invoices of an owner, each with one line, much faster than RPCs would. The triggers that index
 * them do not run row by row, and indexes are not filled row by row; that work is done for all at once instead. Nothing is vacuumed,
 * as after an import or a restored backup.
 */
export async function seedInvoices(db: Database, ownerId: string, count: number): Promise<void> {
  const sql = db.$client;
  const triggers = [
    ['invoices', 'invoices_indexed'],
    ['invoice_search', 'invoice_search_indexed'],
    ['invoice_lines', 'invoice_lines_frozen_insert'],
  ] as const;
  for (const [table, trigger] of triggers) await sql`alter table ${sql(table)} disable trigger ${sql(trigger)}`;
  const indexes = await sql<{ name: string; definition: string }[]>`
    select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition from pg_index
    where indrelid = 'invoices'::regclass and not indisunique`;
  await sql`drop index ${sql(indexes.map(({ name }) => name))}`;
  for (let first = 1; first <= count; first += BATCH) {
    await insertInvoices(db, ownerId, { first, last: Math.min(first + BATCH - 1, count), count });
  }
  for (const [table, trigger] of triggers) await sql`alter table ${sql(table)} enable trigger ${sql(trigger)}`;
  for (const { definition } of indexes) await sql.unsafe(definition);
  await sql`analyze invoices, invoice_lines, invoice_search, invoice_terms`;
}

async function insertInvoices(
  { $client: sql }: Database,
  ownerId: string,
  { first, last, count }: { readonly first: number; readonly last: number; readonly count: number },
): Promise<void> {
  const batch = sql`select id from invoices where owner_id = ${ownerId} and memo = ${`Consulting ${first}`}`;
  await sql`
    insert into invoices (id, owner_id, version, state, number, customer_id, currency_code, issue_date, due_date, memo,
      discount_percent, subtotal_minor, discount_minor, tax_minor, total_minor, paid_minor, taxes, seller, customer,
      time_zone, create_time, update_time, open_time, send_time, pay_time, void_time, quote_id, recurring_invoice_id, occurrence_date,
      tags, metadata)
    select gen_random_uuid(), ${ownerId}, 2, state, case when state <> 'DRAFT' then 'INV-' || n end,
      ('00000000-0000-7000-9000-' || lpad(to_hex(n % 100), 12, '0'))::uuid,
      case when n % ${SEED.dollars}::integer = 0 then 'USD' else 'EUR' end,
      case when state <> 'DRAFT' then date '2020-01-01' + n / 10 end, date '2020-02-01' + n / 10 + n * 7 % 30,
      ${`Consulting ${first}`}, 0, total, 0, 0, total, case when state = 'PAID' then total else 0 end, '[]',
      case when state <> 'DRAFT' then '{}'::jsonb end, case when state <> 'DRAFT' then '{"name": "Äda Bäckerei"}'::jsonb end,
      'UTC', timestamptz '2020-01-01' + n / 3 * interval '2 hours', now(), case when state <> 'DRAFT' then now() end,
      case when state <> 'DRAFT' then now() end, case when state = 'PAID' then now() end,
      case when state = 'VOID' then now() end,
      case when n % ${SEED.quotes}::integer = 1 then md5(${ownerId}::text || ' ' || n)::uuid end,
      recurring, case when recurring is not null then date '2020-01-01' + n / 10 end,
      to_jsonb(array_remove(array[
        case when n % ${SEED.rareTag}::integer = 0 then 'rare' end, case when n % 2 = 0 then 'common' end,
        case when n <= ${count}::integer / 10 then 'early' end
      ], null)),
      jsonb_build_object('project', 'p' || n % ${SEED.projects}::integer)
    from (
      select n, n::bigint * 48271 % 99991 + 1 as total,
        case when n % 10 = 3 then ${SEEDED_RECURRING.busy}::uuid when n % 1000 = 7 then ${SEEDED_RECURRING.rare}::uuid end
          as recurring,
        (array['DRAFT', 'OPEN', 'OPEN', 'VOID', 'PAID', 'PAID', 'PAID', 'PAID'])[n % 8 + 1] as state
      from generate_series(${first}::integer, ${last}::integer) as n
    ) as made`;
  await sql`
    insert into invoice_lines (invoice_id, position, id, description, quantity, unit_price, tax_percent, discount_percent,
      gross_minor, discount_minor, net_minor)
    select id, 0, gen_random_uuid(), 'item' || total_minor % ${SEED.items}::integer, 1, 1, 0, 0, total_minor, 0, total_minor
    from invoices where id in (${batch})`;
  await sql`
    insert into invoice_search (invoice_id, owner_id, create_time, terms)
    select id, owner_id, create_time, terms_of_invoice(invoices) from invoices where id in (${batch})`;
  await sql`
    insert into invoice_terms (owner_id, term, create_time, invoice_id)
    select owner_id, term, create_time, invoice_id from invoice_search, unnest(tsvector_to_array(terms)) as term
    where invoice_id in (${batch})`;
}
