import { randomUUID } from 'node:crypto';
import { and, eq, getTableColumns, type SQL, sql } from 'drizzle-orm';
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

/** Less than the id of any owner. */
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

/**
 * Prepares the claim, for `leaseMs`, of mails that are due. Owners take turns, each with those mails that have been due longest. So
 * it does not matter how much others have to send.
 */
export function prepareClaimMails(db: Database, leaseMs: number) {
  const claim = claimQuery(db).prepare('claim_mails');
  const release = releaseQuery(db).prepare('release_lost_mails');
  /** Claims whose answer never arrived. The mails that they took were not sent, and are given back before the next claim. */
  const lost = new Set<string>();
  /** Whose turn was last. Each replica has turns of its own. */
  let lastOwnerId = BEFORE_ALL;

  return async ({ now, dueTime, count }: MailClaim): Promise<readonly ClaimedMail[]> => {
    for (const leaseToken of lost) {
      await release.execute({ leaseToken });
      lost.delete(leaseToken);
    }
    const leaseToken = randomUUID();
    const leaseExpireTime = new Date(now.getTime() + leaseMs).toISOString();
    const values = { now: now.toISOString(), dueTime: dueTime.toISOString(), leaseToken, leaseExpireTime };
    const claimed: ClaimedMail[] = [];
    for (;;) {
      const afterOwnerId = lastOwnerId;
      const places = count - claimed.length;
      const found = await claim.execute({ ...values, afterOwnerId, count: places }).catch((error: unknown) => {
        lost.add(leaseToken);
        throw error;
      });
      claimed.push(...found.map((mail) => toClaimedMail(mail, leaseToken)));
      const isFull = found.length === places;
      const ownerIds = found.map(({ row }) => row.ownerId).toSorted();
      lastOwnerId = (isFull && ownerIds.at(-1)) || BEFORE_ALL; // after the last owner comes the first one again
      if (isFull || (found.length === 0 && afterOwnerId === BEFORE_ALL)) return claimed;
    }
  };
}

/**
 * The statement that claims mails of the owners after `afterOwnerId`. It steps from owner to owner along the index of queued mails
 * (`lanes`) until it has `count`, equally many of each. What was sent before, the rest of the queue and other owners cost nothing. The
 * planner does not know how few rows `count` is, and might read a whole table to join it with them: a limit of one, and an array of
 * places, leave it no choice. The state is in the text of the statement, since a plan that is made once, for any state, could not use
 * that index.
 */
export function claimQuery(db: Database) {
  const count = sql`${sql.placeholder('count')}::integer`;
  const dueOf = (mail: SQL) => sql`
    from ${notifications} as ${mail} where ${mail}.owner_id = lanes.owner_id and ${mail}.state = 'QUEUED'
      and ${mail}.next_attempt_time <= ${sql.placeholder('dueTime')}::timestamptz
      and (${mail}.lease_token is null or ${mail}.lease_expire_time <= ${sql.placeholder('now')}::timestamptz)`;
  const due = db.$with('due', {}).as(sql`
    with recursive lanes (owner_id) as (
      (select owner_id from ${notifications} where state = 'QUEUED' and owner_id > ${sql.placeholder('afterOwnerId')}::uuid
        order by owner_id limit 1)
      union all
      select (
        select next.owner_id from ${notifications} as next
        where next.state = 'QUEUED' and next.owner_id > lanes.owner_id order by next.owner_id limit 1
      ) from lanes where lanes.owner_id is not null
    ),
    share as (
      select (${count} + count(*) - 1) / nullif(count(*), 0) as size
      from (select from lanes cross join lateral (select ${dueOf(sql`one`)} limit 1) as first limit ${count}) as waiting
    )
    select place, due_id, was_abandoned from lanes
    cross join lateral (
      select mail.ctid as place, mail.id as due_id, mail.lease_token is not null as was_abandoned ${dueOf(sql`mail`)}
      order by mail.next_attempt_time, mail.id limit (select size from share) for update skip locked
    ) as taken
    limit ${count}
  `);
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
    .where(sql`${notifications}.ctid = any (array(select place from due))`)
    .returning({
      row: getTableColumns(notifications),
      wasAbandoned: sql<boolean>`(select was_abandoned from due where due_id = ${notifications}.id)`,
      linkVersion: ofLink<string>(sql`version::text`),
      linkRevoked: ofLink<boolean>(sql`revoked`),
    });
}

type FoundMail = Awaited<ReturnType<ReturnType<typeof claimQuery>['execute']>>[number];

function toClaimedMail({ row, wasAbandoned, linkVersion, linkRevoked }: FoundMail, leaseToken: string): ClaimedMail {
  const changedLink =
    linkVersion === null ? undefined : { version: BigInt(linkVersion), revoked: linkRevoked === true };
  return { row, leaseToken, wasAbandoned, changedLink };
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
