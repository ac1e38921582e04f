import { and, asc, eq, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { FIRST_ID, type PageCursor } from '../../../runtime/paging/page-token.ts';
import { type ReminderRow, type ReminderState, reminders } from './schema.ts';

/** Which reminders to list. */
export interface ReminderPage {
  readonly ownerId: string;
  readonly invoiceId: string | undefined;
  readonly state: ReminderState | undefined;
  /** Time and id of the reminder before the page; undefined for the first page. */
  readonly cursor: PageCursor | undefined;
  readonly limit: number;
}

/** The cursor before every reminder. */
const START: PageCursor = ['-infinity', FIRST_ID];

/** Prepares the list of an owner's reminders, soonest first: one statement for each set of filters. */
export function prepareListReminders(db: Database) {
  const statements = {
    all: prepare(db, { invoice: false, state: false }),
    invoice: prepare(db, { invoice: true, state: false }),
    state: prepare(db, { invoice: false, state: true }),
    both: prepare(db, { invoice: true, state: true }),
  };
  return (page: ReminderPage): Promise<ReminderRow[]> => {
    const { ownerId, invoiceId, state, cursor = START, limit } = page;
    const byState = state === undefined ? 'all' : 'state';
    const byInvoice = state === undefined ? 'invoice' : 'both';
    const statement = statements[invoiceId === undefined ? byState : byInvoice];
    const [afterTime, afterId] = cursor;
    return statement.execute({ ownerId, invoiceId, state, afterTime, afterId, limit });
  };
}

function prepare(db: Database, filters: { readonly invoice: boolean; readonly state: boolean }) {
  const name = `list_reminders${filters.invoice ? '_of_invoice' : ''}${filters.state ? '_in_state' : ''}`;
  const after = sql`(${sql.placeholder('afterTime')}::timestamptz, ${sql.placeholder('afterId')}::uuid)`;
  return db
    .select()
    .from(reminders)
    .where(
      and(
        eq(reminders.ownerId, sql.placeholder('ownerId')),
        filters.invoice ? eq(reminders.invoiceId, sql.placeholder('invoiceId')) : undefined,
        filters.state ? eq(reminders.state, sql.placeholder('state')) : undefined,
        sql`(${reminders.remindTime}, ${reminders.id}) > ${after}`,
      ),
    )
    .orderBy(asc(reminders.remindTime), asc(reminders.id))
    .limit(sql.placeholder('limit'))
    .prepare(name);
}
