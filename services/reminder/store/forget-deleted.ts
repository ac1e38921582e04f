import { sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { prepareForgetting } from '../../../runtime/events/forget-deleted.ts';
import { invoices } from './schema.ts';

/** Prepares the statement that forgets deleted drafts and their reminders. See `prepareForgetting`. */
export function prepareForgetDeleted(db: Database): (now: Date) => Promise<number> {
  return prepareForgetting(db, { table: invoices, key: sql`invoice_id`, where: sql`state = 'DELETED'` });
}
