import type { Sql } from 'postgres';
import { type DatasetSize, ID_PREFIX, TAX_MINOR, TOTAL_MINOR } from '../dataset.ts';
import { batchesOf, type NumberRange, numberedInvoices } from './numbered-invoices.ts';

/** Fills the database of the stats service, whose triggers keep the totals. */
export async function loadStats(sql: Sql, size: DatasetSize, range: NumberRange): Promise<void> {
  for (const batch of batchesOf(range)) {
    const invoices = numberedInvoices(sql, size, batch);
    await sql`
      insert into accounts (owner_id, update_time) select distinct owner_id, now() from ${invoices}
      on conflict (owner_id) do nothing`;
    await sql`
      insert into invoices (invoice_id, owner_id, currency_code, version, state, total_minor, due_minor, due_date, customer_id,
        tax_minor, paid_minor, issue_date, complete_version, credited_minor, written_off_minor, credits_version)
      select id, owner_id, 'EUR', 2, state, ${TOTAL_MINOR}::bigint, ${TOTAL_MINOR} - paid_minor, due_date, customer_id,
        ${TAX_MINOR}, paid_minor, case when state <> 'DRAFT' then issue_date end, 2, 0, 0, 2
      from ${invoices}, lateral (select case state when 'PAID' then ${TOTAL_MINOR}::bigint else 0 end as paid_minor) as paid`;
    await sql`
      insert into payments (payment_id, invoice_id, owner_id, currency_code, amount_minor, payment_date, applied_minor)
      select id, id, owner_id, 'EUR', ${TOTAL_MINOR}, issue_date, ${TOTAL_MINOR} from ${invoices} where state = 'PAID'`;
  }
  // Otherwise the service would read them again while it is measured.
  const [incomplete] = await sql`select invoice_id from invoices where not complete limit 1`;
  if (incomplete !== undefined) throw new Error('The statistics of loaded invoices lack something.');
}

/** Fills the database of the reminder service: the default plan of every invoice that was opened. */
export async function loadReminders(sql: Sql, size: DatasetSize, range: NumberRange): Promise<void> {
  for (const batch of batchesOf(range)) {
    const invoices = numberedInvoices(sql, size, batch);
    await sql`
      insert into invoices (invoice_id, owner_id, version, state, due_date, time_zone, planned)
      select id, owner_id, 2, state, due_date, 'Europe/Berlin', state <> 'DRAFT' from ${invoices}`;
    await sql`
      insert into reminders (id, owner_id, invoice_id, step, offset_days, due_date, remind_time, state, planned,
        cancel_reason, create_time, send_time, cancel_time, version)
      select (${ID_PREFIX.reminder} || lpad(to_hex(n * 4 + ordinal), 12, '0'))::uuid, owner_id, id, days::text, days, due_date, 
        remind_time, reminder_state, true,
        case reminder_state when 'CANCELLED' then case state when 'PAID' then 'INVOICE_PAID' else 'INVOICE_VOIDED' end end,
        create_time, case reminder_state when 'SENT' then remind_time end,
        case reminder_state when 'CANCELLED' then create_time end, 2
      from ${invoices}, unnest(array[-7, -3, 0, 7]) with ordinality as step (days, ordinal),
        lateral (select (due_date + days + time '09:00') at time zone 'Europe/Berlin' as remind_time) as reminder,
        lateral (select case when state <> 'OPEN' then 'CANCELLED' when remind_time < now() + interval '1 hour' then 'SENT'
          else 'SCHEDULED' end as reminder_state) as settled
      where state <> 'DRAFT'`;
  }
}

/** Fills the database of the activity service: each invoice was created and sent. */
export async function loadActivities(sql: Sql, size: DatasetSize, range: NumberRange): Promise<void> {
  for (const batch of batchesOf(range)) {
    await sql`
      insert into activities (id, type, owner_id, invoice_id, invoice_opened, subject_id, actor_type, actor_id, request_id,
        create_time, changes)
      select (${ID_PREFIX.activity} || lpad(to_hex(n * 2 + ordinal), 12, '0'))::uuid, type, owner_id, id, type = 'invoice.sent', id, 
        'USER', owner_id::text, id::text, create_time, '[{"field": "state", "oldValue": "DRAFT", "newValue": "OPEN"}, {"field": "memo", "newValue": "Thank you"}]'
      from ${numberedInvoices(sql, size, batch)}, 
        unnest(array['invoice.created', 'invoice.sent']) with ordinality as event (type, ordinal)
      where type = 'invoice.created' or state <> 'DRAFT'`;
  }
}
