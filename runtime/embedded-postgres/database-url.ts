import { POSTGRES_USER } from './cluster.ts';

/**
 * Connection string of a database behind the socket in `socketDir`, with that folder as `host` parameter as in libpq.
 */
export function databaseUrl(socketDir: string, database: string): string {
  return `postgres://${POSTGRES_USER}@localhost/${encodeURIComponent(database)}?host=${encodeURIComponent(socketDir)}`;
}
