import { sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { prepareErasure } from '../../../runtime/erasure.ts';
import { customers } from './schema.ts';

/** Prepares a step of the erasure of an account's customers. See `prepareErasure`. */
export function prepareEraseCustomers(db: Database, stepSize?: number): () => Promise<boolean> {
  return prepareErasure(db, {
    rows: (ownerId) => [{ table: customers, where: sql`owner_id = ${ownerId}` }],
    stepSize,
  });
}
