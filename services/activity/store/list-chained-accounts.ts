import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { activities, activityChain, activityHeads } from './schema.ts';

/**
 * Prepares the list of the accounts that have activities, a chain or a head: at most `limit` after the id `after`, in
 * the order of their ids. It steps from one account to the next by index, so their number of activities does not
 * matter.
 */
export function prepareListChainedAccounts(
  db: Database,
): (page: { readonly after: string; readonly limit: number }) => Promise<string[]> {
  const next = (after: SQL) => sql`least(
    (select owner_id from ${activityHeads} where owner_id > ${after} order by owner_id limit 1),
    (select owner_id from ${activityChain} where owner_id > ${after} order by owner_id limit 1),
    (select owner_id from ${activities} where owner_id > ${after} order by owner_id limit 1)
  )`;
  const accounts = db.$with('accounts', { ownerId: sql<string>`owner_id`.as('owner_id') }).as(sql`
    with recursive account as (
      select ${next(sql`${sql.placeholder('after')}::uuid`)} as owner_id
      union all
      select ${next(sql`account.owner_id`)} from account where account.owner_id is not null
    )
    select owner_id from account where owner_id is not null limit ${sql.placeholder('limit')}
  `);
  const statement = db.with(accounts).select().from(accounts).prepare('list_chained_accounts');
  return async (page) => (await statement.execute({ ...page })).map(({ ownerId }) => ownerId);
}
