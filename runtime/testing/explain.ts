import { fillPlaceholders } from 'drizzle-orm';
import type { ReservedSql } from 'postgres';

/** A node of a plan that was carried out. */
export interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
  readonly Plans?: readonly PlanNode[];
}

/** A query with parameters and placeholders, as Drizzle gives it. */
interface Query {
  readonly sql: string;
  readonly params: unknown[];
}

/**
 * Carries out a query as a prepared statement and gives the nodes of its plan, the root first. A connection of a service
 * plans as the service does.
 */
export async function explain(
  connection: ReservedSql,
  { sql, params }: Query,
  values: Record<string, unknown> = {},
): Promise<PlanNode[]> {
  const literals = fillPlaceholders(params, values).map((value) => (value === null ? 'null' : `'${value}'`));
  await connection.unsafe(`deallocate all; prepare explained as ${sql}`);
  const rows = await connection.unsafe(
    `explain (analyze, buffers, format json) execute explained ${literals.length === 0 ? '' : `(${literals.join(', ')})`}`,
  );
  const flatten = (plan: PlanNode): PlanNode[] => [plan, ...(plan.Plans ?? []).flatMap(flatten)];
  return flatten(rows[0]?.['QUERY PLAN'][0].Plan);
}

/** How many rows, or entries of an index, of each table were read. */
export function rowsRead(plans: readonly PlanNode[]): Readonly<Record<string, number>> {
  const read: Record<string, number> = {};
  for (const plan of plans) {
    const table = plan['Relation Name'];
    if (table === undefined) continue;
    const rows = (plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0)) * plan['Actual Loops'];
    read[table] = (read[table] ?? 0) + rows;
  }
  return read;
}

/** Blocks of tables and indexes that were read, so that skipped entries of an index count as well. */
export function blocksRead([root]: readonly PlanNode[]): number {
  return (root?.['Shared Hit Blocks'] ?? 0) + (root?.['Shared Read Blocks'] ?? 0);
}
