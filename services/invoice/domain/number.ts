import { RuleViolation } from './rule-violation.ts';

/** The pattern of the default series: INV-00001, INV-00002, ... */
export const DEFAULT_NUMBER_PATTERN = 'INV-{SEQ:5}';

/**
 * A pattern with its date filled in: what stands before and after the sequence. A statement that takes the sequence
 * from a counter can so put the number together itself, padding to `digits` but never cutting.
 */
export type NumberFormat = {
  readonly prefix: string;
  /** The sequence is padded with zeros to this many digits; a larger one keeps all of its digits. */
  readonly digits: number;
  readonly suffix: string;
};

const PATTERN_LENGTH_MAX = 40;
const DIGITS_MAX = 10;
/** What numbers on paper use: nothing that would have to be quoted in a mail subject, in XML or in CSV. */
const LITERAL_PATTERN = /^[A-Za-z0-9._/-]*$/;
const SEQUENCE_PATTERN = /\{SEQ(?::([0-9]{1,2}))?\}/g;

/**
 * Fills a number pattern for a day: `{YYYY}`, `{YY}` and `{MM}` stand for parts of the date, `{SEQ}` for the sequence
 * and `{SEQ:n}` for the sequence with at least n (1 to 10) digits. All else is letters, digits and `. _ / -`.
 * Throws INVALID_ARGUMENT naming `field` unless the pattern has exactly one sequence, no other placeholder, and at most
 * 40 characters. Assumes `date` is a valid `YYYY-MM-DD`: the owner's local day on which the invoice is opened.
 */
export function parseNumberPattern(pattern: string, date: string, field = 'numberPattern'): NumberFormat {
  const invalid = (problem: string) => new RuleViolation('INVALID_ARGUMENT', `${field} ${problem}`, { field });
  if (pattern.length > PATTERN_LENGTH_MAX) throw invalid(`must have at most ${PATTERN_LENGTH_MAX} characters`);
  const [sequence, ...others] = pattern.matchAll(SEQUENCE_PATTERN);
  if (!sequence || others.length > 0) throw invalid('must have exactly one {SEQ} or {SEQ:n}');
  const digits = Number(sequence[1] ?? 1);
  if (digits < 1 || digits > DIGITS_MAX) throw invalid(`must pad {SEQ:n} to 1 to ${DIGITS_MAX} digits`);

  const prefix = fillDate(pattern.slice(0, sequence.index), date);
  const suffix = fillDate(pattern.slice(sequence.index + sequence[0].length), date);
  if (!LITERAL_PATTERN.test(prefix + suffix)) {
    throw invalid('must consist of letters, digits, . _ / - and the placeholders {YYYY} {YY} {MM} {SEQ}');
  }
  return { prefix, digits, suffix };
}

/** The number of the document with this sequence, e.g. INV-00001 for 1. */
export function formatNumber(format: NumberFormat, sequence: bigint): string {
  return format.prefix + sequence.toString().padStart(format.digits, '0') + format.suffix;
}

function fillDate(text: string, date: string): string {
  return text
    .replaceAll('{YYYY}', date.slice(0, 4))
    .replaceAll('{YY}', date.slice(2, 4))
    .replaceAll('{MM}', date.slice(5, 7));
}
