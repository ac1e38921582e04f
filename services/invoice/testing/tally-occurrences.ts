import { sql } from 'drizzle-orm';
import type { InvoiceTestService, Owner } from './start-invoice-service.ts';

/** What recurring invoices made for an owner, as counts that show everything that was done twice or not at all. */
export async function tallyOccurrences({ db }: InvoiceTestService, { identity: { userId } }: Owner) {
  const [row] = await db.execute<Record<string, number>>(sql`select
    (select count(*)::integer from recurring_occurrences where owner_id = ${userId}) as occurrences,
    (select count(*)::integer from recurring_occurrences where owner_id = ${userId} and state = 'DONE') as done,
    (select count(*)::integer from invoices where owner_id = ${userId}) as invoices,
    (select count(distinct (recurring_invoice_id, occurrence_date))::integer from invoices where owner_id = ${userId}) as dates,
    (select count(*)::integer from invoice_lines join invoices on invoice_id = invoices.id where owner_id = ${userId}) as lines,
    (select count(*)::integer from invoices where owner_id = ${userId} and state = 'OPEN') as opened,
    (select coalesce(max(substring(number from 5)::integer), 0) from invoices where owner_id = ${userId}) as highest,
    (select sum(occurrence_count)::integer from recurring_invoices where owner_id = ${userId}) as counted`);
  const topics = await db.execute<{ topic: string; count: number; subjects: number }>(
    sql`select topic, count(*)::integer, count(distinct (subject, version))::integer as subjects from outbox
      where owner_id = ${userId} and topic not in ('recurring-invoice.created', 'recurring-invoice.skipped') group by 1 order by 1`,
  );
  return {
    ...row,
    done: row?.done,
    events: Object.fromEntries(topics.map(({ topic, count, subjects }) => [topic, [count, subjects]])),
  };
}

/** The tally after these occurrences, each made once and by now in the state that its mode asks for. */
export function tallyAfter(counts: { readonly drafts: number; readonly finalized: number; readonly sent: number }) {
  const { drafts, finalized, sent } = counts;
  const opened = finalized + sent;
  const all = drafts + opened;
  const events = {
    'invoice.created': all,
    'invoice.finalized': finalized,
    'invoice.sent': sent,
    'recurring-invoice.occurred': all,
  };
  return {
    occurrences: all,
    done: all,
    invoices: all,
    dates: all,
    lines: all,
    opened,
    highest: opened,
    counted: all,
    events: Object.fromEntries(
      Object.entries(events).flatMap(([topic, count]) => (count === 0 ? [] : [[topic, [count, count]]])),
    ),
  };
}
