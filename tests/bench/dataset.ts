/** The amount of data. */
export interface DatasetSize {
  readonly users: number;
  /** The number of all users together; each has the same number. */
  readonly invoices: number;
  /** The amount of content of each invoice. Default: three lines. */
  readonly content?: 'THREE_LINES' | 'ONE_LINE';
}

/** Which of the loaded invoices an operation is about. */
export type InvoiceChoice = 'any' | 'draft' | 'open';

/** Customers of each user. */
export const CUSTOMERS_PER_USER = 10;

/** Password of all users. */
export const PASSWORD = 'bench-password';

/**
 * The states of a user's invoices, by their number modulo ten: two drafts, three open, four paid and a void one. The SQL
 * of load/ and the choice below share it.
 */
export const STATES = ['DRAFT', 'DRAFT', 'OPEN', 'OPEN', 'OPEN', 'PAID', 'PAID', 'PAID', 'PAID', 'VOID'] as const;

/** Total of each loaded invoice, in minor units: enough for many payments of one unit each. */
export const TOTAL_MINOR = 1_428_000;

/** The tax in it. */
export const TAX_MINOR = 228_000;

/**
 * Ids are derived from numbers from 0 on, so that nobody has to look them up: invoice `n` belongs to user `n % users`
 * and is that user's invoice number `floor(n / users)`; customer `c` belongs to user `floor(c / 10)`.
 */
export const ID_PREFIX = {
  invoice: '00000000-0000-7000-8000-',
  user: '00000000-0000-7000-9000-',
  customer: '00000000-0000-7000-a000-',
  line: '00000000-0000-7000-b000-',
  reminder: '00000000-0000-7000-b001-',
  activity: '00000000-0000-7000-b002-',
} as const;

/** The id of a number, e.g. `00000000-0000-7000-8000-00000000002a` of invoice 42. */
export function idOf(kind: keyof typeof ID_PREFIX, number: number): string {
  return ID_PREFIX[kind] + number.toString(16).padStart(12, '0');
}

/** The address that a user signs in with. */
export function emailOf(user: number): string {
  return `user-${user}@bench.example`;
}

/** A random invoice of a user. @throws Error when there are too few invoices for one in each state */
export function chooseInvoice(size: DatasetSize, user: number, choice: InvoiceChoice, random: () => number): number {
  const perUser = Math.floor(size.invoices / size.users);
  if (perUser < STATES.length) throw new Error(`There are fewer than ${STATES.length} invoices a user.`);
  const wanted = choice.toUpperCase();
  const places = STATES.flatMap((state, place) => (choice === 'any' || state === wanted ? [place] : []));
  const place = places[Math.floor(random() * places.length)] ?? 0;
  const tens = Math.floor(random() * Math.floor(perUser / STATES.length));
  return (tens * STATES.length + place) * size.users + user;
}
