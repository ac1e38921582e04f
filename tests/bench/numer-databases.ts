import type { Sql } from 'postgres';
import { openConnection } from '../../runtime/database/open-connection.ts';
import { findRunningPostgres } from '../../runtime/embedded-postgres/running-postgres.ts';
import type { ServiceName } from '../../runtime/process/service.ts';

/** A connection to a database of the Postgres that a target runs in `dataDir`. @throws Error when none runs */
export function connectToOwn(dataDir: string, database: string): Sql {
  const server = findRunningPostgres(`${dataDir}/postgres`);
  if (server === undefined) throw new Error(`No Postgres runs in ${dataDir}.`);
  return openConnection(server.url(database), { fetch_types: true });
}

/** Connections to the databases of a running Numer. */
export interface NumerDatabases {
  of(service: ServiceName): Sql;
  close(): Promise<void>;
}

/** Connects to the databases of the Numer that runs on a data directory. */
export function openNumerDatabases(dataDir: string): NumerDatabases {
  const open = new Map<ServiceName, Sql>();
  return {
    of(service) {
      const sql = open.get(service) ?? connectToOwn(dataDir, `numer_${service}`);
      open.set(service, sql);
      return sql;
    },
    async close() {
      await Promise.all([...open.values()].map((sql) => sql.end({ timeout: 1 })));
    },
  };
}
