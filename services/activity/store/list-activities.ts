import { and, desc, eq, getTableColumns, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { BEFORE_NEWEST, type PageCursor } from '../../../runtime/paging/page-token.ts';
import { activities, activityAddresses } from './schema.ts';

/** An activity as lists show it. */
export type ActivityRow = Omit<typeof activities.$inferSelect, 'salt' | 'addressHash'> & {
  readonly address: string | null;
};

/** Which page of an account's activities to read. */
export interface ActivityPage {
  readonly ownerId: string;
  /** Creation time and id of the row before the page; undefined for the first page. */
  readonly cursor: PageCursor | undefined;
  readonly limit: number;
}

/** The rows of a page. */
export interface FoundActivities {
  readonly rows: readonly ActivityRow[];
  /** Whether there are more. */
  readonly hasMore: boolean;
}

/**
 * A page ends after the activity whose changes make it larger than this. The size is that of the stored, compressed
 * changes; uncompressed they may be several times as large. A usual page has some 10 kB.
 */
const CHANGES_BYTES_MAX = 256 * 1024;

/** Prepares the list of everything that happened in an account, newest first. */
export function prepareListUserActivities(db: Database) {
  const statement = select(db, eq(activities.ownerId, sql.placeholder('ownerId'))).prepare('list_user_activities');
  return async (page: ActivityPage): Promise<FoundActivities> =>
    toPage(await statement.execute(parametersOf(page)), page.limit);
}

/** Prepares the list of what happened to one invoice of an account, newest first. */
export function prepareListInvoiceActivities(db: Database) {
  const statement = select(
    db,
    eq(activities.ownerId, sql.placeholder('ownerId')),
    eq(activities.invoiceId, sql.placeholder('invoiceId')),
  ).prepare('list_invoice_activities');
  return async (page: ActivityPage & { readonly invoiceId: string }): Promise<FoundActivities> =>
    toPage(await statement.execute({ ...parametersOf(page), invoiceId: page.invoiceId }), page.limit);
}

/**
 * The rows of a page and perhaps one more. `found` counts the rows before those were left out that would make the page
 * too large.
 */
function select(db: Database, ...filters: readonly SQL[]) {
  const { salt: _, addressHash: __, ...columns } = getTableColumns(activities);
  const after = sql`(${sql.placeholder('afterTime')}::timestamptz, ${sql.placeholder('afterId')}::uuid)`;
  const found = db
    .select(columns)
    .from(activities)
    .where(and(...filters, sql`(${activities.createTime}, ${activities.id}) < ${after}`))
    .orderBy(desc(activities.createTime), desc(activities.id))
    .limit(sql.placeholder('limit'))
    .as('found');
  const order = sql`order by ${found.createTime} desc, ${found.id} desc`;
  const measured = db
    .select({
      ...found._.selectedFields,
      found: sql<number>`(count(*) over ())::integer`.as('found_count'),
      sizeBefore: sql<number>`sum(pg_column_size(${found.changes})) over (
        ${order} rows between unbounded preceding and 1 preceding
      )`.as('size_before'),
    })
    .from(found)
    .as('measured');
  const { sizeBefore, ...fields } = measured._.selectedFields;
  return db
    .select({ ...fields, address: activityAddresses.address })
    .from(measured)
    .leftJoin(
      activityAddresses,
      and(eq(activityAddresses.createTime, measured.createTime), eq(activityAddresses.activityId, measured.id)),
    )
    .where(sql`coalesce(${measured.sizeBefore}, 0) < ${CHANGES_BYTES_MAX}`)
    .orderBy(desc(measured.createTime), desc(measured.id));
}

function parametersOf({ ownerId, cursor = BEFORE_NEWEST, limit }: ActivityPage) {
  const [afterTime, afterId] = cursor;
  return { ownerId, afterTime, afterId, limit: limit + 1 };
}

function toPage(rows: readonly (ActivityRow & { readonly found: number })[], limit: number): FoundActivities {
  const page = rows.slice(0, limit);
  return { rows: page, hasMore: page.length < (rows[0]?.found ?? 0) };
}
