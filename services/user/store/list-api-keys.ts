import { and, desc, eq, sql } from 'drizzle-orm';
import { columnParameters } from '../../../runtime/database/column-parameters.ts';
import type { Database } from '../../../runtime/database/database.ts';
import type { ApiKeyRow } from '../convert.ts';
import { isBefore, type PageQuery, pageValues } from './page.ts';
import { apiKeys } from './schema.ts';

/** An API key with the text of its creation time, which is its place in the list. */
export type ListedApiKeyRow = ApiKeyRow & { readonly position: string };

/** Prepares the query for a page of a user's API keys, newest first. */
export function prepareListApiKeys(db: Database): (query: PageQuery) => Promise<ListedApiKeyRow[]> {
  const statement = db
    .select({
      id: apiKeys.id,
      name: apiKeys.name,
      readOnly: apiKeys.readOnly,
      prefix: apiKeys.prefix,
      createTime: apiKeys.createTime,
      position: sql<string>`${apiKeys.createTime}::text`,
    })
    .from(apiKeys)
    .where(and(eq(apiKeys.ownerId, columnParameters(apiKeys).ownerId), isBefore(apiKeys)))
    .orderBy(desc(apiKeys.createTime), desc(apiKeys.id))
    .limit(sql.placeholder('limit'))
    .prepare('list_api_keys');
  return (query) => statement.execute(pageValues(query));
}
