import { createHash } from 'node:crypto';
import { isLocalDate } from '../calendar.ts';
import { DomainError } from '../call/errors.ts';
import { UUID } from '../uuid.ts';

/**
 * The sort key of a page's last row as texts, in the order of the sort. Never through a Date, which loses microseconds.
 */
export type PageCursor = readonly string[];

const TIME_OF_DAY = /^ (?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:[.][0-9]{1,6})?[+]00$/;

/**
 * What a part of a cursor must be: a text that Postgres reads as a value of that type. Callers can make up a token, so
 * a day such as 30 February is refused here and not by the statement.
 */
export const CURSOR_PART = {
  uuid: UUID,
  /** The number of a row. Postgres reads it as a bigint whatever the digits. */
  sequence: /^[0-9]{1,18}$/,
  date: { test: isLocalDate },
  time: { test: (text: string) => isLocalDate(text.slice(0, 10)) && TIME_OF_DAY.test(text.slice(10)) },
} as const;

/** Sorts before every id. */
export const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/** Sorts after every id. */
export const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** Sorts before every row of a list that begins with the newest, so that its first page needs no statement of its own. */
export const BEFORE_NEWEST: PageCursor = ['infinity', LAST_ID];

/** Tells whether a text may be a part of a cursor; a regular expression can. */
export interface CursorPartRule {
  test(text: string): boolean;
}

/**
 * The token for the page after `cursor`. It is bound to the list's filters and order by their digest, so that it
 * cannot be carried over to another list.
 */
export function encodePageToken(cursor: PageCursor, filters: unknown): string {
  return Buffer.from(JSON.stringify([digest(filters), ...cursor])).toString('base64url');
}

/**
 * The cursor in a token, or undefined for the first page.
 *
 * @throws DomainError INVALID_PAGE_TOKEN when it is malformed, has parts other than `shape` asks for, or is of a list
 * with other filters.
 */
export function decodePageToken(
  token: string,
  filters: unknown,
  shape: readonly CursorPartRule[],
): PageCursor | undefined {
  if (token === '') return undefined;
  const [filtersDigest, ...cursor] = parse(token);
  const fits = cursor.length === shape.length && shape.every((part, index) => part.test(cursor[index] ?? ''));
  if (filtersDigest !== digest(filters) || !fits) {
    throw new DomainError(
      'invalid',
      'INVALID_PAGE_TOKEN',
      'The page token is malformed, or belongs to a list with other filters or another order.',
      { violations: [{ field: 'page_token', description: 'must be the next page token of the same list' }] },
    );
  }
  return cursor;
}

function parse(token: string): readonly string[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    return Array.isArray(value) && value.every((part) => typeof part === 'string') ? value : [];
  } catch {
    return []; // not JSON: the caller made it up
  }
}

function digest(filters: unknown): string {
  // A bigint has no JSON of its own.
  const text = JSON.stringify(filters, (_name, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
  return createHash('sha256').update(text).digest('base64url').slice(0, 12);
}
