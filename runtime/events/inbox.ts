import { type SQL, sql } from 'drizzle-orm';
import { pgTable, timestamp, uuid } from 'drizzle-orm/pg-core';
import type { Database } from '../database/database.ts';
import { jsonParameter } from './json-parameter.ts';

/**
 * Ids of the events that took effect in this database.
 *
 * An id is written by the very statement that has the effect, so an event delivered twice has one effect. Ids are kept
 * for `INBOX_RETENTION_DAYS`; an event would have to be delivered again after that to take effect twice.
 */
export const inbox = pgTable('inbox', {
  eventId: uuid('event_id').primaryKey(),
  applyTime: timestamp('apply_time', { withTimezone: true }).notNull().defaultNow(),
});

/** How long the inbox remembers. Far longer than a queue or a lease holds an event back. */
export const INBOX_RETENTION_DAYS = 30;
const DAY_MS = 86_400_000;

/** Postgres types an effect row may have, and the values they are given as; any may be null. */
interface EffectTypes {
  uuid: string;
  text: string;
  /** `YYYY-MM-DD`. */
  date: string;
  bigint: bigint;
  boolean: boolean;
  timestamptz: Date;
  /** Any value that JSON can hold. */
  jsonb: unknown;
}

/** The columns of an effect's rows besides `eventId`: names as the statement and the rows use them, with their types. */
export type EffectColumns = Readonly<Record<string, keyof EffectTypes>>;

/** A row of an effect. */
export type EffectRow<Columns extends EffectColumns> = { readonly eventId: string } & {
  readonly [Name in keyof Columns]: EffectTypes[Columns[Name]] | null;
};

/** The rows whose event is new here, as a table for the effect's SQL: `fresh.rows` to select from, `fresh.amountMinor` a column. */
export type FreshRows<Columns extends EffectColumns> = { readonly rows: SQL } & {
  readonly [Name in keyof Columns | 'eventId']: SQL;
};

/** What an effect does. */
export interface EffectOptions<Columns extends EffectColumns> {
  readonly columns: Columns;
  /**
   * The data-modifying statements, each an `insert`, `update` or `delete` that reads from `fresh.rows`. They run as
   * parts of one statement and see the tables as they were before it. Touch rows that several events may change in one
   * fixed order (`order by`), or two replicas can deadlock; the runtime then tries again. They are named `effect_1`,
   * `effect_2` and so on: one that reads what an earlier one returns runs after it.
   */
  readonly effect: (fresh: FreshRows<Columns>) => SQL | readonly SQL[];
}

/**
 * Prepares a consumer's effect: one statement that writes the inbox marks and does the effect for those rows whose event
 * was not applied before. Several rows may belong to one event. Every row of a repeated event is left out.
 *
 * ```ts
 * const recordActivities = prepareEffect(db, 'record_activities', {
 *   columns: { id: 'uuid', invoiceId: 'uuid', type: 'text', createTime: 'timestamptz' },
 *   effect: (fresh) => sql`
 *     insert into ${activities} (id, invoice_id, type, create_time)
 *     select ${fresh.id}, ${fresh.invoiceId}, ${fresh.type}, ${fresh.createTime} from ${fresh.rows}`,
 * });
 * await recordActivities(batch.map((event) => ({ eventId: event.id, id: increasingUuid(), ... })));
 * ```
 */
export function prepareEffect<const Columns extends EffectColumns>(
  db: Database,
  name: string,
  options: EffectOptions<Columns>,
): (rows: readonly EffectRow<Columns>[]) => Promise<void> {
  const columns = Object.entries<keyof EffectTypes>({ eventId: 'uuid', ...options.columns });
  const definitions = sql.join(
    columns.map(([column, type]) => sql`${sql.identifier(column)} ${sql.raw(type)}`),
    sql`, `,
  );
  const given = db.$with('given', {}).as(sql`
    select * from jsonb_to_recordset(${jsonParameter('rows')}::jsonb) as given_rows (${definitions})
  `);
  const marks = db.$with('marks', {}).as(sql`
    insert into ${inbox} (event_id) select distinct "eventId" from given order by 1
    on conflict (event_id) do nothing returning event_id
  `);
  const fresh = db.$with('fresh', { eventId: sql<string>`"eventId"`.as('eventId') }).as(sql`
    select given.* from given join marks on marks.event_id = given."eventId"
  `);
  const effects = [options.effect(freshRowsOf(columns.map(([column]) => column)))].flat();
  const parts = effects.map((effect, index) => db.$with(`effect_${index + 1}`, {}).as(effect));
  const statement = db
    .with(given, marks, fresh, ...parts)
    .select({ applied: sql<number>`count(*)::integer` })
    .from(fresh)
    .prepare(name);
  const bigints = columns.flatMap(([column, type]) => (type === 'bigint' ? [column] : []));
  return async (rows) => {
    if (rows.length > 0) await statement.execute({ rows: rows.map((row) => withTexts(row, bigints)) });
  };
}

/** The row with its bigints as text, which JSON takes as it is. */
function withTexts(row: object, bigints: readonly string[]): object {
  const copy: Record<string, unknown> = { ...row };
  for (const name of bigints) copy[name] = copy[name]?.toString() ?? null;
  return copy;
}

function freshRowsOf<Columns extends EffectColumns>(columns: readonly string[]): FreshRows<Columns> {
  const references = columns.map((column) => [column, sql`fresh.${sql.identifier(column)}`]);
  return { rows: sql`fresh`, ...Object.fromEntries(references) }; // has a key for each of Columns, as built from them
}

/**
 * Prepares the statement that deletes the oldest marks beyond the retention, at most `limit`, and tells how many it
 * deleted. Old marks are found by their ids: an id is a UUIDv7, and so begins with a time that is never later than that
 * of the mark.
 */
export function prepareInboxPrune(db: Database, limit: number): () => Promise<number> {
  const pruned = db.$with('pruned', { eventId: sql<string>`event_id`.as('event_id') }).as(sql`
    delete from ${inbox} where event_id in (
      select event_id from ${inbox}
      where event_id < ${sql.placeholder('beforeId')}::uuid and apply_time < now() - ${INBOX_RETENTION_DAYS} * interval '1 day'
      order by event_id limit ${limit}
    ) returning event_id
  `);
  const statement = db
    .with(pruned)
    .select({ count: sql<number>`count(*)::integer` })
    .from(pruned)
    .prepare('prune_inbox');
  return async () =>
    (await statement.execute({ beforeId: firstIdOf(Date.now() - INBOX_RETENTION_DAYS * DAY_MS) }))[0]?.count ?? 0;
}

/** The smallest UUID that begins with a time in milliseconds, as those of version 7 do (RFC 9562, section 5.7). */
function firstIdOf(timeMs: number): string {
  const digits = timeMs.toString(16).padStart(12, '0');
  return `${digits.slice(0, 8)}-${digits.slice(8)}-0000-0000-000000000000`;
}
