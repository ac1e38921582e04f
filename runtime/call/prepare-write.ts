import { sql, type WithSubquery } from 'drizzle-orm';
import type { Database } from '../database/database.ts';
import { appendEvents, type OutboxRow } from '../events/outbox.ts';
import { type idempotencyValues, storeIdempotencyRecord } from './idempotency.ts';

/** What a write stores in the same statement as its change. */
export interface WriteEffects {
  readonly events: readonly OutboxRow[];
  /** Made by `idempotencyValues`. */
  readonly idempotency: ReturnType<typeof idempotencyValues>;
}

/** Makes a change, with the values of its placeholders; gives false, and has stored nothing, when it changed no row. */
export type Write = (values: object, effects: WriteEffects) => Promise<boolean>;

/**
 * Prepares a write as one statement: the change, its events and its kept answer. Events and answer are stored only when
 * `changed` has rows. When the change has several parts, `parts` lists them in order, `changed` among them.
 */
export function prepareWrite(
  db: Database,
  name: string,
  { changed, parts = [changed] }: { readonly changed: WithSubquery; readonly parts?: readonly WithSubquery[] },
): Write {
  const events = appendEvents(db, { changed });
  const record = storeIdempotencyRecord(db, { changed });
  const statement = db
    .with(...parts, events, record)
    .select({ one: sql`1` })
    .from(changed)
    .prepare(name);
  return async (values, { events: outboxRows, idempotency }) => {
    const rows = await statement.execute({ ...values, events: outboxRows, ...idempotency });
    return rows.length > 0;
  };
}
