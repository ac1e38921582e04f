import {
  ImportInvoicesRequest_DateFormat as DateFormat,
  ImportInvoicesRequest_DecimalSeparator as DecimalSeparator,
} from '../../../gen/numer/invoice/v1/invoice_bulk_service_pb.ts';
import { isLocalDate } from '../../../runtime/calendar.ts';

/** How the numbers and dates of a file are written. */
export interface CellFormats {
  readonly decimalSeparator: DecimalSeparator;
  readonly dateFormat: DateFormat;
}

/** What a cell says, as the contract writes it, or what is wrong with it. */
export type CellReading = { readonly value: string } | { readonly detail: string };

interface NumberFormat {
  readonly example: string;
  readonly pattern: RegExp;
  /** The name of what separates decimals. */
  readonly name: 'POINT' | 'COMMA';
}

const POINT: NumberFormat = { name: 'POINT', example: '1234.56', pattern: numberPattern('.', ',') };
const COMMA: NumberFormat = { name: 'COMMA', example: '1234,56', pattern: numberPattern(',', '.') };

/** A number that is one thousand times as much with a thousands separator as with a decimal separator. */
const AMBIGUOUS = /^-?[1-9][0-9]{0,2}[.,][0-9]{3}$/;

interface DatePattern {
  readonly format: DateFormat;
  readonly name: string;
  readonly example: string;
  readonly pattern: RegExp;
}

const YEAR_MONTH_DAY: DatePattern = {
  format: DateFormat.YEAR_MONTH_DAY,
  name: 'YEAR_MONTH_DAY',
  example: '2026-12-31',
  pattern: /^(?<year>[0-9]{4})-(?<month>[0-9]{2})-(?<day>[0-9]{2})$/,
};
const DATE_PATTERNS: readonly DatePattern[] = [
  YEAR_MONTH_DAY,
  {
    format: DateFormat.DAY_MONTH_YEAR,
    name: 'DAY_MONTH_YEAR',
    example: '31.12.2026',
    pattern: /^(?<day>[0-9]{1,2})(?<mark>[./-])(?<month>[0-9]{1,2})\k<mark>(?<year>[0-9]{4})$/,
  },
  {
    format: DateFormat.MONTH_DAY_YEAR,
    name: 'MONTH_DAY_YEAR',
    example: '12/31/2026',
    pattern: /^(?<month>[0-9]{1,2})(?<mark>[/-])(?<day>[0-9]{1,2})\k<mark>(?<year>[0-9]{4})$/,
  },
];

/** Characters of a cell that an error repeats. */
const QUOTED_MAX = 30;

/** Reads a number such as `1.234,56` as `1234.56`. One that could mean two things is an error. */
export function readDecimal(cell: string, separator: DecimalSeparator): CellReading {
  const [format, other] = separator === DecimalSeparator.COMMA ? [COMMA, POINT] : [POINT, COMMA];
  const value = decimalOf(cell, format);
  const otherValue = decimalOf(cell, other);
  if (value !== undefined && !value.includes('.') && AMBIGUOUS.test(cell)) {
    return {
      detail:
        `is ${quoted(cell)}, which could mean ${value} or ${otherValue}: write it without a thousands separator, ` +
        `or import with decimalSeparator=${other.name} to read it as ${otherValue}`,
    };
  }
  if (value !== undefined) return { value };
  const must = `must be a number such as ${format.example}, not ${quoted(cell)}`;
  if (otherValue === undefined) return { detail: must };
  return { detail: `${must}; import with decimalSeparator=${other.name} to read it as ${otherValue}` };
}

/** Reads a date such as `31.12.2026` as `2026-12-31`. */
export function readDate(cell: string, dateFormat: DateFormat): CellReading {
  const format = DATE_PATTERNS.find((each) => each.format === dateFormat) ?? YEAR_MONTH_DAY;
  const value = dateOf(cell, format);
  if (value !== undefined) return { value };
  const readable = DATE_PATTERNS.flatMap((other) => {
    const otherValue = dateOf(cell, other);
    return otherValue === undefined ? [] : [`dateFormat=${other.name} to read it as ${otherValue}`];
  });
  const must = `must be a date such as ${format.example}, not ${quoted(cell)}`;
  return { detail: readable.length === 0 ? must : `${must}; import with ${readable.join(', or with ')}` };
}

function numberPattern(decimal: string, thousands: string): RegExp {
  const grouped = `[1-9][0-9]{0,2}(?:(?<group>[${thousands}'’ \\u00a0\\u202f])[0-9]{3})(?:\\k<group>[0-9]{3})*`;
  return new RegExp(`^(?<integer>-?(?:[0-9]+|${grouped}))(?:[${decimal}](?<fraction>[0-9]+))?$`, 'u');
}

function decimalOf(cell: string, { pattern }: NumberFormat): string | undefined {
  const groups = pattern.exec(cell)?.groups;
  if (groups === undefined) return undefined;
  const integer = (groups.integer ?? '').replaceAll(/[^0-9-]/g, '');
  return groups.fraction === undefined ? integer : `${integer}.${groups.fraction}`;
}

function dateOf(cell: string, { pattern }: DatePattern): string | undefined {
  const { year = '', month = '', day = '' } = pattern.exec(cell)?.groups ?? {};
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return isLocalDate(date) ? date : undefined;
}

function quoted(cell: string): string {
  return JSON.stringify(cell.length > QUOTED_MAX ? `${cell.slice(0, QUOTED_MAX).toWellFormed()}…` : cell);
}
