import { sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { appendEvents, type OutboxRow } from '../../../runtime/events/outbox.ts';
import { type OccurrenceRow, type RecurringRow, recurringInvoices, recurringOccurrences } from './recurring-schema.ts';

/** The key of an occurrence. */
type OccurrenceKey = Pick<OccurrenceRow, 'recurringInvoiceId' | 'occurrenceDate' | 'ownerId'>;

const recurringInvoiceId = sql`${sql.placeholder('recurringInvoiceId')}::uuid`;
const occurrenceDate = sql`${sql.placeholder('occurrenceDate')}::date`;
const ownerId = sql`${sql.placeholder('ownerId')}::uuid`;

/**
 * Prepares the statement that settles a pending occurrence; gives false when it is no longer pending. When its invoice
 * was opened, a failure of its date or an earlier one is cleared.
 */
export function prepareSettleOccurrence(
  db: Database,
): (key: OccurrenceKey, state: 'DONE' | 'LEFT_AS_DRAFT', now: Date) => Promise<boolean> {
  const state = sql`${sql.placeholder('state')}::text`;
  // Every statement that changes both locks the recurring invoice first.
  const locked = db.$with('locked', { id: sql<string>`id`.as('id') }).as(sql`
    select id from ${recurringInvoices} where id = ${recurringInvoiceId} and owner_id = ${ownerId} for update
  `);
  const settled = db.$with('settled', { id: sql<string>`id`.as('id') }).as(sql`
    update ${recurringOccurrences} as occurrence set state = ${state}, next_attempt_time = null from ${locked} as locked
    where occurrence.recurring_invoice_id = locked.id and occurrence.occurrence_date = ${occurrenceDate}
      and occurrence.state = 'PENDING'
    returning locked.id
  `);
  const cleared = db.$with('cleared', {}).as(sql`
    update ${recurringInvoices} as recurring set last_failure = null, version = recurring.version + 1,
      update_time = ${sql.placeholder('now')}::timestamptz
    from ${settled} as settled
    where recurring.id = settled.id and ${state} = 'DONE'
      and (recurring.last_failure ->> 'occurrenceDate')::date <= ${occurrenceDate}
  `);
  const statement = db
    .with(locked, settled, cleared)
    .select({ id: settled.id })
    .from(settled)
    .prepare('settle_occurrence');
  return async (key, to, now) => {
    const rows = await statement.execute({ ...key, state: to, now: now.toISOString() });
    return rows.length > 0;
  };
}

/** An occurrence after a failed attempt to open it, its recurring invoice after that, and the event about it. */
export interface FailedOccurrence {
  readonly occurrence: OccurrenceRow;
  readonly recurring: RecurringRow;
  readonly event: OutboxRow;
}

/**
 * Prepares the statement that records a failed attempt to open an occurrence. It expects the version before
 * `recurring.version`; gives false, and has recorded nothing, when that is not the present one or the occurrence is no
 * longer pending.
 */
export function prepareFailOccurrence(db: Database): (failed: FailedOccurrence) => Promise<boolean> {
  const version = sql`${sql.placeholder('version')}::bigint`;
  const locked = db.$with('locked', { id: sql<string>`id`.as('id') }).as(sql`
    select id from ${recurringInvoices}
    where id = ${recurringInvoiceId} and owner_id = ${ownerId} and version + 1 = ${version} for update
  `);
  const failed = db.$with('failed', { id: sql<string>`id`.as('id') }).as(sql`
    update ${recurringOccurrences} as occurrence set state = ${sql.placeholder('state')}::text,
      attempts = ${sql.placeholder('attempts')}::integer,
      next_attempt_time = ${sql.placeholder('nextAttemptTime')}::timestamptz
    from ${locked} as locked
    where occurrence.recurring_invoice_id = locked.id and occurrence.occurrence_date = ${occurrenceDate}
      and occurrence.state = 'PENDING'
    returning locked.id
  `);
  const recorded = db.$with('recorded', {}).as(sql`
    update ${recurringInvoices} as recurring set version = ${version},
      last_failure = ${sql.placeholder('lastFailure')}::text::jsonb,
      update_time = ${sql.placeholder('updateTime')}::timestamptz
    from ${failed} as failed where recurring.id = failed.id
  `);
  const events = appendEvents(db, { changed: failed });
  const statement = db
    .with(locked, failed, recorded, events)
    .select({ id: failed.id })
    .from(failed)
    .prepare('fail_occurrence');
  return async ({ occurrence, recurring, event }) => {
    const rows = await statement.execute({
      ...occurrence,
      nextAttemptTime: occurrence.nextAttemptTime?.toISOString() ?? null,
      version: recurring.version,
      lastFailure: JSON.stringify(recurring.lastFailure),
      updateTime: recurring.updateTime.toISOString(),
      events: [event],
    });
    return rows.length > 0;
  };
}
