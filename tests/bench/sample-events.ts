import type { Sql } from 'postgres';
import type { Consequences } from './target-file.ts';

/** The subjects of the events of a sample. */
const SUBJECT_PREFIX = '00000000-0000-7000-b100-';

/** Events like real ones, to write into the outbox by the thousand. */
export interface SampleEvents {
  /**
   * Writes so many events, half of them of new invoices and half of changes to these, and gives the smallest of their ids. Relays
   * do not see them before {@link release}.
   */
  write(count: number): Promise<string>;
  /** Lets relays see the written events. */
  release(): Promise<void>;
  /** Writes one event as a request would, and gives its id. */
  writeOne(): Promise<string>;
}

/**
 * Makes samples of the two events that `request` causes in the outbox, one of a new invoice and one of a change.
 *
 * @throws Error when it causes others
 */
export async function sampleEvents(
  sql: Sql,
  { hold, release }: Consequences,
  request: () => Promise<void>,
): Promise<SampleEvents> {
  const run = async (statements: readonly string[]) => {
    for (const statement of statements) await sql.unsafe(statement);
  };
  await run(hold);
  await request();
  await sql`create table sample_events as select * from outbox where available_time > now() + interval '1 hour'`;
  const topics = await sql<{ topic: string }[]>`select topic from sample_events order by version`;
  if (topics.map(({ topic }) => topic).join() !== 'invoice.created,invoice.updated') {
    throw new Error(`The outbox holds other events than expected: ${topics.map(({ topic }) => topic).join()}`);
  }
  await run(release);
  let subjects = 0;

  /** Events of the subjects from one number to another, both included; `version` selects those of one version. */
  const insert = (from: number, to: number, version?: number) => sql<{ id: string }[]>`
    insert into outbox (id, topic, type, source, subject, version, owner_id, actor, request_id, create_time, body)
    select uuidv7(), topic, type, source, given.subject, version, owner_id, actor, request_id, now(),
      decode(replace(encode(body, 'hex'), encode(sample_events.subject::bytea, 'hex'), encode(given.subject::bytea, 'hex')), 'hex')
    from generate_series(${from}::integer, ${to}::integer) as n, sample_events,
      lateral (select ${SUBJECT_PREFIX} || lpad(to_hex(n), 12, '0') as subject) as given
    where ${version ?? null}::bigint is null or version = ${version ?? null}::bigint
    order by version, n
    returning id`;

  return {
    async write(count) {
      await run(hold);
      const [first] = await insert(subjects, subjects + count / 2 - 1);
      subjects += count / 2;
      return first?.id ?? '';
    },
    release: () => run(release),
    async writeOne() {
      const [row] = await insert(subjects, subjects, 1);
      subjects += 1;
      return row?.id ?? '';
    },
  };
}
