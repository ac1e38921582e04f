import type { PendingQuery, Row, Sql } from 'postgres';

/** What the library keeps at a query, beside what its types tell: the function that settles it. */
type SettledQuery = PendingQuery<Row[]> & { resolve: (rows: unknown) => void };

/**
 * Makes the client give results without gaps. When a statement fails after its first rows have arrived, because it ran
 * out of time or its backend was killed, the library goes on counting from there: the rows of the next statement on that
 * connection come after as many holes, and its first row seems not to exist (postgres.js issues 1119 and 1181).
 *
 * For what goes through `unsafe`, which is every statement that Drizzle runs.
 */
export function withoutGaps<Client extends Sql<{ bigint: bigint }>>(client: Client): Client {
  const { unsafe } = client;
  const wrapped = (...parameters: Parameters<typeof unsafe>) => {
    const query = unsafe(...parameters) as unknown as SettledQuery; // see its type
    const { resolve } = query;
    query.resolve = (rows) => resolve(closeGap(rows));
    return query;
  };
  return Object.assign(client, { unsafe: wrapped });
}

function closeGap(rows: unknown): unknown {
  if (Array.isArray(rows) && rows.length > 0 && !(0 in rows)) {
    rows.splice(
      0,
      rows.findIndex((_, index) => index in rows),
    );
  }
  return rows;
}
