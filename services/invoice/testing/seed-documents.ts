import type { Database } from '../../../runtime/database/database.ts';
import { seedInvoices } from './seed-invoices.ts';

/**
 * Fills the table, in no particular order, with `count` quotes of an owner, by their number n, counted from 1: n % 8 is 0 for a draft, 1 and 2 for a sent
 * one, 3 for an accepted and 4 for a declined one, and more for one that became an invoice. Their customers are those of
 * `seededCustomer`. They expire 30 days after their issue date, but for one in four.
 */
export async function seedQuotes({ $client: sql }: Database, ownerId: string, count: number): Promise<void> {
  await sql`
    insert into quotes (id, owner_id, version, state, number, number_series, customer_id, expire_date, due_days, issue_date,
      invoice, seller, customer, invoice_id, create_time, update_time, send_time, accept_time, decline_time, convert_time)
    select gen_random_uuid(), ${ownerId}, 2, state, case when is_sent then 'Q-' || n end, 'quote',
      ('00000000-0000-7000-9000-' || lpad(to_hex(n % 100), 12, '0'))::uuid,
      case when n % 4 > 0 then day + 30 end, 14, case when is_sent then day end, '{}',
      case when is_sent then '{}'::jsonb end, case when is_sent then '{}'::jsonb end,
      case when state = 'INVOICED' then gen_random_uuid() end, timestamptz '2020-01-01' + n / 3 * interval '7 hours', now(),
      case when is_sent then now() end, case when state in ('ACCEPTED', 'INVOICED') then now() end,
      case when state = 'DECLINED' then now() end, case when state = 'INVOICED' then now() end
    from (
      select n, date '2020-01-01' + n / 10 + n % 3 * 10 as day, n % 8 > 0 as is_sent,
        (array['DRAFT', 'SENT', 'SENT', 'ACCEPTED', 'DECLINED', 'INVOICED', 'INVOICED', 'INVOICED'])[n % 8 + 1] as state
      from generate_series(1, ${count}::integer) as n
    ) as made
    order by md5(n::text)`;
}

/** Fills the table, in no particular order, with `count` credit notes of an owner, of 1,200 paid invoices and to the customers of `seededCustomer`. */
export async function seedCreditNotes(db: Database, ownerId: string, count: number): Promise<void> {
  const sql = db.$client;
  await seedInvoices(db, ownerId, 2_400);
  await sql`alter table credit_notes disable trigger credit_notes_enter`;
  await sql`
    insert into credit_notes (id, owner_id, invoice_id, ordinal, customer_id, currency_code, number, number_series, issue_date,
      payable_minor, applied_minor, credit_minor, document, credited, create_time)
    select gen_random_uuid(), ${ownerId}, credited.id, n / 1200 + 1,
      ('00000000-0000-7000-9000-' || lpad(to_hex(n % 100), 12, '0'))::uuid, 'EUR', 'CN-' || n, 'credit-note',
      date '2020-01-01' + n / 10 + n % 3 * 10, 100, 100, 0, '{}', '{}', timestamptz '2020-01-01' + n / 3 * interval '7 hours'
    from generate_series(1, ${count}::integer) as n join (
      select id, row_number() over (order by number) - 1 as place from invoices
      where owner_id = ${ownerId} and state = 'PAID'
    ) as credited on credited.place = n % 1200
    order by md5(n::text)`;
  await sql`alter table credit_notes enable trigger credit_notes_enter`;
}
