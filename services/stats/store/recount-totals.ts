import { asc, gt, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { jsonParameter } from '../../../runtime/events/json-parameter.ts';
import { accounts } from './schema.ts';

/** Prepares the list of accounts, in the order of their ids. */
export function prepareListAccounts(db: Database) {
  const statement = db
    .select({ ownerId: accounts.ownerId })
    .from(accounts)
    .where(gt(accounts.ownerId, sql.placeholder('afterId')))
    .orderBy(asc(accounts.ownerId))
    .limit(sql.placeholder('limit'))
    .prepare('list_accounts');

  return async (page: { readonly afterId: string; readonly limit: number }): Promise<string[]> =>
    (await statement.execute({ ...page })).map(({ ownerId }) => ownerId);
}

/** Prepares the statement that recounts the totals of accounts. Gives how many rows it removed or wrote. */
export function prepareRecountTotals(db: Database) {
  const recounted = db.$with('recounted', { corrected: sql<bigint>`corrected`.as('corrected') }).as(sql`
    select recount_totals(array(select jsonb_array_elements_text(${jsonParameter('ownerIds')}::jsonb)::uuid)) as corrected
  `);
  const statement = db
    .with(recounted)
    .select({ corrected: sql<number>`${recounted.corrected}::integer` })
    .from(recounted)
    .prepare('recount_totals');

  return async (ownerIds: readonly string[]): Promise<number> =>
    (await statement.execute({ ownerIds }))[0]?.corrected ?? 0;
}
