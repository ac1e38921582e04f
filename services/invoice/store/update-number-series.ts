import { type SQL, sql } from 'drizzle-orm';
import { storeIdempotencyRecord } from '../../../runtime/call/idempotency.ts';
import type { WriteEffects } from '../../../runtime/call/prepare-write.ts';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { appendEvents } from '../../../runtime/events/outbox.ts';
import { hasNumber } from './has-number.ts';
import { numberCounters, numberSeries } from './schema.ts';

/** A series as it is to be, in the version after the one that was read. */
export type ChangedSeries = Omit<typeof numberSeries.$inferSelect, 'documentType'> & {
  /** The day whose period the sequence is raised in. */
  readonly day: string;
  /** The last sequence to count as given; null leaves the counter as it is. */
  readonly lastSequence: bigint | null;
};

/** The outcome of a change of a series. */
export interface SeriesChange {
  /** Whether it was changed. It is not when the sequence or the next number was given already. */
  readonly isChanged: boolean;
  /** The last sequence given in the present period of the wanted reset. */
  readonly lastSequence: bigint;
  /** The number that would have been next, if a document of the owner has it. */
  readonly takenNumber: string | null;
  /** The next sequence with which the series could go on instead; 0 when there is none. Null unless the number is taken. */
  readonly freeSequence: string | null;
}

/**
 * Prepares the statement that changes a series. Gives `undefined`, and has changed nothing, when the series was changed
 * meanwhile.
 */
export function prepareUpdateNumberSeries(
  db: Database,
): (series: ChangedSeries, effects: WriteEffects) => Promise<SeriesChange | undefined> {
  const columns = columnParameters(numberSeries);
  const day = sql`${sql.placeholder('day')}::date`;
  const lastSequence = sql`${sql.placeholder('lastSequence')}::bigint`;
  const counter = sql`counter_of_series(locked.name, ${columns.reset}::text, ${day})`;
  const givenBy = (series: SQL) => sql`(select last_sequence from ${numberCounters} as given
    where given.owner_id = locked.owner_id and given.series = ${series})`;
  const given = givenBy(counter);
  const locked = db.$with('locked', { name: sql<string>`name`.as('name') }).as(sql`
    select owner_id, name, document_type, reset from ${numberSeries}
    where owner_id = ${columns.ownerId} and name = ${columns.name} and version + 1 = ${columns.version} for update
  `);
  // The next sequence after the change. When it was given before the reset was changed, the present one is still free.
  const next = sql`greatest(${lastSequence}, ${given}, 0) + 1`;
  const numberOf = (sequence: SQL) => sql`format_number(${columns.pattern}::text, ${day}, ${sequence})`;
  const taken = db
    .$with('taken', {
      number: sql<string>`taken_number`.as('taken_number'),
      freeSequence: sql<string>`free_sequence`.as('free_sequence'),
    })
    .as(sql`
      select ${numberOf(sql`wanted.next`)} as taken_number,
        case when ${isTaken(numberOf(sql`wanted.present`))} then 0 else wanted.present end::text as free_sequence
      from ${locked} as locked cross join lateral (
        select ${next} as next,
          greatest(${givenBy(sql`counter_of_series(locked.name, locked.reset, ${day})`)} + 1, ${next}) as present
      ) as wanted
      where ${isTaken(numberOf(sql`wanted.next`))}
    `);
  const raised = db.$with('raised', { lastSequence: sql<bigint>`last_sequence`.as('last_sequence') }).as(sql`
    insert into ${numberCounters} (owner_id, series, last_sequence)
    select locked.owner_id, ${counter}, ${lastSequence} from ${locked} as locked
    where ${lastSequence} > 0 and not exists (select from ${taken})
    on conflict (owner_id, series) do update set last_sequence = excluded.last_sequence
    where number_counters.last_sequence <= excluded.last_sequence
    returning last_sequence
  `);
  const updated = db.$with('updated', { lastSequence: numberCounters.lastSequence }).as(sql`
    update ${numberSeries} as series set version = ${columns.version}, pattern = ${columns.pattern},
      reset = ${columns.reset}, create_time = ${columns.createTime}, update_time = ${columns.updateTime}
    from ${locked} as locked
    where series.owner_id = locked.owner_id and series.name = locked.name
      and not exists (select from ${taken})
      and (${lastSequence} is null or exists (select 1 from ${raised}) or (${lastSequence} = 0 and ${given} is null))
    returning coalesce((select last_sequence from ${raised}), ${given}, 0) as last_sequence
  `);
  const events = appendEvents(db, { changed: updated });
  const after = sql`((select last_sequence from ${updated}) + 1)`;
  const record = storeIdempotencyRecord(db, {
    changed: updated,
    response: (
      response,
    ) => sql`jsonb_set(jsonb_set(${response}, '{numberSeries,nextSequence}', to_jsonb(${after}::text)),
      '{numberSeries,nextNumber}', to_jsonb(${numberOf(after)}))`,
  });
  const statement = db
    .with(locked, taken, raised, updated, events, record)
    .select({
      isChanged: sql<boolean>`${updated.lastSequence} is not null`,
      lastSequence: sql`coalesce(${updated.lastSequence}, ${given}, 0)`.mapWith(numberCounters.lastSequence),
      takenNumber: taken.number,
      freeSequence: taken.freeSequence,
    })
    .from(locked)
    .leftJoin(taken, sql`true`)
    .leftJoin(updated, sql`true`)
    .prepare('update_number_series');
  return async (series, { events: outboxRows, idempotency }) => {
    const [row] = await statement.execute({ ...series, events: outboxRows, ...idempotency });
    return row;
  };
}

/** Prepares the statement that stores a series that every user has, so that it can be changed. */
export function prepareStoreStandardSeries(db: Database): (series: typeof numberSeries.$inferSelect) => Promise<void> {
  const statement = db
    .insert(numberSeries)
    .values(columnParameters(numberSeries))
    .onConflictDoNothing()
    .prepare('store_standard_series');
  return async (series) => {
    await statement.execute({ ...series });
  };
}

/** Whether a document of the locked series' kind has the number. */
function isTaken(number: SQL): SQL {
  return hasNumber({ ownerId: sql`locked.owner_id`, documentType: sql`locked.document_type`, number });
}
