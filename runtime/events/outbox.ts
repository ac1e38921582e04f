import {
  create,
  type DescMessage,
  type JsonValue,
  type Message,
  type MessageInitShape,
  type MessageShape,
  toJson,
} from '@bufbuild/protobuf';
import { type Param, type Placeholder, type SQL, sql, type WithSubquery } from 'drizzle-orm';
import { integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import type { Call } from '../call/call.ts';
import type { Database } from '../database/database.ts';
import { encodeMessage } from '../grpc/encode-message.ts';
import { increasingUuid } from '../uuid.ts';
import { type EventEnvelope, subjectOf, topicOf } from './event.ts';
import { eventColumns } from './event-columns.ts';

/**
 * Events a service has decided to publish.
 *
 * An event is written by the very statement that makes the change it is about, so either both exist or neither does:
 *
 * ```ts
 * const voided = db.$with('voided').as(
 *   db.update(invoices)
 *     .set({ state: 'VOID', version: sql`${invoices.version} + 1` })
 *     .where(and(eq(invoices.id, sql.placeholder('id')), eq(invoices.version, sql.placeholder('version'))))
 *     .returning(),
 * );
 * const events = appendEvents(db, { changed: voided });
 * const statement = db.with(voided, events).select().from(voided).prepare('void_invoice');
 *
 * const rows = await statement.execute({
 *   id: invoice.id,
 *   version: invoice.version,
 *   events: [toOutboxRow(InvoiceVoidedSchema, { invoice: message }, {
 *     source: 'invoice', version: invoice.version + 1n, ownerId: identity.userId, actor: identity.actor,
 *     requestId, callerAddress: undefined, traceparent: undefined, time: deps.clock.now(),
 *   })],
 * });
 * ```
 *
 * The relay (relay.ts) publishes the rows and removes them.
 */
export const outbox = pgTable('outbox', {
  id: uuid().primaryKey(),
  ...eventColumns(),
  callerAddress: text('caller_address'),
  attempts: integer().notNull().default(0),
  availableTime: timestamp('available_time', { withTimezone: true }).notNull().defaultNow(),
  leaseToken: uuid('lease_token'),
  lastError: text('last_error'),
});

/** What an event needs besides its message. */
export type EventContext = Omit<EventEnvelope, 'id' | 'type' | 'topic' | 'subject'>;

/** What an event that a call causes takes over from its request. */
export function requestOf({
  requestId,
  callerAddress,
  traceparent,
}: Pick<Call, 'requestId' | 'callerAddress' | 'traceparent'>): Pick<
  EventContext,
  'requestId' | 'callerAddress' | 'traceparent'
> {
  return { requestId, callerAddress, traceparent: traceparent === '' ? undefined : traceparent };
}

/** One event as `appendEvents` takes it. Apart from the message, the names are those of the columns. */
export interface OutboxRow {
  readonly id: string;
  readonly topic: string;
  readonly type: string;
  readonly source: string;
  readonly subject: string;
  /** A whole number as text, which JSON takes as it is. */
  readonly version: string;
  readonly owner_id: string | null;
  readonly actor: string;
  readonly request_id: string;
  readonly caller_address: string | null;
  readonly traceparent: string | null;
  readonly create_time: Date;
  readonly desc: DescMessage;
  readonly message: Message;
}

/**
 * Makes an outbox row of an event message. Its new id is greater than those of the rows made before; the audit trail
 * uses it to order what happened at the same time. Topic and subject come from the message's `numer.options.v1.event`
 * option; throws when it has none or the subject is empty.
 */
export function toOutboxRow<Desc extends DescMessage>(
  desc: Desc,
  init: MessageShape<Desc> | MessageInitShape<Desc>,
  context: EventContext,
): OutboxRow {
  const message = create(desc, init as MessageInitShape<Desc>); // a whole message is a valid init, and is kept as it is
  return {
    id: increasingUuid(),
    topic: topicOf(desc),
    type: desc.typeName,
    source: context.source,
    subject: subjectOf(desc, message),
    version: context.version.toString(),
    owner_id: context.ownerId ?? null,
    actor: context.actor,
    request_id: context.requestId,
    caller_address: context.callerAddress ?? null,
    traceparent: context.traceparent ?? null,
    create_time: context.time,
    desc,
    message,
  };
}

/** Columns of an event that is about to be written, for use in SQL expressions. */
export interface NewEventColumns {
  readonly subject: SQL<string>;
  readonly payload: SQL<JsonValue>;
}

const NEW_EVENT: NewEventColumns = {
  subject: sql`event.subject`,
  payload: sql`event.payload`,
};

/** How `appendEvents` writes. */
export interface AppendEventsOptions {
  /** The part of the statement that makes the change. When it returns no row, no event is written. */
  readonly changed: WithSubquery;
  /** Writes an event only for a changed row that fits it, e.g. `` (event) => sql`${claimed.id}::text = ${event.subject}` ``. */
  readonly matching?: (event: NewEventColumns) => SQL;
  /**
   * Completes the message, as proto3 JSON, with values known only inside the statement, e.g. with `jsonb_set`. Must not give null.
   * Without it messages are written as protobuf bytes, which costs less.
   */
  readonly payload?: (event: NewEventColumns) => SQL;
}

/**
 * The part of a write statement that adds events to the outbox: a CTE for `db.with(...)` after the change's own. The value of its
 * placeholder `events` is an `OutboxRow[]`; an empty list writes none.
 */
export function appendEvents(db: Database, options: AppendEventsOptions): WithSubquery {
  const payload = options.payload?.(NEW_EVENT) ?? sql`null`;
  const placeholder: Placeholder = sql.placeholder('events');
  const rows: Param<unknown, string> = sql.param(placeholder, {
    // What is given for the placeholder.
    mapToDriverValue: (given: unknown) => encodeRows(given as readonly OutboxRow[], options.payload !== undefined),
  });
  const matching = options.matching === undefined ? sql`` : sql` where ${options.matching(NEW_EVENT)}`;
  return db.$with('events', { id: sql<string>`id`.as('id') }).as(sql`
    insert into ${outbox} (id, topic, type, source, subject, version, owner_id, actor, request_id, caller_address, traceparent,
      create_time, payload, body)
    select event.id, event.topic, event.type, event.source, event.subject, event.version, event.owner_id, event.actor,
      event.request_id, event.caller_address, event.traceparent, event.create_time, ${payload}, decode(event.body, 'base64')
    from jsonb_to_recordset(${rows}::jsonb) as event (id uuid, topic text, type text, source text, subject text,
      version bigint, owner_id uuid, actor text, request_id text, caller_address text, traceparent text,
      create_time timestamptz, payload jsonb, body text)
    where exists (select 1 from ${options.changed}${matching})
    returning id
  `);
}

/** The rows as JSON. Each has its message as bytes, or as JSON within the row when the statement is to complete it. */
function encodeRows(rows: readonly OutboxRow[], isCompleted: boolean): string {
  return JSON.stringify(
    rows.map(({ desc, message, ...columns }) => ({
      ...columns,
      ...(isCompleted
        ? { payload: toJson(desc, message) }
        : { body: Buffer.from(encodeMessage(desc, message)).toString('base64') }),
    })),
  );
}
