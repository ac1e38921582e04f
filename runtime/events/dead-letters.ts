import { desc, inArray, sql } from 'drizzle-orm';
import { integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import type { Database } from '../database/database.ts';
import { eventColumns } from './event-columns.ts';
import { inbox } from './inbox.ts';
import { outbox } from './outbox.ts';

/** Events a service gave up, with the reason. They stay until somebody sends them again or drops them. */
export const deadLetters = pgTable('dead_letters', {
  eventId: uuid('event_id').primaryKey(),
  ...eventColumns(),
  reason: text().notNull(),
  attempts: integer().notNull(),
  deadTime: timestamp('dead_time', { withTimezone: true, precision: 3 }).notNull().defaultNow(),
});

/** A dead letter. */
export type DeadLetter = typeof deadLetters.$inferSelect;

/** Where the next page of dead letters starts: after the last one of the page before. */
export interface DeadLetterPosition {
  readonly deadTime: Date;
  readonly eventId: string;
}

/** Lists a service's dead letters, the latest first, at most `limit`. Run by hand, so it is not prepared. */
export async function listDeadLetters(db: Database, limit: number, after?: DeadLetterPosition): Promise<DeadLetter[]> {
  return await db
    .select()
    .from(deadLetters)
    .where(
      after === undefined
        ? undefined
        : sql`(${deadLetters.deadTime}, ${deadLetters.eventId}) < (${after.deadTime.toISOString()}, ${after.eventId})`,
    )
    .orderBy(desc(deadLetters.deadTime), desc(deadLetters.eventId))
    .limit(limit);
}

/**
 * Sends dead letters again. One statement removes them from the dead letters, deletes their inbox marks and puts them
 * into the outbox of the same database, addressed to this service alone (or to all services, if they never left this
 * one). Gives the ids that were sent; an id that is no dead letter is left out.
 */
export async function resendDeadLetters(db: Database, eventIds: readonly string[]): Promise<string[]> {
  const statement = sql`
    with letters as (
      delete from ${deadLetters}
      where event_id in (select value::uuid from jsonb_array_elements_text(${JSON.stringify(eventIds)}::jsonb))
      returning *
    ), forgotten as (
      delete from ${inbox} where event_id in (select event_id from letters)
    )
    insert into ${outbox} (id, topic, type, source, subject, version, owner_id, actor, request_id, traceparent, create_time,
      payload, body, target)
    select event_id, topic, type, source, subject, version, owner_id, actor, request_id, traceparent, create_time,
      payload, body, target from letters
    -- The row may still be there: published, but not yet deleted by the relay, whose claim on it ends here.
    on conflict (id) do update set target = excluded.target, attempts = 0, available_time = now(), lease_token = null
    returning id
  `;
  const rows = await db.execute<{ id: string }>(statement);
  return rows.map((row) => row.id);
}

/** Deletes dead letters for good; their events have no effect in this service. Gives the ids of those that existed. */
export async function dropDeadLetters(db: Database, eventIds: readonly string[]): Promise<string[]> {
  const dropped = await db
    .delete(deadLetters)
    .where(inArray(deadLetters.eventId, [...eventIds]))
    .returning({ id: deadLetters.eventId });
  return dropped.map(({ id }) => id);
}
