import { sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { TIME_OF_DAY } from './find-invoices.ts';
import { accounts, reminderSettings } from './schema.ts';

/** An account, whether or not an event about it has arrived. */
export interface FoundAccount {
  /** Null when no event has stated it yet. */
  readonly timeZone: string | null;
  readonly deleted: boolean;
  /** The local time of day, `HH:MM`, of reminders that follow a due date. */
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
