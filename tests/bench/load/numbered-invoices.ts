import type { PendingQuery, Row, Sql } from 'postgres';
import { CUSTOMERS_PER_USER, type DatasetSize, ID_PREFIX, STATES } from '../dataset.ts';

/** The invoices with the numbers from `from` up to, but not including, `to`. */
export interface NumberRange {
  readonly from: number;
  readonly to: number;
}

/** Invoices that one statement loads: enough to be fast, few enough for the memory of a small server. */
const BATCH = 50_000;

/** A range, in parts that each fit into one statement. */
export function* batchesOf({ from, to }: NumberRange): Generator<NumberRange> {
  for (let start = from; start < to; start += BATCH) yield { from: start, to: Math.min(to, start + BATCH) };
}

/**
 * What all databases have of the invoices of a range, as rows of a subquery: `n` is the number, `k` the number among those of
 * the owner, `id`, `owner_id`, `customer_id`, `state`, `number`, `issue_date`, `due_date`, `create_time`. Invoices with a
 * higher number are newer; a third of the open ones is overdue.
 */
export function numberedInvoices(sql: Sql, size: DatasetSize, { from, to }: NumberRange): PendingQuery<Row[]> {
  const drafts = STATES.filter((state) => state === 'DRAFT').length;
  return sql`(
    select numbered.*,
      case when state <> 'DRAFT'
        then 'INV-' || lpad(sequence::text, greatest(5, length(sequence::text)), '0')
      end as number,
      date '2026-01-01' + (k % 300) as issue_date,
      current_date + (k % 90) - 30 as due_date,
      timestamptz '2026-01-01 08:00+00' + n * interval '100 milliseconds' as create_time
    from (
      select n, n / ${size.users}::integer as k, (n / ${size.users}::integer) % ${STATES.length}::integer as place,
        (${ID_PREFIX.invoice} || lpad(to_hex(n), 12, '0'))::uuid as id,
        (${ID_PREFIX.user} || lpad(to_hex(n % ${size.users}::integer), 12, '0'))::uuid as owner_id,
        (${ID_PREFIX.customer} || lpad(to_hex((n % ${size.users}::integer) * ${CUSTOMERS_PER_USER}::integer
          + (n / ${size.users}::integer) % ${CUSTOMERS_PER_USER}::integer), 12, '0'))::uuid as customer_id,
        (array[${sql.unsafe(STATES.map((state) => `'${state}'`).join(', '))}])[(n / ${size.users}::integer) % ${STATES.length}::integer + 1] as state
      from generate_series(${from}::integer, ${to - 1}::integer) as n
    ) as numbered, lateral (
      select (k / ${STATES.length}::integer) * ${STATES.length - drafts}::integer + place - ${drafts - 1}::integer as sequence
    ) as counted
  ) as invoice`;
}
