import { sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { jsonParameter } from '../../../runtime/events/json-parameter.ts';
import type { Reservation } from '../number-series/recorded-numbers.ts';
import { invoices } from './schema.ts';

/** What keeps an invoice from being recorded under a number. */
export interface NumberFault {
  readonly number: string;
  /** Whether an invoice of the owner has the number. */
  readonly isTaken: boolean;
  /** The series of the owner that is yet to give the number; null when there is none. */
  readonly reservation: Reservation | null;
}

/**
 * Prepares the statement that gives the numbers among the given ones that an owner cannot record on the day `day`, and
 * why.
 */
export function prepareFindNumberFaults(
  db: Database,
): (ownerId: string, numbers: readonly string[], day: string) => Promise<NumberFault[]> {
  const ownerId = sql`${sql.placeholder('ownerId')}::uuid`;
  const faults = db
    .$with('faults', {
      number: sql<string>`number`.as('number'),
      isTaken: sql<boolean>`is_taken`.as('is_taken'),
      reservation: sql<Reservation | null>`reservation`.as('reservation'),
    })
    .as(sql`
      select given.number, taken.id is not null as is_taken, case when reserved.series is not null
        then json_build_object('numberSeries', reserved.series, 'nextSequence', reserved.next_sequence::text) end as reservation
      from jsonb_array_elements_text(${jsonParameter('numbers')}::jsonb) as given (number)
        left join ${invoices} as taken on taken.owner_id = ${ownerId} and taken.number = given.number
        left join lateral series_before(${ownerId}, given.number, ${sql.placeholder('day')}::date) as reserved on true
      where taken.id is not null or reserved.series is not null
    `);
  const statement = db.with(faults).select().from(faults).prepare('find_number_faults');
  return (ownerId, numbers, day) => statement.execute({ ownerId, numbers, day });
}
