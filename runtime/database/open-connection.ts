import postgres, { type Options, type PostgresType, type Sql } from 'postgres';
import { connectionTarget } from './connection-target.ts';

/**
 * Opens one connection, for work outside the pool of a service. Nothing is sent until the first statement. Arrays are
 * neither read nor sent unless `fetch_types` is true.
 */
export function openConnection(url: string, options: Options<Record<string, PostgresType>> = {}): Sql {
  const target = connectionTarget(url);
  return postgres(target.url, {
    ...target.options,
    max: 1,
    connect_timeout: 10,
    // Asking for the array types takes longer than most of what such a connection is for.
    fetch_types: false,
    onnotice: () => undefined,
    ...options,
  });
}
