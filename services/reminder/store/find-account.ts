import { sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { TIME_OF_DAY } from './find-invoices.ts';
import { accounts, reminderSettings } from './schema.ts';

/** What is known of an account, whether events told of it or not. */
export interface FoundAccount {
  /** Null when no event told it yet. */
  readonly timeZone: string | null;
  readonly deleted: boolean;
  /** The local time of day of what follows a due date, `HH:MM`. */
  readonly timeOfDay: string;
}

/** Prepares the look-up of an account. */
export function prepareFindAccount(db: Database): (ownerId: string) => Promise<FoundAccount> {
  const statement = db
    .select({
      timeZone: accounts.timeZone,
      deleted: sql<boolean>`coalesce(${accounts.deleted}, false)`,
      timeOfDay: TIME_OF_DAY,
    })
    .from(sql`(select ${sql.placeholder('ownerId')}::uuid as owner_id) as asked`)
    .leftJoin(accounts, sql`${accounts.ownerId} = asked.owner_id`)
    .leftJoin(reminderSettings, sql`${reminderSettings.ownerId} = asked.owner_id`)
    .prepare('find_account');
  return async (ownerId) => {
    const [found] = await statement.execute({ ownerId });
    if (found === undefined) throw new Error('the look-up of an account has no row');
    return found;
  };
}
