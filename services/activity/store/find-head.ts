import { sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { activities, activityChain, activityHeads } from './schema.ts';

/** Where an account's chain ends, by its head and by its entries, read at one moment. */
export interface ChainHead {
  /** Number of the last entry according to the head; 0 when there is no head. */
  readonly sequence: bigint;
  /** Hash of the last entry according to the head; null when there is no head. */
  readonly hash: Uint8Array | null;
  /** Number of the last entry that exists; 0 when there is none. */
  readonly lastSequence: bigint;
  /** How many activities the account has; null when they were not counted. */
  readonly activities: bigint | null;
}

/** Prepares the query for the end of an account's chain. Counting takes some 0.1 s for a million activities. */
export function prepareFindHead(
  db: Database,
): (account: { readonly ownerId: string; readonly counted: boolean }) => Promise<ChainHead> {
  const ownerId = sql`${sql.placeholder('ownerId')}::uuid`;
  const head = db
    .$with('head', {
      sequence: sql<bigint>`sequence`.as('sequence'),
      hash: sql<Uint8Array | null>`hash`.as('hash'),
      lastSequence: sql<bigint>`last_sequence`.as('last_sequence'),
      activities: sql<bigint | null>`activities`.as('activities'),
    })
    .as(sql`
      select coalesce(head.sequence, 0) as sequence, head.hash,
        coalesce((select max(sequence) from ${activityChain} where owner_id = account.id), 0) as last_sequence,
        case when ${sql.placeholder('counted')}::boolean
          then (select count(*) from ${activities} where owner_id = account.id) end as activities
      from (select ${ownerId} as id) as account left join ${activityHeads} as head on head.owner_id = account.id
    `);
  const statement = db.with(head).select().from(head).prepare('find_head');
  return async (account) => {
    const [found] = await statement.execute({ ...account });
    if (found === undefined) throw new Error('a query without conditions gave no row');
    return found;
  };
}
