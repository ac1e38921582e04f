import { type Param, type Placeholder, sql } from 'drizzle-orm';

/**
 * A named parameter of a prepared statement that takes any value JSON can hold, and sends it as one JSON text.
 * A list goes in as one such parameter, so that the statement's text never changes and stays prepared.
 * Bigints become decimal text, which Postgres reads back as bigint or numeric; Dates become ISO 8601.
 */
export function jsonParameter(name: string): Param<unknown, string> {
  const placeholder: Placeholder = sql.placeholder(name);
  return sql.param(placeholder, { mapToDriverValue: encodeJson });
}

function encodeJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    // There is a bigint in the value. Looking for bigints takes twice as long as all the rest, so callers that can
    // avoid them do.
    return JSON.stringify(value, withoutBigints);
  }
}

function withoutBigints(_name: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}
