import { sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { prepareEffect } from '../../../runtime/events/inbox.ts';
import { idempotencyRecords } from '../../../runtime/idempotency.ts';
import { quotes } from './quote-schema.ts';
import { invoices } from './schema.ts';

/**
 * Prepares the effect of a user's deletion: drafts of invoices and quotes go, and so do remembered answers, which hold the
 * same data.
 */
export function prepareDeleteDraftsOfUsers(db: Database) {
  return prepareEffect(db, 'delete_drafts_of_users', {
    columns: { userId: 'uuid' },
    effect: (fresh) => [
      sql`delete from ${invoices} where state = 'DRAFT' and owner_id in (select ${fresh.userId} from ${fresh.rows})`,
      sql`delete from ${quotes} where state = 'DRAFT' and owner_id in (select ${fresh.userId} from ${fresh.rows})`,
      sql`delete from ${idempotencyRecords} where owner_id in (select ${fresh.userId} from ${fresh.rows})`,
    ],
  });
}
