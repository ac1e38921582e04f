import { fillDate } from './fill-date.ts';
import { invalid } from './rule-violation.ts';

/** The types of document that are numbered. */
export const DOCUMENT_TYPES = ['INVOICE', 'CREDIT_NOTE', 'QUOTE'] as const;

/** One of {@link DOCUMENT_TYPES}. */
export type DocumentType = (typeof DOCUMENT_TYPES)[number];

/** When a sequence starts again: never, with each calendar year, or with each calendar month. */
export const RESETS = ['NEVER', 'YEARLY', 'MONTHLY'] as const;

/** One of {@link RESETS}. */
export type Reset = (typeof RESETS)[number];

/** The settings of a number series. */
export type SeriesSettings = {
  readonly documentType: DocumentType;
  /** See {@link checkSettings}. */
  readonly pattern: string;
  readonly reset: Reset;
};

/** The series that every user has, by name, with the settings that they have until these are changed. */
export const DEFAULT_SERIES = {
  'credit-note': { documentType: 'CREDIT_NOTE', pattern: 'CN-{SEQ:5}', reset: 'NEVER' },
  invoice: { documentType: 'INVOICE', pattern: 'INV-{SEQ:5}', reset: 'NEVER' },
  quote: { documentType: 'QUOTE', pattern: 'Q-{SEQ:5}', reset: 'NEVER' },
} as const satisfies Readonly<Record<string, SeriesSettings>>;

const DIGITS_MAX = 10;
/** Characters that numbers on paper use. None has to be quoted in a mail subject, in XML or in CSV. */
const LITERAL_PATTERN = /^[A-Za-z0-9._/-]*$/;
const SEQUENCE_PATTERN = /\{SEQ(?::([0-9]{1,2}))?\}/g;
const PLACEHOLDERS = /\{(?:SEQ(?::[0-9]{1,2})?|YYYY|YY|MM)\}/g;

/** What a pattern must have so that no two periods give the same number. */
const NEEDED: Readonly<Record<Reset, readonly { readonly part: RegExp; readonly name: string }[]>> = {
  NEVER: [],
  YEARLY: [{ part: /\{YY(?:YY)?\}/, name: '{YYYY} or {YY}' }],
  MONTHLY: [
    { part: /\{YY(?:YY)?\}/, name: '{YYYY} or {YY}' },
    { part: /\{MM\}/, name: '{MM}' },
  ],
};

/**
 * Checks the pattern of a series: `{YYYY}`, `{YY}` and `{MM}` stand for parts of the day on which a document is opened,
 * `{SEQ}` for the sequence and `{SEQ:n}` for the sequence with at least n (1 to 10) digits. Everything else is letters,
 * digits and `. _ / -`. Throws INVALID_ARGUMENT naming `pattern` unless it has exactly one sequence, no unknown
 * placeholder, and the placeholders that tell the periods of the reset apart.
 */
export function checkSettings({ pattern, reset }: Pick<SeriesSettings, 'pattern' | 'reset'>): void {
  const [sequence, ...others] = pattern.matchAll(SEQUENCE_PATTERN);
  if (!sequence || others.length > 0) throw invalid('pattern', 'must have exactly one {SEQ} or {SEQ:n}');
  const digits = Number(sequence[1] ?? 1);
  if (digits < 1 || digits > DIGITS_MAX) throw invalid('pattern', `must have an n from 1 to ${DIGITS_MAX} in {SEQ:n}`);
  if (!LITERAL_PATTERN.test(pattern.replaceAll(PLACEHOLDERS, ''))) {
    throw invalid('pattern', 'must consist of letters, digits, . _ / - and the placeholders {YYYY} {YY} {MM} {SEQ}');
  }
  const missing = NEEDED[reset].find(({ part }) => !part.test(pattern));
  if (missing) throw invalid('pattern', `must have ${missing.name}, since its numbers restart`);
}

/** A series as far as it decides which numbers it gives. */
type Numbering = Pick<SeriesSettings, 'documentType' | 'pattern'> & { readonly name: string };

/**
 * The other series for the same documents that gives the same numbers on the day `today` (`YYYY-MM-DD`): everything in
 * them is equal but the sequence. Its digits do not count, as the pattern gives only the fewest. Assumes checked
 * patterns.
 */
export function findRival<Other extends Numbering>(
  series: Numbering,
  others: readonly Other[],
  today: string,
): Other | undefined {
  const shapeOf = ({ pattern }: Numbering) => fillDate(pattern.replace(SEQUENCE_PATTERN, '{SEQ}'), today);
  const isRival = (other: Other) =>
    other.name !== series.name && other.documentType === series.documentType && shapeOf(other) === shapeOf(series);
  return others.find(isRival);
}

/** The number of the document with this sequence that is opened on `day` (`YYYY-MM-DD`). Assumes a checked pattern. */
export function formatNumber(pattern: string, day: string, sequence: bigint): string {
  const numbered = pattern.replace(SEQUENCE_PATTERN, (_, digits = '1') =>
    sequence.toString().padStart(Number(digits), '0'),
  );
  return fillDate(numbered, day);
}
