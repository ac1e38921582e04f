import { and, desc, eq, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { BEFORE_NEWEST, type PageCursor } from '../../../runtime/paging/page-token.ts';
import { notifications, type ShownRow, type State, shownColumns } from './schema.ts';

/** Which notifications of an owner to list. A filter that is undefined does not apply. */
export interface NotificationPage {
  readonly ownerId: string;
  readonly invoiceId: string | undefined;
  readonly quoteId: string | undefined;
  readonly state: State | undefined;
  /** Undefined for the first page. */
  readonly cursor: PageCursor | undefined;
  readonly limit: number;
}

/** A row of a page; the text of its creation time goes into page tokens. */
export type ListedRow = ShownRow & { readonly createTimeText: string };

/** The filters of a page, each with an index of its own. */
const FILTERS = {
  invoiceId: eq(notifications.invoiceId, sql.placeholder('invoiceId')),
  quoteId: eq(notifications.quoteId, sql.placeholder('quoteId')),
  state: eq(notifications.state, sql.placeholder('state')),
};

type FilterName = keyof typeof FILTERS;

const FILTER_NAMES = Object.keys(FILTERS) as FilterName[]; // which it has as written

/** Prepares the list of an owner's notifications, newest first: one statement for each set of filters, when that is first used. */
export function prepareListNotifications(db: Database): (page: NotificationPage) => Promise<ListedRow[]> {
  const statements = new Map<string, ReturnType<typeof prepareList>>();
  return ({ cursor = BEFORE_NEWEST, ...page }) => {
    const used = FILTER_NAMES.filter((name) => page[name] !== undefined);
    const key = used.join();
    const statement = statements.get(key) ?? prepareList(db, used);
    statements.set(key, statement);
    const [time, id] = cursor;
    return statement.execute({ ...page, time, id });
  };
}

function prepareList(db: Database, used: readonly FilterName[]) {
  const cursor = sql`(${sql.placeholder('time')}::timestamptz, ${sql.placeholder('id')}::uuid)`;
  return db
    .select(shownColumns)
    .from(notifications)
    .where(
      and(
        eq(notifications.ownerId, sql.placeholder('ownerId')),
        ...used.map((filter) => FILTERS[filter]),
        sql`(${notifications.createTime}, ${notifications.id}) < ${cursor}`,
      ),
    )
    .orderBy(desc(notifications.createTime), desc(notifications.id))
    .limit(sql.placeholder('limit'))
    .prepare(['list_notifications', ...used.map((filter) => filter.toLowerCase())].join('_'));
}
