import { and, desc, eq, getTableColumns, sql } from 'drizzle-orm';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import type { CustomerRow } from '../convert.ts';
import { isBefore, type PageQuery, type Positioned, pageValues } from './page.ts';
import { customers } from './schema.ts';

/** Prepares the query for a page of a user's customers, newest first. */
export function prepareListCustomers(db: Database): (query: PageQuery) => Promise<readonly Positioned<CustomerRow>[]> {
  const statement = db
    .select({ ...getTableColumns(customers), position: sql<string>`${customers.createTime}::text` })
    .from(customers)
    .where(and(eq(customers.ownerId, columnParameters(customers).ownerId), isBefore(customers)))
    .orderBy(desc(customers.createTime), desc(customers.id))
    .limit(sql.placeholder('limit'))
    .prepare('list_customers');
  return async (query) => {
    const rows = await statement.execute(pageValues(query));
    return rows.map(({ position, ...row }) => ({ row, cursor: [position, row.id] }));
  };
}
