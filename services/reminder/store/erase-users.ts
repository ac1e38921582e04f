import { sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { prepareEffect } from '../../../runtime/events/inbox.ts';
import { invoices, reminders } from './schema.ts';

/**
 * Prepares the effect of deleted accounts: everything that is held about them goes. What comes later of their invoices
 * is harmless: an account that is gone sends nothing.
 */
export function prepareEraseUsers(db: Database) {
  return prepareEffect(db, 'erase_users', {
    columns: { ownerId: 'uuid' },
    effect: (fresh) => [
      sql`delete from ${reminders} using ${fresh.rows} where ${reminders.ownerId} = ${fresh.ownerId}`,
      sql`delete from ${invoices} using ${fresh.rows} where ${invoices.ownerId} = ${fresh.ownerId}`,
    ],
  });
}
