import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { jsonParameter } from '../../../runtime/events/json-parameter.ts';
import { DEFAULT_SERIES, type SeriesSettings } from '../domain/number-series.ts';
import { numberCounters, numberSeries } from './schema.ts';

/** A number series of an owner. */
export type SeriesRow = SeriesSettings & {
  readonly name: string;
  /** 0 for a series that every user has, until its owner changes it; until then its times are null. */
  readonly version: bigint;
  readonly createTime: Date | null;
  readonly updateTime: Date | null;
  /** The last sequence given in the present period; 0 before the first. */
  readonly lastSequence: bigint;
};

const standards = Object.entries(DEFAULT_SERIES).map(([name, settings]) => ({ name, ...settings }));

/** Prepares the statement that reads one series of an owner, with the counter of the period that `day` is in. */
export function prepareGetNumberSeries(
  db: Database,
): (ownerId: string, name: string, day: string) => Promise<SeriesRow | undefined> {
  const statement = selectSeries(db, sql`series.name = ${sql.placeholder('name')}::text`).prepare('get_number_series');
  return async (ownerId, name, day) => (await statement.execute({ ownerId, name, day, standards, limit: 1 }))[0];
}

/** Prepares the statement that reads up to `limit` series of an owner by name, those after `afterName`. */
export function prepareListNumberSeries(
  db: Database,
): (page: {
  readonly ownerId: string;
  readonly afterName: string;
  readonly day: string;
  readonly limit: number;
}) => Promise<SeriesRow[]> {
  const statement = selectSeries(db, sql`series.name collate "C" > ${sql.placeholder('afterName')}::text`).prepare(
    'list_number_series',
  );
  return (page) => statement.execute({ ...page, standards });
}

/** The stored series, and those that every user has, unless these are stored with the owner's own settings. */
function selectSeries(db: Database, condition: SQL) {
  const ownerId = sql`${sql.placeholder('ownerId')}::uuid`;
  const found = db
    .$with('found', {
      name: sql<string>`name`.as('name'),
      documentType: numberSeries.documentType,
      pattern: numberSeries.pattern,
      reset: numberSeries.reset,
      version: numberSeries.version,
      createTime: nullable(numberSeries.createTime).as('create_time'),
      updateTime: nullable(numberSeries.updateTime).as('update_time'),
      lastSequence: numberCounters.lastSequence,
    })
    .as(sql`
      select series.*, coalesce(counter.last_sequence, 0) as last_sequence
      from (
        select name, document_type, pattern, reset, version, case when version > 0 then create_time end as create_time,
          case when version > 0 then update_time end as update_time
        from ${numberSeries} where owner_id = ${ownerId}
        union all
        select name, "documentType", pattern, reset, 0, null, null
        from jsonb_to_recordset(${jsonParameter('standards')}::jsonb) as standard
          (name text, "documentType" text, pattern text, reset text)
        where not exists (select 1 from ${numberSeries} as own where own.owner_id = ${ownerId} and own.name = standard.name)
      ) as series
      left join ${numberCounters} as counter on counter.owner_id = ${ownerId}
        and counter.series = counter_of_series(series.name, series.reset, ${sql.placeholder('day')}::date)
      where ${condition} order by series.name collate "C" limit ${sql.placeholder('limit')}
    `);
  return db.with(found).select().from(found).orderBy(sql`name collate "C"`);
}

/** The column as a left join or union gives it. Drizzle leaves null as it is. */
function nullable(column: typeof numberSeries.createTime | typeof numberSeries.updateTime): SQL<Date | null> {
  return sql<Date | null>`${sql.identifier(column.name)}`.mapWith(column);
}
