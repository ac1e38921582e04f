import type { JsonValue } from '@bufbuild/protobuf';
import { sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import type { ActorType } from '../domain/parse-actor.ts';
import { activities, activityAddresses, activityChain } from './schema.ts';

/** One entry of a chain, with its activity unless that was erased. */
export interface ChainRow {
  readonly sequence: bigint;
  readonly version: number;
  readonly hash: Uint8Array;
  /** Id of the activity; null for an erasure entry. */
  readonly activityId: string | null;
  readonly erasedTo: bigint | null;
  readonly erasedHash: Uint8Array | null;
  /** Undefined for an erasure entry, or when the activity is gone. */
  readonly activity: ChainedActivity | undefined;
}

/** An activity with all that its entry's hashes are computed from. */
export type ChainedActivity = typeof activities.$inferSelect & {
  readonly address: string | null;
  readonly addressSalt: string | null;
};

/** Which page of a chain to read: the entries after `after` up to and with `upTo`, in order. */
export interface ChainPage {
  readonly ownerId: string;
  readonly after: bigint;
  readonly upTo: bigint;
  readonly limit: number;
}

/**
 * A page ends after the entry whose changes make it larger than this. The size is that of the stored, compressed
 * changes; uncompressed they are several times as large.
 */
const CHANGES_BYTES_MAX = 1024 * 1024;

/**
 * Prepares the query for one page of an account's chain. A page may end before the limit, but has at least one entry if
 * the range has any.
 */
export function prepareListChain(db: Database): (page: ChainPage) => Promise<ChainRow[]> {
  const page = db.$with('page', ENTRY).as(sql`
    select link.sequence, link.version, link.hash, link.activity_id, link.erased_to, link.erased_hash, activity.id,
      activity.type, activity.owner_id, activity.invoice_id, activity.invoice_opened, activity.subject_id,
      activity.actor_type, activity.actor_id, activity.request_id, activity.create_time, activity.changes, activity.salt,
      activity.address_hash, address.address, address.salt as address_salt,
      sum(pg_column_size(activity.changes))
        over (order by link.sequence rows between unbounded preceding and 1 preceding) as size_before
    from (
      select * from ${activityChain}
      where owner_id = ${sql.placeholder('ownerId')} and sequence > ${sql.placeholder('after')}
        and sequence <= ${sql.placeholder('upTo')}
      order by sequence limit ${sql.placeholder('limit')}
    ) as link
    left join ${activities} as activity on activity.id = link.activity_id
    left join ${activityAddresses} as address
      on address.create_time = activity.create_time and address.activity_id = activity.id
  `);
  const statement = db
    .with(page)
    .select()
    .from(page)
    .where(sql`coalesce(size_before, 0) < ${CHANGES_BYTES_MAX}`)
    .orderBy(page.sequence)
    .prepare('list_chain');
  return async ({ ownerId, after, upTo, limit }) =>
    (await statement.execute({ ownerId, after: after.toString(), upTo: upTo.toString(), limit })).map(toChainRow);
}

/** The columns of a page. Those of the activity are null when there is none, whatever their types say. */
const ENTRY = {
  sequence: sql<bigint>`sequence`.as('sequence'),
  version: sql<number>`version`.as('version'),
  hash: sql<Uint8Array>`hash`.as('hash'),
  activityId: sql<string | null>`activity_id`.as('activity_id'),
  erasedTo: sql<bigint | null>`erased_to`.as('erased_to'),
  erasedHash: sql<Uint8Array | null>`erased_hash`.as('erased_hash'),
  id: sql<string | null>`id`.as('id'),
  type: sql<string>`type`.as('type'),
  ownerId: sql<string>`owner_id`.as('owner_id'),
  invoiceId: sql<string | null>`invoice_id`.as('invoice_id'),
  invoiceOpened: sql<boolean>`invoice_opened`.as('invoice_opened'),
  subjectId: sql<string>`subject_id`.as('subject_id'),
  actorType: sql<ActorType>`actor_type`.as('actor_type'),
  actorId: sql<string>`actor_id`.as('actor_id'),
  requestId: sql<string>`request_id`.as('request_id'),
  createTime: sql<string>`create_time`.as('create_time'),
  changes: sql<readonly JsonValue[]>`changes`.as('changes'),
  salt: sql<string | null>`salt`.as('salt'),
  addressHash: sql<Uint8Array | null>`address_hash`.as('address_hash'),
  address: sql<string | null>`address`.as('address'),
  addressSalt: sql<string | null>`address_salt`.as('address_salt'),
};

type EntryRow = { [Name in keyof typeof ENTRY]: (typeof ENTRY)[Name]['_']['type'] };

function toChainRow({
  sequence,
  version,
  hash,
  activityId,
  erasedTo,
  erasedHash,
  id,
  ...activity
}: EntryRow): ChainRow {
  const entry = { sequence, version, hash, activityId, erasedTo, erasedHash };
  return { ...entry, activity: id === null ? undefined : { id, ...activity } };
}
