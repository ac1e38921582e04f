import { and, eq, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { jsonParameter } from '../../../runtime/events/json-parameter.ts';
import { appendEvents, type OutboxRow } from '../../../runtime/events/outbox.ts';
import { notifications } from './schema.ts';

/** The end of a claimed mail. */
export interface FinishedMail {
  readonly id: string;
  readonly leaseToken: string;
  readonly state: 'SENT' | 'FAILED';
  readonly error: string;
  readonly sendTime: Date | null;
  readonly pdfAttached: boolean;
  /** Whether it is not known if the mail server took it. */
  readonly mayHaveLeft: boolean;
  /** The event about it; its subject is the mail. */
  readonly event: OutboxRow;
}

/** Prepares the statement that finishes claimed mails, with an event for each. It does nothing to mails without their lease. */
export function prepareFinishMails(db: Database) {
  const ends = db.$with('ends', {}).as(sql`
    select * from jsonb_to_recordset(${jsonParameter('ends')}::jsonb)
      as ends (id uuid, "leaseToken" uuid, state text, error text, "sendTime" timestamptz, "pdfAttached" boolean,
        "mayHaveLeft" boolean)
  `);
  // The rows are locked in the order in which mails are withdrawn, or there could be deadlocks.
  const leased = db.$with('leased', {}).as(sql`
    select ends.* from ${notifications} join ends on ends.id = ${notifications.id} and ends."leaseToken" = ${notifications.leaseToken}
    order by ends.id for update of ${notifications}
  `);
  const finished = db.$with('finished', { id: sql<string>`id`.as('id') }).as(sql`
    update ${notifications} set state = leased.state, error = leased.error, send_time = leased."sendTime",
      pdf_attached = leased."pdfAttached", may_have_left = ${notifications.mayHaveLeft} or leased."mayHaveLeft", next_attempt_time = null, lease_token = null, lease_expire_time = null, printed = null, link = null
    from leased where ${notifications.id} = leased.id
    returning ${notifications.id}
  `);
  const events = appendEvents(db, {
    changed: finished,
    matching: ({ subject }) => sql`finished.id::text = ${subject}`,
  });
  const statement = db.with(ends, leased, finished, events).select().from(finished).prepare('finish_mails');
  return async (mails: readonly FinishedMail[]): Promise<void> => {
    await statement.execute({
      ends: mails.map(({ event, ...end }) => end),
      events: mails.map(({ event }) => event),
    });
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
      mayHaveLeft: sql`${notifications.mayHaveLeft} or ${sql.placeholder('mayHaveLeft')}::boolean`,
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
    readonly mayHaveLeft: boolean;
  }): Promise<void> => {
    await statement.execute({ ...mail, nextAttemptTime: mail.nextAttemptTime.toISOString() });
  };
}

function isLeased() {
  return and(eq(notifications.id, sql.placeholder('id')), eq(notifications.leaseToken, sql.placeholder('leaseToken')));
}
