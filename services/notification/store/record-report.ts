import { and, eq, getTableColumns, notExists, or, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { appendEvents, type OutboxRow } from '../../../runtime/events/outbox.ts';
import type { ReportedMail } from '../domain/decide-report.ts';
import { deletedOwners, type NotificationRow, notifications } from './schema.ts';

/** Prepares the query for a mail that a report is about and its copies, whoever owns them, unless the account was deleted. */
export function prepareFindReported(db: Database): (id: string) => Promise<readonly NotificationRow[]> {
  const deleted = db.select().from(deletedOwners).where(eq(deletedOwners.ownerId, notifications.ownerId));
  const statement = db
    .select(getTableColumns(notifications))
    .from(notifications)
    .where(
      and(
        or(eq(notifications.id, sql.placeholder('id')), eq(notifications.copyOf, sql.placeholder('id'))),
        notExists(deleted),
      ),
    )
    .prepare('find_reported_mails');
  return (id) => statement.execute({ id });
}

/** A mail as it is after a report. */
export interface RecordedReport extends ReportedMail {
  readonly id: string;
  readonly ownerId: string;
  /** How many reports changed it before. */
  readonly reports: number;
  /** The event about it. */
  readonly event: OutboxRow;
}

/** Prepares the statement that records a report and its event. Gives false when another report changed the mail meanwhile. */
export function prepareRecordReport(db: Database): (mail: RecordedReport) => Promise<boolean> {
  const time = (name: keyof ReportedMail) => sql`${sql.placeholder(name)}::timestamptz`;
  const recorded = db.$with('recorded').as(
    db
      .update(notifications)
      .set({
        state: sql`${sql.placeholder('state')}`,
        error: sql`${sql.placeholder('error')}`,
        statusCode: sql`${sql.placeholder('statusCode')}`,
        deliverTime: time('deliverTime'),
        delayTime: time('delayTime'),
        bounceTime: time('bounceTime'),
        reports: sql`${notifications.reports} + 1`,
      })
      .where(
        and(
          eq(notifications.id, sql.placeholder('id')),
          eq(notifications.ownerId, sql.placeholder('ownerId')),
          eq(notifications.reports, sql.placeholder('reports')),
        ),
      )
      .returning({ id: notifications.id }),
  );
  const events = appendEvents(db, { changed: recorded });
  const statement = db.with(recorded, events).select().from(recorded).prepare('record_report');
  return async ({ event, deliverTime, delayTime, bounceTime, ...mail }) => {
    const [deliver, delay, bounce] = [deliverTime, delayTime, bounceTime].map((at) => at?.toISOString() ?? null);
    const values = { ...mail, deliverTime: deliver, delayTime: delay, bounceTime: bounce, events: [event] };
    return (await statement.execute(values)).length > 0;
  };
}
