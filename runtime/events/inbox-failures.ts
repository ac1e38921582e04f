import type { JsonValue } from '@bufbuild/protobuf';
import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../database/database.ts';
import type { WireEvent } from './event.ts';
import { storable } from './failure-reason.ts';
import { inbox } from './inbox.ts';
import { jsonParameter } from './json-parameter.ts';

/** An event whose consumer failed, or that cannot be consumed at all. */
export interface FailedEvent {
  readonly event: WireEvent;
  readonly reason: string;
  /** Tries so far; only for a dead letter. */
  readonly attempts?: number;
  /** The message as JSON, for people; only for a dead letter, and only when it could be decoded. */
  readonly payload?: JsonValue;
  /**
   * Whether its consumer threw, so that a mark in the inbox stands for only a part of its effect; only for a dead
   * letter.
   */
  readonly threw?: boolean;
}

/** The statements with which a service keeps the events that failed. Each is one round trip. */
export interface InboxFailures {
  /** Keeps events for another try after a growing pause; gives the number of tries so far by event id. */
  park(failed: readonly FailedEvent[]): Promise<ReadonlyMap<string, number>>;
  /**
   * Takes parked events that are due, for the length of the lease. Events of types that this replica does not consume
   * are taken only after a head start for replicas that do.
   */
  claim(): Promise<WireEvent[]>;
  /** Forgets parked events that were applied in the end. */
  forget(ids: readonly string[]): Promise<void>;
  /**
   * Makes dead letters of events, and marks them in the inbox so that a repeat does nothing. An event that took effect
   * after all becomes none.
   */
  bury(failed: readonly FailedEvent[]): Promise<void>;
}

/** Bounds of the retries. */
export interface InboxFailuresOptions {
  readonly service: string;
  /** The full names of the messages that this replica consumes. */
  readonly types: readonly string[];
  readonly firstRetryMs: number;
  readonly retryMsMax: number;
  readonly claimSize: number;
  readonly leaseMs: number;
  /** How long an event of another type is left to replicas that consume it, each time that it is due. */
  readonly headStartMs: number;
}

/** The columns that inbox_retries and dead_letters share, as text in the order of both. */
const COLUMNS = sql.raw(
  'event_id, topic, type, source, subject, version, owner_id, actor, request_id, traceparent, create_time, body',
);

/** Failed events as a table, from the JSON of `toRow`. */
const FAILED: SQL = sql`(
  select event_id, topic, type, source, subject, version, owner_id, actor, request_id, caller_address, traceparent,
    create_time, decode(body, 'base64') as body, reason, attempts, payload, threw
  from jsonb_to_recordset(${jsonParameter('rows')}::jsonb) as r (event_id uuid, topic text, type text, source text,
    subject text, version bigint, owner_id uuid, actor text, request_id text, caller_address text, traceparent text,
    create_time timestamptz, body text, reason text, attempts integer, payload jsonb, threw boolean)
) as failed`;

/** Prepares the statements. */
export function prepareInboxFailures(db: Database, options: InboxFailuresOptions): InboxFailures {
  const park = preparePark(db, options);
  const claim = prepareClaim(db, options);
  const forgotten = db.$with('forgotten', { eventId: sql<string>`event_id`.as('event_id') }).as(sql`
    delete from inbox_retries
    where event_id in (select value::uuid from jsonb_array_elements_text(${jsonParameter('ids')}::jsonb)) returning event_id
  `);
  const forget = db.with(forgotten).select().from(forgotten).prepare('forget_parked_events');
  const bury = prepareBury(db, options.service);

  return {
    async park(failed) {
      const rows = await park.execute({ rows: failed.map(toRow) });
      return new Map(rows.map((row) => [row.eventId, row.attempts]));
    },
    async claim() {
      return (await claim.execute({ types: options.types })).map(toWireEvent);
    },
    async forget(ids) {
      await forget.execute({ ids });
    },
    async bury(failed) {
      await bury.execute({ rows: failed.map(toRow) });
    },
  };
}

function preparePark(db: Database, options: InboxFailuresOptions) {
  const pause = (attempts: SQL) =>
    sql`least(${options.retryMsMax}::float8, ${options.firstRetryMs}::float8 * power(2, least(${attempts}, 30)))
      * interval '1 millisecond'`;
  const parked = db
    .$with('parked', { eventId: sql<string>`event_id`.as('event_id'), attempts: sql<number>`attempts`.as('attempts') })
    .as(sql`
      insert into inbox_retries (${COLUMNS}, caller_address, attempts, available_time, last_error)
      select ${COLUMNS}, caller_address, 1, now() + ${pause(sql`0`)}, reason from ${FAILED} order by event_id
      on conflict (event_id) do update set attempts = inbox_retries.attempts + 1,
        available_time = now() + ${pause(sql`inbox_retries.attempts`)}, last_error = excluded.last_error
      returning event_id, attempts
    `);
  return db.with(parked).select().from(parked).prepare('park_events');
}

/**
 * The replica that parked an event looks for it right when it is due, and so would always be the first. Without the
 * head start, a replica of an older version would keep an event that it does not know from all others, until it becomes
 * a dead letter.
 */
function prepareClaim(db: Database, options: InboxFailuresOptions) {
  const due = db.$with('due', {}).as(sql`
    select event_id from inbox_retries where available_time <= now() and (
      type in (select jsonb_array_elements_text(${jsonParameter('types')}::jsonb))
      or available_time <= now() - ${options.headStartMs} * interval '1 millisecond'
    )
    order by available_time limit ${options.claimSize} for update skip locked
  `);
  const claimed = db.$with('claimed', PARKED_EVENT).as(sql`
    update inbox_retries set available_time = now() + ${options.leaseMs} * interval '1 millisecond'
    where event_id in (select event_id from due) returning *
  `);
  return db.with(due, claimed).select().from(claimed).prepare('claim_parked_events');
}

function prepareBury(db: Database, service: string) {
  const given = db.$with('given', {}).as(sql`select * from ${FAILED}`);
  const unparked = db.$with('unparked', {}).as(sql`
    delete from inbox_retries where event_id in (select event_id from given)
  `);
  // An event that took effect after all, when its consumer was no longer waited for, has its mark and is no dead
  // letter.
  const marked = db.$with('marked', {}).as(sql`
    insert into ${inbox} (event_id) select event_id from given order by 1
    on conflict (event_id) do nothing returning event_id
  `);
  const buried = db.$with('buried', { eventId: sql<string>`event_id`.as('event_id') }).as(sql`
    insert into dead_letters (${COLUMNS}, payload, target, reason, attempts)
    select ${COLUMNS}, payload, ${service}, reason, attempts from given
    where threw or event_id in (select event_id from marked) order by event_id
    on conflict (event_id) do nothing returning event_id
  `);
  return db.with(given, unparked, marked, buried).select().from(buried).prepare('bury_events');
}

const PARKED_EVENT = {
  id: sql<string>`event_id`.as('event_id'),
  topic: sql<string>`topic`.as('topic'),
  type: sql<string>`type`.as('type'),
  source: sql<string>`source`.as('source'),
  subject: sql<string>`subject`.as('subject'),
  version: sql<bigint>`version`.as('version'),
  ownerId: sql<string | null>`owner_id`.as('owner_id'),
  actor: sql<string>`actor`.as('actor'),
  requestId: sql<string>`request_id`.as('request_id'),
  callerAddress: sql<string | null>`caller_address`.as('caller_address'),
  traceparent: sql<string | null>`traceparent`.as('traceparent'),
  createTime: sql<string>`create_time`.as('create_time'),
  body: sql<Uint8Array>`body`.as('body'),
};

function toWireEvent(
  row: {
    [Name in keyof typeof PARKED_EVENT]: (typeof PARKED_EVENT)[Name]['_']['type'];
  },
): WireEvent {
  const { ownerId, callerAddress, traceparent, createTime, ...rest } = row;
  return {
    ...rest,
    ownerId: ownerId ?? undefined,
    callerAddress: callerAddress ?? undefined,
    traceparent: traceparent ?? undefined,
    time: new Date(createTime),
  };
}

function toRow({ event, reason, attempts, payload, threw = false }: FailedEvent) {
  return {
    event_id: event.id,
    topic: storable(event.topic),
    type: storable(event.type),
    source: storable(event.source),
    subject: storable(event.subject),
    version: event.version,
    owner_id: event.ownerId ?? null,
    actor: storable(event.actor),
    request_id: storable(event.requestId),
    caller_address: event.callerAddress ?? null,
    traceparent: event.traceparent === undefined ? null : storable(event.traceparent),
    create_time: event.time,
    body: Buffer.from(event.body).toString('base64'),
    reason,
    attempts: attempts ?? 1,
    // jsonb cannot hold U+0000; the bytes are kept all the same.
    payload: JSON.stringify(payload ?? null).includes('\\u0000') ? null : (payload ?? null),
    threw,
  };
}
