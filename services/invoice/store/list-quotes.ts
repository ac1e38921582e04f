import { getTableColumns, type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { jsonParameter } from '../../../runtime/events/json-parameter.ts';
import type { PageCursor } from '../../../runtime/page-token.ts';
import type { ShownQuoteState } from '../domain/quote-lifecycle.ts';
import { type QuoteRow, quotes } from './quote-schema.ts';

/** A quote with the text of its sort key. */
export type ListedQuoteRow = QuoteRow & { readonly cursorKey: string };

/** One page of an owner's quotes, newest first. */
export interface QuotePage {
  readonly ownerId: string;
  /** In one of these states on the day `today`; undefined for all. */
  readonly states: readonly ShownQuoteState[] | undefined;
  readonly customerId: string | undefined;
  /** The owner's present day, `YYYY-MM-DD`. */
  readonly today: string;
  /** Creation time and id of the row before the page; undefined for the first page. */
  readonly cursor: PageCursor | undefined;
  readonly limit: number;
}

const ORDER = sql`create_time desc, id desc`;

/** Prepares the list of quotes, one statement for each set of filters and kind of page, when it is first asked for. */
export function prepareListQuotes(db: Database): (page: QuotePage) => Promise<ListedQuoteRow[]> {
  const statements = new Map<string, ReturnType<typeof prepareList>>();
  return (page) => {
    const name = nameOf(page);
    const statement = statements.get(name) ?? prepareList(db, name, page);
    statements.set(name, statement);
    return statement.execute(quoteListParameters(page));
  };
}

function nameOf({ states, customerId, cursor }: QuotePage): string {
  const shape = [states && 'states', customerId && 'customer', cursor && 'next'];
  return ['list_quotes', ...shape.filter((part) => part !== undefined)].join('_');
}

/** The query of a page, without the values of its parameters. */
export function listQuotesQuery(db: Database, page: QuotePage) {
  const limit = sql.placeholder('limit');
  const conditions = [sql`owner_id = ${sql.placeholder('ownerId')}::uuid`];
  if (page.customerId !== undefined) conditions.push(sql`customer_id = ${sql.placeholder('customerId')}::uuid`);
  if (page.cursor !== undefined) {
    const cursor = sql`${sql.placeholder('cursorKey')}::timestamptz, ${sql.placeholder('cursorId')}::uuid`;
    conditions.push(sql`(create_time, id) < (${cursor})`);
  }
  const matching = (others: readonly SQL[] = []) =>
    sql`select * from quotes where ${sql.join([...conditions, ...others], sql` and `)} order by ${ORDER} limit ${limit}`;
  // Each state is read along its own index, and the few rows of each are then merged. What has expired is found among
  // what was sent.
  const today = sql`${sql.placeholder('today')}::date`;
  const source =
    page.states === undefined
      ? sql`(${matching()}) as quotes`
      : sql`jsonb_array_elements_text(${jsonParameter('states')}::jsonb) as wanted (wanted_state)
          cross join lateral (${matching([
            sql`state = case wanted_state when 'EXPIRED' then 'SENT' else wanted_state end`,
            sql`case wanted_state when 'EXPIRED' then expire_date < ${today}
              when 'SENT' then coalesce(expire_date >= ${today}, true) else true end`,
          ])}) as quotes`;
  const listed = db
    .$with('listed', { ...getTableColumns(quotes), cursorKey: sql<string>`cursor_key`.as('cursor_key') })
    .as(sql`select quotes.*, create_time::text as cursor_key from ${source} order by ${ORDER} limit ${limit}`);
  return db.with(listed).select().from(listed).orderBy(ORDER);
}

function prepareList(db: Database, name: string, page: QuotePage) {
  return listQuotesQuery(db, page).prepare(name);
}

/** The values of the parameters of {@link listQuotesQuery}, with some more that its shape may not use. */
export function quoteListParameters({ cursor, ...page }: QuotePage): Record<string, unknown> {
  return { ...page, cursorKey: cursor?.[0], cursorId: cursor?.[1] };
}
