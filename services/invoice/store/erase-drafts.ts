import { sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { erasures, prepareErasure } from '../../../runtime/erasure.ts';
import { prepareEffect } from '../../../runtime/events/inbox.ts';
import { quotes } from './quote-schema.ts';
import { recurringInvoices } from './recurring-schema.ts';
import { invoices } from './schema.ts';

/** Prepares the effect of the deletion of accounts: their erasure begins. */
export function prepareStartErasures(db: Database) {
  return prepareEffect(db, 'start_erasures', {
    columns: { ownerId: 'uuid' },
    effect: (fresh) => sql`
      insert into ${erasures} (owner_id) select ${fresh.ownerId} from ${fresh.rows} order by 1 on conflict do nothing`,
  });
}

/** Each recurring invoice can have thousands of dates, which are deleted with it. */
const RECURRING_STEP_SIZE = 5;

/**
 * Prepares a step of the erasure of what an account leaves behind: recurring invoices, which make drafts, then drafts of invoices
 * and quotes. See `prepareErasure`.
 */
export function prepareEraseDrafts(db: Database, stepSize?: number): () => Promise<boolean> {
  return prepareErasure(db, {
    rows: (ownerId) => [
      { table: recurringInvoices, where: sql`owner_id = ${ownerId}`, stepSize: RECURRING_STEP_SIZE },
      { table: invoices, where: sql`owner_id = ${ownerId} and state = 'DRAFT'` },
      { table: quotes, where: sql`owner_id = ${ownerId} and state = 'DRAFT'` },
    ],
    stepSize,
  });
}
