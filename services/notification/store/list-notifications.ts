import { and, desc, eq, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { notifications, type ShownRow, type State, shownColumns } from './schema.ts';

/** The place in a list after which a page starts: the last row before it. */
export interface NotificationCursor {
  readonly createTime: string;
  readonly id: string;
}

/** Which notifications of an owner; what is undefined does not matter. */
export interface NotificationPage {
  readonly ownerId: string;
  readonly invoiceId: string | undefined;
  readonly state: State | undefined;
  /** Undefined for the first page. */
  readonly after: NotificationCursor | undefined;
  readonly limit: number;
}

/** A row of a page; the text of its creation time goes into page tokens. */
export type ListedRow = ShownRow & { readonly createTimeText: string };

/** The place before the newest row. */
const NEWEST: NotificationCursor = { createTime: 'infinity', id: 'ffffffff-ffff-ffff-ffff-ffffffffffff' };

/** Prepares the list of an owner's notifications, newest first: one statement for each use of the filters, each with its index. */
export function prepareListNotifications(db: Database): (page: NotificationPage) => Promise<ListedRow[]> {
  const ofInvoice = eq(notifications.invoiceId, sql.placeholder('invoiceId'));
  const inState = eq(notifications.state, sql.placeholder('state'));
  const all = select(db).prepare('list_notifications');
  const byInvoice = select(db, ofInvoice).prepare('list_notifications_by_invoice');
  const byState = select(db, inState).prepare('list_notifications_by_state');
  const byBoth = select(db, ofInvoice, inState).prepare('list_notifications_by_invoice_and_state');
  return ({ ownerId, invoiceId, state, after = NEWEST, limit }) => {
    const page = { ownerId, afterTime: after.createTime, afterId: after.id, limit };
    if (invoiceId === undefined) return state === undefined ? all.execute(page) : byState.execute({ ...page, state });
    return state === undefined
      ? byInvoice.execute({ ...page, invoiceId })
      : byBoth.execute({ ...page, invoiceId, state });
  };
}

function select(db: Database, ...filters: readonly SQL[]) {
  const after = sql`(${sql.placeholder('afterTime')}::timestamptz, ${sql.placeholder('afterId')}::uuid)`;
  return db
    .select(shownColumns)
    .from(notifications)
    .where(
      and(
        eq(notifications.ownerId, sql.placeholder('ownerId')),
        ...filters,
        sql`(${notifications.createTime}, ${notifications.id}) < ${after}`,
      ),
    )
    .orderBy(desc(notifications.createTime), desc(notifications.id))
    .limit(sql.placeholder('limit'));
}
