import { and, desc, eq, type InferSelectModel, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { activities } from './schema.ts';

/** One row of the audit trail. */
export type ActivityRow = InferSelectModel<typeof activities>;

/** The place in a list after which a page starts: the last row before it. */
export interface ActivityCursor {
  readonly createTime: string;
  readonly id: string;
}

/** The place before the newest row. */
export const NEWEST: ActivityCursor = { createTime: 'infinity', id: 'ffffffff-ffff-ffff-ffff-ffffffffffff' };

/** What page of an account's activities to read. */
export interface ActivityPage {
  readonly ownerId: string;
  readonly after: ActivityCursor;
  readonly limit: number;
}

/** Prepares the list of everything that happened in an account, newest first. */
export function prepareListUserActivities(db: Database) {
  const statement = select(db, eq(activities.ownerId, sql.placeholder('ownerId'))).prepare('list_user_activities');
  return (page: ActivityPage): Promise<ActivityRow[]> => statement.execute(parametersOf(page));
}

/** Prepares the list of what happened to one invoice of an account, newest first. */
export function prepareListInvoiceActivities(db: Database) {
  const statement = select(
    db,
    eq(activities.ownerId, sql.placeholder('ownerId')),
    eq(activities.invoiceId, sql.placeholder('invoiceId')),
  ).prepare('list_invoice_activities');
  return (page: ActivityPage & { readonly invoiceId: string }): Promise<ActivityRow[]> =>
    statement.execute({ ...parametersOf(page), invoiceId: page.invoiceId });
}

function select(db: Database, ...filters: readonly SQL[]) {
  const after = sql`(${sql.placeholder('afterTime')}::timestamptz, ${sql.placeholder('afterId')}::uuid)`;
  return db
    .select()
    .from(activities)
    .where(and(...filters, sql`(${activities.createTime}, ${activities.id}) < ${after}`))
    .orderBy(desc(activities.createTime), desc(activities.id))
    .limit(sql.placeholder('limit'));
}

function parametersOf({ ownerId, after, limit }: ActivityPage) {
  return { ownerId, afterTime: after.createTime, afterId: after.id, limit };
}
