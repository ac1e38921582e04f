import { postgresErrorOf } from '../database/postgres-error.ts';

const REASON_LENGTH_MAX = 1_000;

/** Why something failed, for a person who looks into the table; never holds a statement's parameters. */
export function reasonOf(error: unknown): string {
  const cause = postgresErrorOf(error);
  const reason = cause === undefined ? describe(error) : `${cause.code}: ${cause.message}`;
  return storable(reason.slice(0, REASON_LENGTH_MAX));
}

/** A short code of a failure, fit for a log: it holds no data of anybody. */
export function codeOf(error: unknown): string {
  for (let current = error; current instanceof Error; current = current.cause) {
    if ('code' in current && typeof current.code === 'string') return current.code;
  }
  return error instanceof Error ? error.name : 'unknown';
}

/** Text without the characters that Postgres cannot hold. */
export function storable(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '\uFFFD');
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown failure';
  // Drizzle's own wrapper holds the statement and every parameter in its message.
  if ('params' in error && error.cause instanceof Error) return describe(error.cause);
  return `${error.name}: ${error.message}`;
}
