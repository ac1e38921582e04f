import { randomUUID } from 'node:crypto';
import { and, eq, getTableColumns, type InferSelectModel, isNull, lte, or, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { prepareEffect } from '../../../runtime/events/inbox.ts';
import { accountMails } from './schema.ts';

/** A mail to an account holder that nobody else may send as long as the lease holds. */
export type ClaimedAccountMail = InferSelectModel<typeof accountMails>;

/** Prepares the statement that queues the mails a batch of events asks for, to be sent at once. */
export function prepareQueueAccountMails(db: Database) {
  return prepareEffect(db, 'queue_account_mails', {
    columns: {
      ownerId: 'uuid',
      kind: 'text',
      passwordResetId: 'uuid',
      recipient: 'text',
      locale: 'text',
      timeZone: 'text',
      requestId: 'text',
      createTime: 'timestamptz',
      time: 'timestamptz',
    },
    effect: (fresh) => sql`
      insert into ${accountMails} (id, owner_id, kind, password_reset_id, recipient, locale, time_zone, request_id, create_time,
        next_attempt_time)
      select ${fresh.eventId}, ${fresh.ownerId}, ${fresh.kind}, ${fresh.passwordResetId}, ${fresh.recipient}, ${fresh.locale},
        ${fresh.timeZone}, ${fresh.requestId}, ${fresh.createTime}, ${fresh.time}
      from ${fresh.rows} order by ${fresh.eventId}
      on conflict (id) do nothing`,
  });
}

/** The mail that an event asks for. */
export type AccountMailOrder = Parameters<ReturnType<typeof prepareQueueAccountMails>>[0][number];

/**
 * Prepares the claim, for `leaseMs`, of the mail that has been due longest; its attempts include the one it is claimed for. Those about
 * passwords and addresses, of which some are good for an hour only, go before those about what happened, however many these are.
 */
export function prepareClaimAccountMail(db: Database, leaseMs: number) {
  const now = sql`${sql.placeholder('now')}::timestamptz`;
  const due = db.$with('due').as(
    db
      .select({ dueId: sql<string>`${accountMails.id}`.as('due_id') })
      .from(accountMails)
      .where(
        and(
          lte(accountMails.nextAttemptTime, now),
          or(isNull(accountMails.leaseToken), lte(accountMails.leaseExpireTime, now)),
        ),
      )
      .orderBy(
        sql`(${accountMails.quoteId} is not null or ${accountMails.notificationId} is not null)`,
        accountMails.nextAttemptTime,
        accountMails.id,
      )
      .limit(1)
      .for('update', { skipLocked: true }),
  );
  const statement = db
    .with(due)
    .update(accountMails)
    .set({
      leaseToken: sql`${sql.placeholder('leaseToken')}::uuid`,
      leaseExpireTime: sql`${sql.placeholder('leaseExpireTime')}::timestamptz`,
      attempts: sql`${accountMails.attempts} + 1`,
    })
    .from(due)
    .where(eq(accountMails.id, due.dueId))
    .returning(getTableColumns(accountMails))
    .prepare('claim_account_mail');
  return async (time: Date): Promise<ClaimedAccountMail | undefined> => {
    const leaseExpireTime = new Date(time.getTime() + leaseMs).toISOString();
    const leaseToken = randomUUID();
    return (await statement.execute({ now: time.toISOString(), leaseToken, leaseExpireTime }))[0];
  };
}

/** A claimed mail. */
type Claim = Pick<ClaimedAccountMail, 'id' | 'leaseToken'>;

/** Prepares the statement that deletes a claimed mail, which was sent or given up on. Without the lease it does nothing. */
export function prepareFinishAccountMail(db: Database) {
  const statement = db.delete(accountMails).where(isLeased()).prepare('finish_account_mail');
  return async ({ id, leaseToken }: Claim): Promise<void> => {
    await statement.execute({ id, leaseToken });
  };
}

/** Prepares the statement that gives a claimed mail back, to be tried again later. Without the lease it does nothing. */
export function prepareDeferAccountMail(db: Database) {
  const statement = db
    .update(accountMails)
    .set({
      nextAttemptTime: sql`${sql.placeholder('nextAttemptTime')}::timestamptz`,
      leaseToken: null,
      leaseExpireTime: null,
    })
    .where(isLeased())
    .prepare('defer_account_mail');
  return async ({ id, leaseToken }: Claim, nextAttemptTime: Date): Promise<void> => {
    await statement.execute({ id, leaseToken, nextAttemptTime: nextAttemptTime.toISOString() });
  };
}

function isLeased() {
  return and(eq(accountMails.id, sql.placeholder('id')), eq(accountMails.leaseToken, sql.placeholder('leaseToken')));
}
