import { and, eq, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { appendEvents, type OutboxRow } from '../../../runtime/events/outbox.ts';
import { notifications } from './schema.ts';

/** Prepares the statement that ends the way of a claimed mail and tells of it. Without the lease it does nothing. */
export function prepareFinishMail(db: Database) {
  const finished = db.$with('finished').as(
    db
      .update(notifications)
      .set({
        state: sql`${sql.placeholder('state')}`,
        error: sql`${sql.placeholder('error')}`,
        sendTime: sql`${sql.placeholder('sendTime')}::timestamptz`,
        nextAttemptTime: null,
        leaseToken: null,
        leaseExpireTime: null,
      })
      .where(isLeased())
      .returning({ id: notifications.id }),
  );
  const events = appendEvents(db, { changed: finished });
  const statement = db.with(finished, events).select().from(finished).prepare('finish_mail');
  return async (mail: {
    readonly id: string;
    readonly leaseToken: string;
    readonly state: 'SENT' | 'FAILED';
    readonly error: string;
    readonly sendTime: Date | null;
    readonly event: OutboxRow;
  }): Promise<void> => {
    await statement.execute({ ...mail, sendTime: mail.sendTime?.toISOString() ?? null, events: [mail.event] });
  };
}

/** Prepares the statement that gives a claimed mail back, to be tried again later. Without the lease it does nothing. */
export function prepareDeferMail(db: Database) {
  const statement = db
    .update(notifications)
    .set({
      error: sql`${sql.placeholder('error')}`,
      // A mail that was withdrawn meanwhile stays due, so that it is settled soon.
      nextAttemptTime: sql`case ${notifications.withdrawReason} when '' then ${sql.placeholder('nextAttemptTime')}::timestamptz
        else ${notifications.nextAttemptTime} end`,
      leaseToken: null,
      leaseExpireTime: null,
    })
    .where(isLeased())
    .prepare('defer_mail');
  return async (mail: {
    readonly id: string;
    readonly leaseToken: string;
    readonly error: string;
    readonly nextAttemptTime: Date;
  }): Promise<void> => {
    await statement.execute({ ...mail, nextAttemptTime: mail.nextAttemptTime.toISOString() });
  };
}

function isLeased() {
  return and(eq(notifications.id, sql.placeholder('id')), eq(notifications.leaseToken, sql.placeholder('leaseToken')));
}
