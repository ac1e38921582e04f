import type { Sql } from 'postgres';
import { type DatasetSize, ID_PREFIX, TAX_MINOR, TOTAL_MINOR } from '../dataset.ts';
import { batchesOf, type NumberRange, numberedInvoices } from './numbered-invoices.ts';

/** The content of the invoices: 12,000.00 net and 2,280.00 tax each. Amounts are in minor units. */
const CONTENTS = {
  THREE_LINES: {
    lines: [
      { description: 'Design of the bread shop', quantity: 2, unitPrice: 4000, netMinor: 800_000 },
      { description: 'Photographs of bread, rolls and cakes', quantity: 1, unitPrice: 2500, netMinor: 250_000 },
      { description: 'Setting up and a day of training', quantity: 3, unitPrice: 500, netMinor: 150_000 },
    ],
    /** Labels that few invoices share; undefined for none. */
    projects: undefined,
  },
  ONE_LINE: {
    lines: [{ description: 'Bread', quantity: 1, unitPrice: 12_000, netMinor: 1_200_000 }],
    projects: 100,
  },
} as const;
const NET_MINOR = TOTAL_MINOR - TAX_MINOR;
const TAXES = [
  {
    taxPercent: '19',
    netMinor: String(NET_MINOR),
    taxMinor: String(TAX_MINOR),
    name: '',
    category: 'STANDARD',
    exemptionReason: '',
    exemptionCode: '',
    compound: false,
  },
];
const PARTY = {
  name: 'Ada Bakery',
  email: 'ada@bakery.example',
  address: { line1: 'Harbour 2', city: 'Hamburg', postalCode: '20457', countryCode: 'DE' },
  taxId: 'DE987654321',
  locale: 'en',
};

/** Tables with many rows. */
const TABLES = ['invoices', 'invoice_lines', 'invoice_search', 'invoice_terms', 'payments'];
/** Tables whose triggers would write to other tables, or refuse rows that are written past them. */
const TRIGGERING = [...TABLES, 'ledger_entries', 'customer_accounts', 'ledger_sums'];

/** Fills the database of the invoice service with the invoices of a range, their lines and payments. */
export async function loadInvoices(sql: Sql, size: DatasetSize, range: NumberRange): Promise<void> {
  // Run for each row, the triggers would take many times as long, so their work is done for all rows at once. Constraints stay.
  for (const table of TRIGGERING) await sql`alter table ${sql(table)} disable trigger user`;
  await withoutIndexes(sql, () =>
    withoutForeignKeys(sql, 'invoice_lines', async () => {
      for (const batch of batchesOf(range)) await loadBatch(sql, size, batch);
    }),
  );
  for (const table of TRIGGERING) await sql`alter table ${sql(table)} enable trigger user`;
  await sql`
    insert into number_counters (owner_id, series, last_sequence)
    select owner_id, 'invoice', count(*) from invoices where state <> 'DRAFT' group by owner_id
    on conflict (owner_id, series) do update set last_sequence = excluded.last_sequence`;
}

/** Loads while only the unique indexes exist. The others are built in one sort afterwards, which takes a fraction of the time. */
async function withoutIndexes(sql: Sql, load: () => Promise<void>): Promise<void> {
  const indexes = await sql<{ name: string; definition: string }[]>`
    select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition from pg_index
    where indrelid = any(${TABLES}::regclass[]) and not indisunique`;
  for (const { name } of indexes) await sql`drop index ${sql(name)}`;
  await load();
  await sql`set maintenance_work_mem = '512MB'`;
  for (const { definition } of indexes) await sql.unsafe(definition);
}

/** Loads while referenced rows need not exist yet. All references are checked at once at the end. */
async function withoutForeignKeys(sql: Sql, table: string, load: () => Promise<void>): Promise<void> {
  const keys = await sql<{ name: string; definition: string }[]>`
    select conname as name, pg_get_constraintdef(oid) as definition from pg_constraint
    where conrelid = ${table}::regclass and contype = 'f'`;
  for (const { name } of keys) await sql`alter table ${sql(table)} drop constraint ${sql(name)}`;
  await load();
  for (const { name, definition } of keys) {
    await sql`alter table ${sql(table)} add constraint ${sql(name)} ${sql.unsafe(definition)}`;
  }
}

async function loadBatch(sql: Sql, size: DatasetSize, batch: NumberRange): Promise<void> {
  const { lines, projects } = CONTENTS[size.content ?? 'THREE_LINES'];
  const invoices = numberedInvoices(sql, size, batch);
  // Lines come first, because an opened invoice also contains them.
  await sql`
    insert into invoice_lines (invoice_id, position, id, description, quantity, unit_price, tax_percent, discount_percent,
      gross_minor, discount_minor, net_minor)
    select invoice.id, line.position, (${ID_PREFIX.line} || lpad(to_hex(n * ${lines.length}::integer + line.position), 12, '0'))::uuid,
      line.description, line.quantity, line."unitPrice", 19, 0, line."netMinor", 0, line."netMinor"
    from ${invoices}, ${linesOf(sql, lines)}`;
  await sql`
    insert into invoices (id, owner_id, version, state, number, customer_id, currency_code, issue_date, due_date, memo,
      discount_percent, subtotal_minor, discount_minor, tax_minor, total_minor, paid_minor, taxes, seller, customer,
      metadata, time_zone, create_time, update_time, open_time, send_time, pay_time, void_time, frozen_lines)
    select id, owner_id, 2, state, number, customer_id, 'EUR', issue_date, due_date, 'Thank you', 0, ${NET_MINOR}, 0,
      ${TAX_MINOR}, ${TOTAL_MINOR}, case state when 'PAID' then ${TOTAL_MINOR}::bigint else 0 end,
      ${sql.json(TAXES)}, party, party, case when ${projects !== undefined}
        then jsonb_build_object('project', (k % ${projects ?? 1}::integer)::text) else '{}' end, 'Europe/Berlin', create_time, create_time, opened, opened,
      case state when 'PAID' then create_time end, case state when 'VOID' then create_time end,
      case when state <> 'DRAFT' then to_json(array(
        select values_of_line(line) from invoice_lines as line where line.invoice_id = invoice.id order by line.position)) end
    from ${invoices},
      lateral (select case when state <> 'DRAFT' then ${sql.json(PARTY)}::jsonb end as party,
        case when state <> 'DRAFT' then create_time end as opened) as parties`;
  await sql`
    insert into payments (id, invoice_id, owner_id, amount_minor, payment_date, method, reference, create_time,
      invoice_state, invoice_due_minor)
    select id, id, owner_id, ${TOTAL_MINOR}, issue_date, 'bank transfer', '', create_time, 'PAID', 0
    from ${invoices} where state = 'PAID'`;
  // The ledger of what customers owe, as the triggers would have written it.
  await sql`
    with added as (
      insert into ledger_entries (owner_id, customer_id, currency_code, entry_date, type, due_minor, credit_minor, invoice_id,
        payment_id, create_time)
      select owner_id, customer_id, 'EUR', issue_date, type, case type when 'INVOICE' then 1 else -1 end * ${TOTAL_MINOR}::bigint,
        0, id, case type when 'PAYMENT' then id end, create_time
      from ${invoices}, unnest(array['INVOICE', 'PAYMENT', 'VOID']) as type
      where state <> 'DRAFT' and type in ('INVOICE', case state when 'PAID' then 'PAYMENT' when 'VOID' then 'VOID' end)
      order by n
      returning owner_id, customer_id, currency_code, entry_date, due_minor
    ), accounts as (
      insert into customer_accounts as present (owner_id, customer_id, currency_code, due_minor, credit_minor)
      select owner_id, customer_id, currency_code, sum(due_minor), 0 from added group by 1, 2, 3
      on conflict (owner_id, customer_id, currency_code) do update set due_minor = present.due_minor + excluded.due_minor
    )
    insert into ledger_sums as present (owner_id, customer_id, currency_code, unit, first_day, due_minor, credit_minor)
    select owner_id, customer_id, currency_code, unit, date_trunc(unit, entry_date)::date, sum(due_minor), 0
    from added, unnest(array['DAY', 'MONTH']) as unit group by 1, 2, 3, 4, 5
    on conflict (owner_id, customer_id, currency_code, unit, first_day) do update
    set due_minor = present.due_minor + excluded.due_minor`;
  await loadTerms(sql, batch);
}

/** The values that invoices are found by, as the triggers would have written them. */
async function loadTerms(sql: Sql, { from, to }: NumberRange): Promise<void> {
  const idOf = (n: number) => sql`(${ID_PREFIX.invoice} || lpad(to_hex(${n}::integer), 12, '0'))::uuid`;
  const inBatch = (id: string) => sql`${sql(id)} >= ${idOf(from)} and ${sql(id)} < ${idOf(to)}`;
  await sql`
    insert into invoice_search (invoice_id, owner_id, create_time, terms)
    select id, owner_id, create_time, terms_of_invoice(invoices) from invoices where ${inBatch('id')}`;
  await sql`
    insert into invoice_terms (owner_id, term, create_time, invoice_id)
    select owner_id, term, create_time, invoice_id from invoice_search, unnest(tsvector_to_array(terms)) as term
    where ${inBatch('invoice_id')}`;
}

function linesOf(sql: Sql, lines: readonly object[]) {
  const rows = lines.map((line, position) => ({ position, ...line }));
  return sql`jsonb_to_recordset(${sql.json(rows)}::jsonb) as line (position integer, description text, quantity numeric,
    "unitPrice" numeric, "netMinor" bigint)`;
}
