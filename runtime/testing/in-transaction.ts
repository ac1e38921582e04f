import type { ReservedSql } from 'postgres';
import type { Database } from '../database/database.ts';

/**
 * Does some work in a transaction, on a connection that nobody else has meanwhile, and commits it: like a slow replica.
 * Rolls back when the work fails. The library's own `begin` does not work on a pool that sends one statement at a time.
 */
export async function inTransaction<Result>(
  db: Database,
  work: (sql: ReservedSql<{ bigint: bigint }>) => Promise<Result>,
): Promise<Result> {
  await db.$client`select`; // a pool without an open connection reserves none, and waits forever
  const sql = await db.$client.reserve();
  try {
    await sql`begin`;
    const result = await work(sql);
    await sql`commit`;
    return result;
  } catch (error) {
    await sql`rollback`;
    throw error;
  } finally {
    sql.release();
  }
}
