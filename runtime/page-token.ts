import { createHash } from 'node:crypto';
import { DomainError } from './errors.ts';

/** Page size when a request names none. */
export const PAGE_SIZE_DEFAULT = 20;

/** Texts of the sort key of a page's last row, in the order of the sort. Never through a Date: it loses microseconds. */
export type PageCursor = readonly string[];

/** What a part of a cursor must look like, since whoever makes the call can make up the token. */
export const CURSOR_PART = {
  uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  date: /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/,
  time: /^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,6})?[+]00$/,
} as const;

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
export function decodePageToken(token: string, filters: unknown, shape: readonly RegExp[]): PageCursor | undefined {
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
  return createHash('sha256').update(JSON.stringify(filters)).digest('base64url').slice(0, 12);
}
