import type { PendingQuery, Row, Sql } from 'postgres';

/** A query of the library with a property that its types leave out: the function that settles the query. */
type SettledQuery = PendingQuery<Row[]> & { resolve: (rows: unknown) => void };

/**
 * Makes the client give results without gaps. When a statement fails after its first rows have arrived, because it ran
 * out of time or its backend was killed, the library goes on counting from there. The rows of the next statement on
 * that connection then come after as many holes, so its first row seems not to exist (postgres.js issues 1119 and
 * 1181).
 *
 * This covers `unsafe`, which runs every statement of Drizzle.
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
