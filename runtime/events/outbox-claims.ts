import { eq, getTableColumns, isNotNull, sql } from 'drizzle-orm';
import type { Database } from '../database/database.ts';
import { jsonParameter } from './json-parameter.ts';
import { outbox } from './outbox.ts';
import { keepPublished } from './published-events.ts';

/** A claimed row of the outbox. */
export type ClaimedRow = typeof outbox.$inferSelect;

/** What a relay has taken. */
export interface Claim {
  /** Sorted by creation. */
  readonly rows: readonly ClaimedRow[];
  /** True when it left out available rows, or did not look everywhere: the next claim should follow at once. */
  readonly isPartial: boolean;
}

/** A row that could not be published now. */
export interface ReleasedRow {
  readonly id: string;
  readonly reason: string;
}

/** The statements with which a relay works through the outbox. Each is one round trip and safe among several relays. */
export interface OutboxClaims {
  /** Takes the oldest available rows, none of which another relay can take before the lease ends. */
  claim(token: string): Promise<Claim>;
  /**
   * Deletes published rows that are still claimed, or moves them to the published events. A row that another relay has
   * claimed since, or that was sent again, goes out once more.
   */
  remove(token: string, ids: readonly string[]): Promise<void>;
  /** Gives rows back, to be claimed again after a pause that doubles with each attempt. */
  release(token: string, rows: readonly ReleasedRow[]): Promise<void>;
  /** Gives back all rows of a claim, such as one whose answer never arrived. */
  releaseClaim(token: string): Promise<void>;
  /** Moves rows that can never be published to the dead letters. */
  bury(rows: readonly ReleasedRow[]): Promise<void>;
}

/** Bounds of the claims. */
export interface OutboxClaimsOptions {
  readonly batchSize: number;
  /** A claim ends with the row whose content brings it to this size. */
  readonly bytesMax: number;
  readonly leaseMs: number;
  readonly retryMsMax: number;
  /** Whether rows that were published are kept as published events. */
  readonly keepsPublished: boolean;
}

const FIRST_RETRY_MS = 100;
/** How long a relay in a backlog goes on from its position before it looks from the beginning again. */
const BEGINNING_MS = 1_000;
const BEGINNING = '-infinity';
/** A row that is given back as if nobody had claimed it. */
const UNCLAIMED = { leaseToken: null, availableTime: sql`now()` };

/** Prepares the statements. */
export function prepareOutboxClaims(db: Database, options: OutboxClaimsOptions): OutboxClaims {
  const claim = prepareClaim(db, options);
  const remove = prepareRemove(db, options);
  const release = prepareRelease(db, options);
  const releaseClaim = db
    .update(outbox)
    .set(UNCLAIMED)
    .where(eq(outbox.leaseToken, sql.placeholder('token')))
    .prepare('release_lost_claim');
  const bury = prepareBury(db);
  let from = BEGINNING;
  let beginningTime = 0;

  return {
    async claim(token) {
      if (performance.now() - beginningTime > BEGINNING_MS) from = BEGINNING;
      if (from === BEGINNING) beginningTime = performance.now();
      const wasFromBeginning = from === BEGINNING;
      const rows = await claim.execute({ token, from });
      from = rows.length === options.batchSize ? (rows[0]?.lastDueTime ?? BEGINNING) : BEGINNING;
      return {
        rows: rows.sort((one, other) => (one.id < other.id ? -1 : 1)),
        isPartial: rows.length < (rows[0]?.found ?? 0) || !wasFromBeginning,
      };
    },
    async remove(token, ids) {
      await remove.execute({ token, ids });
    },
    async release(token, rows) {
      await release.execute({ token, reasons: Object.fromEntries(rows.map(({ id, reason }) => [id, reason])) });
    },
    async releaseClaim(token) {
      await releaseClaim.execute({ token });
    },
    async bury(rows) {
      await bury.execute({ rows });
    },
  };
}

/** Gives back all claimed rows. Only for a process that knows that no relay runs. Run once at start, so it is not prepared. */
export async function releaseOutbox(db: Database): Promise<void> {
  await db.update(outbox).set(UNCLAIMED).where(isNotNull(outbox.leaseToken));
}

/**
 * The bytes of a row's content. A usual payload counts as it is stored, that is, compressed: reading each one only to
 * measure it would cost every claim a fifth of its time.
 */
const CONTENT_BYTES = sql`coalesce(octet_length(${outbox.body}), 0)
  + case when pg_column_size(${outbox.payload}) < 2000 then pg_column_size(${outbox.payload})
      else coalesce(octet_length(${outbox.payload}::text), 0) end`;

/**
 * Plans are made while the outbox is empty, and kept when it is not. So the rows to take are given as an array: a join
 * could go through the whole backlog for each of them.
 *
 * The index entries of rows that were published but not vacuumed yet lie in front of a backlog. So a relay goes on from
 * the due time of the last row that it took, and now and then looks from the beginning, for rows that committed late.
 */
function prepareClaim(db: Database, options: OutboxClaimsOptions) {
  const due = db.$with('due').as(
    db
      .select({
        place: sql`${outbox}.ctid`.as('place'),
        id: outbox.id,
        availableTime: sql`${outbox.availableTime}`.as('due_time'),
        bytes: sql`${CONTENT_BYTES}`.as('bytes'),
      })
      .from(outbox)
      .where(
        sql`${outbox.availableTime} <= now() and ${outbox.availableTime} >= ${sql.placeholder('from')}::timestamptz`,
      )
      .orderBy(outbox.availableTime, outbox.id)
      .limit(options.batchSize)
      .for('update', { skipLocked: true }),
  );
  // The rows that are left out are unlocked when the statement ends.
  const taken = db.$with('taken', {}).as(sql`
    select place from (
      select place,
        sum(bytes) over (order by due_time, id rows between unbounded preceding and 1 preceding) as bytes_before
      from due
    ) as measured where coalesce(bytes_before, 0) < ${options.bytesMax}::bigint
  `);
  return db
    .with(due, taken)
    .update(outbox)
    .set({
      leaseToken: sql`${sql.placeholder('token')}`,
      attempts: sql`${outbox.attempts} + 1`,
      availableTime: sql`now() + ${options.leaseMs} * interval '1 millisecond'`,
    })
    .where(sql`${outbox}.ctid = any (array(select place from taken))`)
    .returning({
      ...getTableColumns(outbox),
      found: sql<number>`(select count(*)::integer from due)`,
      lastDueTime: sql<string>`(select max(due_time)::text from due)`,
    })
    .prepare('claim_outbox');
}

function prepareRemove(db: Database, { keepsPublished }: OutboxClaimsOptions) {
  const gone = db.$with('gone', { id: sql<string>`id`.as('id') }).as(sql`
    delete from ${outbox}
    where ${outbox.id} = any (array(select value::uuid from jsonb_array_elements_text(${jsonParameter('ids')}::jsonb)))
      and ${outbox.leaseToken} = ${sql.placeholder('token')}
    returning *
  `);
  const kept = keepsPublished ? [db.$with('kept', {}).as(keepPublished(sql`gone`))] : [];
  return db
    .with(gone, ...kept)
    .select({ count: sql`count(*)` })
    .from(gone)
    .prepare('remove_published');
}

function prepareRelease(db: Database, options: OutboxClaimsOptions) {
  const pauseMs = sql`least(${options.retryMsMax}, ${FIRST_RETRY_MS} * power(2, least(${outbox.attempts}, 20) - 1))`;
  return db
    .update(outbox)
    .set({
      leaseToken: null,
      availableTime: sql`now() + ${pauseMs} * interval '1 millisecond'`,
      lastError: sql`${jsonParameter('reasons')}::jsonb ->> ${outbox.id}::text`,
    })
    .where(
      sql`${outbox.id} = any (array(select id::uuid from jsonb_object_keys(${jsonParameter('reasons')}::jsonb) as id))
        and ${outbox.leaseToken} = ${sql.placeholder('token')}`,
    )
    .prepare('release_outbox');
}

function prepareBury(db: Database) {
  const buried = db.$with('buried', { eventId: sql<string>`event_id`.as('event_id') }).as(sql`
    insert into dead_letters (event_id, topic, type, source, subject, version, owner_id, actor, request_id, traceparent,
      create_time, payload, body, target, reason, attempts)
    select gone.id, gone.topic, gone.type, gone.source, gone.subject, gone.version, gone.owner_id, gone.actor,
      gone.request_id, gone.traceparent, gone.create_time, gone.payload, gone.body, gone.target, given_up.reason, gone.attempts
    from gone join given_up on given_up.id = gone.id
    on conflict (event_id) do update set reason = excluded.reason
    returning event_id
  `);
  const givenUp = db.$with('given_up', { id: sql<string>`id`.as('id') }).as(sql`
    select id, reason from jsonb_to_recordset(${jsonParameter('rows')}::jsonb) as r (id uuid, reason text)
  `);
  const gone = db.$with('gone', { id: sql<string>`id`.as('id') }).as(sql`
    delete from ${outbox} where ${outbox.id} in (select id from given_up) returning *
  `);
  return db.with(givenUp, gone, buried).select().from(buried).prepare('bury_outbox');
}
