import { getTableColumns, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { jsonParameter } from '../../../runtime/events/json-parameter.ts';
import type { PageCursor } from '../../../runtime/page-token.ts';
import type { RecurringState } from '../domain/recurrence.ts';
import { type RecurringRow, recurringInvoices } from './recurring-schema.ts';

/** A recurring invoice with the text of its sort key. */
export type ListedRecurringRow = RecurringRow & { readonly cursorKey: string };

/** One page of an owner's recurring invoices, newest first. */
export interface RecurringPage {
  readonly ownerId: string;
  /** In one of these states; undefined for all. */
  readonly states: readonly RecurringState[] | undefined;
  readonly customerId: string | undefined;
  /** Creation time and id of the row before the page; undefined for the first page. */
  readonly cursor: PageCursor | undefined;
  readonly limit: number;
}

const ORDER = sql`create_time desc, id desc`;

/** Prepares the list, one statement for each set of filters and kind of page, when it is first asked for. */
export function prepareListRecurringInvoices(db: Database): (page: RecurringPage) => Promise<ListedRecurringRow[]> {
  const statements = new Map<string, ReturnType<typeof prepareList>>();
  return (page) => {
    const name = nameOf(page);
    const statement = statements.get(name) ?? prepareList(db, name, page);
    statements.set(name, statement);
    return statement.execute(recurringListParameters(page));
  };
}

function nameOf({ states, customerId, cursor }: RecurringPage): string {
  const shape = [states && 'states', customerId && 'customer', cursor && 'next'];
  return ['list_recurring_invoices', ...shape.filter((part) => part !== undefined)].join('_');
}

/** The query of a page, without the values of its parameters. */
export function listRecurringInvoicesQuery(db: Database, page: RecurringPage) {
  const limit = sql.placeholder('limit');
  const conditions = [sql`owner_id = ${sql.placeholder('ownerId')}::uuid`];
  if (page.customerId !== undefined) conditions.push(sql`customer_id = ${sql.placeholder('customerId')}::uuid`);
  if (page.cursor !== undefined) {
    const cursor = sql`${sql.placeholder('cursorKey')}::timestamptz, ${sql.placeholder('cursorId')}::uuid`;
    conditions.push(sql`(create_time, id) < (${cursor})`);
  }
  const matching = sql`select * from recurring_invoices where ${sql.join(conditions, sql` and `)}`;
  // Each state is read along its own index, and the few rows of each are then merged.
  const source =
    page.states === undefined
      ? sql`(${matching} order by ${ORDER} limit ${limit}) as found`
      : sql`jsonb_array_elements_text(${jsonParameter('states')}::jsonb) as wanted (wanted_state)
          cross join lateral (${matching} and state = wanted_state order by ${ORDER} limit ${limit}) as found`;
  const listed = db
    .$with('listed', { ...getTableColumns(recurringInvoices), cursorKey: sql<string>`cursor_key`.as('cursor_key') })
    .as(sql`select found.*, create_time::text as cursor_key from ${source} order by ${ORDER} limit ${limit}`);
  return db.with(listed).select().from(listed).orderBy(ORDER);
}

function prepareList(db: Database, name: string, page: RecurringPage) {
  return listRecurringInvoicesQuery(db, page).prepare(name);
}

/** The values of the parameters of {@link listRecurringInvoicesQuery}, with some more that its shape may not use. */
export function recurringListParameters({ cursor, ...page }: RecurringPage): Record<string, unknown> {
  return { ...page, cursorKey: cursor?.[0], cursorId: cursor?.[1] };
}
