import { sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { prepareErasure } from '../../../runtime/erasure.ts';
import { idempotencyRecords } from '../../../runtime/idempotency.ts';
import { customers } from './schema.ts';

/**
 * Prepares a step of the erasure of what an account leaves behind: its customers, and answers that were stored at the moment of its
 * deletion. See `prepareErasure`.
 */
export function prepareEraseCustomers(db: Database, stepSize?: number): () => Promise<boolean> {
  return prepareErasure(db, {
    rows: (ownerId) => [
      { table: customers, where: sql`owner_id = ${ownerId}` },
      { table: idempotencyRecords, where: sql`owner_id = ${ownerId}` },
    ],
    stepSize,
  });
}
