import { sql } from 'drizzle-orm';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { appendEvents, type OutboxRow } from '../../../runtime/events/outbox.ts';
import { storeIdempotencyRecord } from '../../../runtime/idempotency.ts';
import { type ReminderRow, reminders } from './schema.ts';

/** What is written when a user adds a reminder. */
export interface AddReminder {
  readonly row: ReminderRow;
  readonly events: readonly OutboxRow[];
  /** From `idempotencyValues`. */
  readonly idempotency: Readonly<Record<string, string | null>>;
}

/**
 * Prepares the addition of a reminder. A step of the default plan that the user asks for becomes theirs, and a cancelled
 * one is scheduled again, so that a step never has two rows. False when the user has it already or it was sent.
 */
export function prepareAddReminder(db: Database) {
  const parameters = columnParameters(reminders);
  const added = db.$with('added').as(
    db
      .insert(reminders)
      .values(parameters)
      .onConflictDoUpdate({
        target: [reminders.invoiceId, reminders.step],
        set: {
          id: sql`excluded.id`,
          dueDate: sql`excluded.due_date`,
          remindTime: sql`excluded.remind_time`,
          state: sql`excluded.state`,
          planned: sql`false`,
          cancelReason: sql`null`,
          cancelTime: sql`null`,
          createTime: sql`excluded.create_time`,
          version: sql`excluded.version`,
        },
        setWhere: sql`(${reminders.state} = 'SCHEDULED' and ${reminders.planned}) or ${reminders.state} = 'CANCELLED'`,
      })
      .returning({ id: reminders.id }),
  );
  const events = appendEvents(db, { changed: added });
  const record = storeIdempotencyRecord(db, { changed: added });
  const statement = db.with(added, events, record).select().from(added).prepare('add_reminder');
  return async ({ row, events: rows, idempotency }: AddReminder): Promise<boolean> => {
    const result = await statement.execute({ ...row, ...idempotency, events: rows });
    return result.length > 0;
  };
}
