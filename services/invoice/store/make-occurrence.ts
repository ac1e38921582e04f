import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { jsonParameter } from '../../../runtime/events/json-parameter.ts';
import { appendEvents, type OutboxRow } from '../../../runtime/events/outbox.ts';
import { insertInvoice } from './insert-invoice.ts';
import type { InvoiceRow } from './invoice-row.ts';
import { type OccurrenceRow, type RecurringRow, recurringInvoices, recurringOccurrences } from './recurring-schema.ts';
import { linesParameter, writeLines } from './write-lines.ts';

/** An invoice that is made for a date, and the effect on its recurring invoice. */
export interface MadeOccurrence {
  /** The recurring invoice afterwards. */
  readonly recurring: RecurringRow;
  /** The draft. */
  readonly invoice: InvoiceRow;
  readonly occurrence: OccurrenceRow;
  readonly events: readonly OutboxRow[];
}

/**
 * Prepares the statement that makes the invoice of the next date of a recurring invoice, as a draft, and moves the
 * recurring invoice on to the date after it. It expects the version before `recurring.version`; gives false, and has
 * made nothing, when that is not the present one or the recurring invoice is not active.
 */
export function prepareMakeOccurrence(db: Database): (made: MadeOccurrence) => Promise<boolean> {
  const recurring = rowOf(
    'recurring',
    `id uuid, "ownerId" uuid, version bigint, state text, "nextIndex" integer,
    "nextDate" date, "nextTime" timestamptz, "lastDate" date, "occurrenceCount" integer, attempts integer,
    "lastFailure" jsonb, "updateTime" timestamptz`,
  );
  const occurrence = rowOf(
    'occurrence',
    `"recurringInvoiceId" uuid, "occurrenceDate" date, "ownerId" uuid, mode text,
    state text, attempts integer, "nextAttemptTime" timestamptz, "createTime" timestamptz`,
  );
  const locked = db.$with('locked', { id: sql<string>`id`.as('id') }).as(sql`
    select present.id from ${recurringInvoices} as present join ${recurring}
      on given.id = present.id and given."ownerId" = present.owner_id and given.version = present.version + 1
    where present.state = 'ACTIVE' for update of present
  `);
  const created = insertInvoice(db, locked);
  const [lines] = writeLines(db, created);
  const occurred = db.$with('occurred', {}).as(sql`
    insert into ${recurringOccurrences} (recurring_invoice_id, occurrence_date, owner_id, invoice_id, mode, state, attempts,
      next_attempt_time, create_time)
    select given."recurringInvoiceId", given."occurrenceDate", given."ownerId", created.id, given.mode, given.state,
      given.attempts, given."nextAttemptTime", given."createTime"
    from ${occurrence}, ${created} as created
  `);
  const advanced = db.$with('advanced', { id: sql<string>`id`.as('id') }).as(sql`
    update ${recurringInvoices} as present set version = given.version, state = given.state, next_index = given."nextIndex",
      next_date = given."nextDate", next_time = given."nextTime", last_date = given."lastDate",
      occurrence_count = given."occurrenceCount", attempts = given.attempts, last_failure = given."lastFailure",
      update_time = given."updateTime"
    from ${recurring}, ${created} as created where present.id = given.id
    returning present.id
  `);
  const events = appendEvents(db, { changed: advanced });
  const statement = db
    .with(locked, created, lines, occurred, advanced, events)
    .select({ id: advanced.id })
    .from(advanced)
    .prepare('make_occurrence');
  return async (made) => {
    const { lines: lineRows, ...invoice } = made.invoice;
    const { invoice: _template, ...moved } = made.recurring;
    const rows = await statement.execute({
      ...invoice,
      lines: linesParameter(lineRows),
      recurring: moved,
      occurrence: made.occurrence,
      events: made.events,
    });
    return rows.length > 0;
  };
}

/** The parameter as a table `given` of one row with these columns. */
function rowOf(parameter: string, columns: string): SQL {
  return sql`jsonb_to_record(${jsonParameter(parameter)}::jsonb) as given (${sql.raw(columns)})`;
}
