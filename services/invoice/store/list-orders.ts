import { type Placeholder, type SQL, sql } from 'drizzle-orm';
import { CURSOR_PART, type CursorPartRule } from '../../../runtime/paging/page-token.ts';

/** What invoices are sorted by. Each has indexes in which it follows the columns of filters, see migrations/. */
export interface SortKey {
  readonly key: SQL;
  /** The key as text for a page token, without any loss. */
  readonly cursorText: SQL;
  /** The key of that text. */
  readonly fromCursor: (text: Placeholder) => SQL;
  /** What the text may be, so that a made-up token cannot make the statement fail. */
  readonly cursorPart: CursorPartRule;
}

/** All of them. */
export const SORT_KEYS = {
  createTime: {
    key: sql`invoices.create_time`,
    cursorText: sql`invoices.create_time::text`,
    fromCursor: (text) => sql`${text}::timestamptz`,
    cursorPart: CURSOR_PART.time,
  },
  dueDate: {
    key: sql`invoices.next_due_date`,
    cursorText: sql`invoices.next_due_date::text`,
    fromCursor: (text) => sql`${text}::date`,
    cursorPart: CURSOR_PART.date,
  },
  issueDate: {
    key: sql`coalesce(invoices.issue_date, 'infinity')`,
    cursorText: sql`coalesce(invoices.issue_date, 'infinity')::text`,
    fromCursor: (text) => sql`${text}::date`,
    cursorPart: { test: (text) => text === 'infinity' || CURSOR_PART.date.test(text) },
  },
  total: {
    key: sql`invoices.total_minor`,
    cursorText: sql`invoices.total_minor::text`,
    fromCursor: (text) => sql`${text}::bigint`,
    cursorPart: /^-?[0-9]{1,18}$/,
  },
  number: {
    key: sql`number_key(invoices.number)`,
    cursorText: sql`coalesce(invoices.number, '')`,
    fromCursor: (text) => sql`number_key(${text}::text)`,
    cursorPart: /^[^\0]{0,50}$/u, // U+0000 is what Postgres cannot store
  },
} satisfies Readonly<Record<string, SortKey>>;

/** Name of one of {@link SORT_KEYS}. */
export type SortKeyName = keyof typeof SORT_KEYS;

/** The orders of a list. Equal rows follow by id in the same direction, so each is total. */
export const LIST_ORDERS = {
  CREATE_TIME_DESC: { by: 'createTime', direction: 'desc' },
  CREATE_TIME_ASC: { by: 'createTime', direction: 'asc' },
  DUE_DATE_ASC: { by: 'dueDate', direction: 'asc' },
  DUE_DATE_DESC: { by: 'dueDate', direction: 'desc' },
  ISSUE_DATE_ASC: { by: 'issueDate', direction: 'asc' },
  ISSUE_DATE_DESC: { by: 'issueDate', direction: 'desc' },
  TOTAL_ASC: { by: 'total', direction: 'asc' },
  TOTAL_DESC: { by: 'total', direction: 'desc' },
  NUMBER_ASC: { by: 'number', direction: 'asc' },
  NUMBER_DESC: { by: 'number', direction: 'desc' },
} as const satisfies Readonly<Record<string, { by: SortKeyName; direction: 'asc' | 'desc' }>>;

/** Name of an order of {@link LIST_ORDERS}. */
export type ListOrder = keyof typeof LIST_ORDERS;

/** What an order sorts by. */
export function sortKeyOf(order: ListOrder): SortKey {
  return SORT_KEYS[LIST_ORDERS[order].by];
}
