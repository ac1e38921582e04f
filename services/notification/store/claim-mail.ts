import { randomUUID } from 'node:crypto';
import { and, eq, getTableColumns, isNull, lte, or, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import type { DocumentLinkRow } from './document-links.ts';
import {
  documentLinks,
  mailRetractions,
  mailWithdrawals,
  type NotificationRow,
  notifications,
  quoteAnswers,
} from './schema.ts';

/** How long a claim holds. Longer than an attempt can take, so nobody else sends the mail meanwhile. */
export const LEASE_MS = 180_000;

/** The same where sending twice does no harm: just long enough for replicas not to do each other's work. */
export const REPEATABLE_LEASE_MS = 10_000;

/** A mail that nobody else may send as long as the lease holds. Its attempts include the one it was claimed for. */
export interface ClaimedMail {
  readonly row: NotificationRow;
  readonly leaseToken: string;
  /** True when a process claimed it before and ended without recording the result. */
  readonly wasAbandoned: boolean;
  /** The link of its document when that was rotated or revoked; undefined when it was not, or the mail has no link. */
  readonly changedLink: Pick<DocumentLinkRow, 'version' | 'revoked'> | undefined;
}

/** Which mails to claim. */
export interface MailClaim {
  readonly now: Date;
  /** Only mails that were due by this time are claimed. It is not after `now`. */
  readonly dueTime: Date;
  /** How many mails at most. */
  readonly count: number;
}

const IS_QUEUED = sql`${notifications.state} = 'QUEUED'`;

/** Prepares the claim, for `leaseMs`, of those mails that have been due longest. */
export function prepareClaimMails(db: Database, leaseMs: number) {
  const claim = claimQuery(db).prepare('claim_mails');
  const release = releaseQuery(db).prepare('release_lost_mails');
  /** Claims whose answer never arrived. The mails that they took were not sent, and are given back before the next claim. */
  const lost = new Set<string>();

  return async ({ now, dueTime, count }: MailClaim): Promise<readonly ClaimedMail[]> => {
    for (const leaseToken of lost) {
      await release.execute({ leaseToken });
      lost.delete(leaseToken);
    }
    const leaseToken = randomUUID();
    const leaseExpireTime = new Date(now.getTime() + leaseMs).toISOString();
    const claimed = await claim
      .execute({ now: now.toISOString(), dueTime: dueTime.toISOString(), leaseToken, leaseExpireTime, count })
      .catch((error: unknown) => {
        lost.add(leaseToken);
        throw error;
      });
    return claimed.map(({ row, wasAbandoned, linkVersion, linkRevoked }) => {
      const changedLink =
        linkVersion === null ? undefined : { version: BigInt(linkVersion), revoked: linkRevoked === true };
      return { row, leaseToken, wasAbandoned, changedLink };
    });
  };
}

/**
 * The statement that claims mails. Queued mails have an index of their own, which finds them however many mails were sent before.
 * The state is in the text of the statement, since a plan that is made once, for any state, could not use that index.
 */
export function claimQuery(db: Database) {
  const now = sql`${sql.placeholder('now')}::timestamptz`;
  const due = db.$with('due').as(
    db
      .select({
        dueId: sql<string>`${notifications.id}`.as('due_id'),
        wasAbandoned: sql<boolean>`${notifications.leaseToken} is not null`.as('was_abandoned'),
      })
      .from(notifications)
      .where(
        and(
          IS_QUEUED,
          lte(notifications.nextAttemptTime, sql`${sql.placeholder('dueTime')}::timestamptz`),
          or(isNull(notifications.leaseToken), lte(notifications.leaseExpireTime, now)),
        ),
      )
      .orderBy(notifications.nextAttemptTime, notifications.id)
      .limit(sql.placeholder('count'))
      .for('update', { skipLocked: true }),
  );
  return db
    .with(due)
    .update(notifications)
    .set({
      leaseToken: sql`${sql.placeholder('leaseToken')}::uuid`,
      leaseExpireTime: sql`${sql.placeholder('leaseExpireTime')}::timestamptz`,
      attempts: sql`${notifications.attempts} + 1`,
      // A leftover lease says that a process ended in the middle of an attempt.
      mayHaveLeft: sql`${notifications.mayHaveLeft} or ${notifications.leaseToken} is not null`,
      // Whichever was written first, the mail or what withdraws it: both are there by now.
      withdrawReason: sql`coalesce(
        (select answer.withdraw_reason from ${quoteAnswers} as answer
          where answer.owner_id = ${notifications}.owner_id and answer.quote_id = ${notifications}.quote_id),
        (select withdrawal.withdraw_reason from ${mailWithdrawals} as withdrawal
          where withdrawal.owner_id = ${notifications}.owner_id and withdrawal.invoice_id = ${notifications}.invoice_id
            and (${notifications}.kind in ('REMINDER', 'PAYMENT_REVERSED')
              or ${notifications}.kind = 'INVOICE_SENT' and withdrawal.withdraws_invoice)
            and withdrawal.invoice_version >= ${notifications}.invoice_version
            and (withdrawal.due_before is null or ${notifications}.due_date < withdrawal.due_before)),
        (select retraction.withdraw_reason from ${mailRetractions} as retraction
          where ${notifications}.kind = 'PAYMENT_RECEIVED' and retraction.owner_id = ${notifications}.owner_id
            and retraction.payment_id = ${notifications}.payment_id
          limit 1),
        ${notifications}.withdraw_reason)`,
    })
    .from(due)
    .where(eq(notifications.id, due.dueId))
    .returning({
      row: getTableColumns(notifications),
      wasAbandoned: due.wasAbandoned,
      linkVersion: ofLink<string>(sql`version::text`),
      linkRevoked: ofLink<boolean>(sql`revoked`),
    });
}

/** A column of the link of a mail's document; null when the link was neither rotated nor revoked. */
function ofLink<Value>(column: SQL) {
  return sql<Value | null>`(
    select ${column} from ${documentLinks} as changed
    where changed.owner_id = ${notifications}.owner_id and changed.document_id = (${notifications}.link ->> 'documentId')::uuid)`;
}

/** The statement that gives back the mails that a claim has taken. */
export function releaseQuery(db: Database) {
  return db
    .update(notifications)
    .set({ leaseToken: null, leaseExpireTime: null, attempts: sql`${notifications.attempts} - 1` })
    .where(and(IS_QUEUED, eq(notifications.leaseToken, sql.placeholder('leaseToken'))));
}
