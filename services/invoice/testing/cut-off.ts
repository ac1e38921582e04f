import type { ReservedSql } from 'postgres';
import { inTransaction } from '../../../runtime/testing/in-transaction.ts';
import { waitUntil } from '../../../runtime/testing/wait-until.ts';
import type { InvoiceTestService } from './start-invoice-service.ts';

/**
 * Locks something so that writes pile up in front of it, cuts their connections in the middle of their statements, and
 * gives what becomes of the writes.
 */
export async function cutOff<Result>(
  { db }: InvoiceTestService,
  lock: (sql: ReservedSql<{ bigint: bigint }>) => PromiseLike<unknown>,
  write: () => Promise<Result>,
): Promise<Result> {
  const { writing } = await inTransaction(db, async (sql) => {
    await lock(sql);
    const started = write();
    await waitUntil(async () => {
      const rows = await db.$client<{ isCut: boolean }[]>`
        select pg_terminate_backend(pid) as "isCut" from pg_stat_activity
        where datname = current_database() and application_name = 'numer-invoice' and wait_event_type = 'Lock'`;
      return rows.some(({ isCut }) => isCut);
    });
    return { writing: started };
  });
  return writing;
}
