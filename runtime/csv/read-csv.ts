import { type CsvError, parse } from 'csv-parse/sync';
import { decodeText, type TextFile } from './decode-text.ts';
import { withoutApostrophe } from './formula.ts';

/** A row of a table below its header. */
export interface TableRow<Column extends string> {
  /** Its number as a spreadsheet shows it: the header is row 1. */
  readonly row: number;
  /** Empty for a column that the file does not have. */
  readonly cells: Readonly<Record<Column, string>>;
}

/** What is wrong with a row of a file. */
export interface RowError {
  /** Number of the row, as a spreadsheet shows it; 0 for the file as a whole. */
  readonly row: number;
  /** Name of the column, cut off when the file has a long one; empty for the row as a whole. */
  readonly column: string;
  /** What is wrong, for a person: `must be an email address`. */
  readonly detail: string;
}

/** What a table may have. */
export interface TableRules<Column extends string> {
  readonly columns: readonly Column[];
  /** Columns that must be there. */
  readonly required: readonly Column[];
  /** Recognises by its columns a file of something else, and says what to do with it. */
  readonly refusalOf?: (columns: readonly string[]) => string | undefined;
  /** Most rows below the header. */
  readonly rowsMax: number;
}

/** The rows of a table, or else what is wrong with it. */
export type Table<Column extends string> =
  | { readonly rows: readonly TableRow<Column>[]; readonly errors: readonly [] }
  | { readonly rows: readonly []; readonly errors: readonly RowError[] };

/** What separates cells, and how a person calls it. */
const DELIMITERS: Readonly<Record<string, string>> = { ',': 'a comma', ';': 'a semicolon', '\t': 'a tab' };
/**
 * Any of them, anywhere: by itself the library takes the first one for the end of all lines, and lines with another end
 * for one cell.
 */
const LINE_ENDS = ['\r\n', '\n', '\r'];

/** Most lines of a file, empty ones and those within cells included: reading takes time also when the file is refused. */
const LINES_MAX = 50_000;
/** Most commas, or whatever separates the cells, of a file. */
const DELIMITERS_MAX = 500_000;
/** Most cells of a row: more than any table here has, so that a few columns too many are still reported by name. */
const CELLS_MAX = 100;
/** Most characters of a column's name that an error repeats. */
const COLUMN_NAME_MAX = 50;

/**
 * Reads a CSV file with a header (RFC 4180), as spreadsheets write it: in UTF-8 or the encoding that its content type
 * names, with or without a byte order mark, separated by commas, semicolons or tabs. Columns may stand in any order;
 * white space around cells and empty rows do not count.
 */
export function readCsv<Column extends string>(file: TextFile, rules: TableRules<Column>): Table<Column> {
  const decoded = decodeText(file);
  if ('detail' in decoded) return { rows: [], errors: [ofFile(decoded.detail)] };
  const delimiter = delimiterOf(decoded.text);
  const records = recordsOf(decoded.text, delimiter);
  if ('row' in records) return { rows: [], errors: [records] };
  const [header = [], ...others] = records;
  const names = header.map((name) => name.toLowerCase());
  const refusal = rules.refusalOf?.(names);
  if (refusal !== undefined) return { rows: [], errors: [ofFile(refusal)] };
  const filled = others
    .map((cells, index) => ({ row: index + 2, cells }))
    .filter(({ cells }) => cells.some((cell) => cell !== ''));
  const tooLong = `must not have more cells than the header has: ${names.length}; put cells that contain ${DELIMITERS[delimiter]} in quotes`;
  const errors = [
    ...errorsOfHeader(names, rules),
    ...errorsOfSize(filled.length, rules.rowsMax),
    ...filled
      .filter(({ cells }) => cells.length > names.length)
      .map(({ row }) => ({ row, column: '', detail: tooLong })),
  ];
  if (errors.length > 0) return { rows: [], errors };
  const rows = filled.map(({ row, cells }) => {
    const entries = rules.columns.map((column) => [column, cells[names.indexOf(column)] ?? '']);
    return { row, cells: Object.fromEntries(entries) as Record<Column, string> }; // of all columns
  });
  return { rows, errors: [] };
}

/** The cells of all rows, or why it is no CSV file. */
function recordsOf(text: string, delimiter: string): string[][] | RowError {
  if (occursMoreThan(LINES_MAX, '\n', text) || occursMoreThan(LINES_MAX, '\r', text)) {
    return ofFile(`must have at most ${LINES_MAX} lines`);
  }
  if (occursMoreThan(DELIMITERS_MAX, delimiter, text)) return ofFile(`must have at most ${DELIMITERS_MAX} cells`);
  try {
    // Both trim: the library around quotes, and this code inside of them.
    return parse(text, {
      delimiter,
      record_delimiter: LINE_ENDS,
      relax_column_count: true,
      trim: true,
      on_record(cells: string[], { records }) {
        if (cells.length > CELLS_MAX) throw Object.assign(new Error(), { code: TOO_MANY_CELLS, records: records - 1 });
        return cells.map((cell) => withoutApostrophe(cell).trim());
      },
    });
  } catch (error) {
    // The number of rows before the one at fault. The library documents no error without it.
    const { records = 0, code } = error as CsvError & { readonly records?: number };
    return { row: records + 1, column: '', detail: DETAILS[code] ?? 'is not a valid row of a CSV file' };
  }
}

/** Our own code beside those of the library. */
const TOO_MANY_CELLS = 'TOO_MANY_CELLS';

const DETAILS: Readonly<Record<string, string>> = {
  [TOO_MANY_CELLS]: `must have at most ${CELLS_MAX} cells`,
  CSV_QUOTE_NOT_CLOSED: 'has a quote that is not closed',
  INVALID_OPENING_QUOTE: 'has a quote inside a cell; put the cell in quotes and double the quote',
  CSV_INVALID_CLOSING_QUOTE: 'has text after a closing quote; double the quotes inside a cell',
};

function occursMoreThan(times: number, part: string, text: string): boolean {
  let position = -1;
  for (let count = 0; count <= times; count++) {
    position = text.indexOf(part, position + 1);
    if (position === -1) return false;
  }
  return true;
}

/** The delimiter that is most frequent in the first line. */
function delimiterOf(text: string): string {
  const [header = ''] = text.split(/\r?\n|\r/, 1);
  const counted = Object.keys(DELIMITERS).map((delimiter) => ({ delimiter, count: header.split(delimiter).length }));
  return counted.reduce((best, other) => (other.count > best.count ? other : best)).delimiter;
}

function errorsOfHeader<Column extends string>(
  cells: readonly string[],
  { columns, required }: TableRules<Column>,
): RowError[] {
  const names = cells.filter((name) => name !== '');
  const known = new Set<string>(columns);
  const unknownDetail = `must be one of the columns ${columns.join(', ')}`;
  const alsoUnknownDetail = 'must also be one of these columns'; // The list once, not for each column of a file of something else.
  const seen = new Set<string>();
  const repeated = names.filter((name) => seen.size === seen.add(name).size);
  const namelessDetail = 'must have a name in each cell; remove the columns that have none';
  return [
    ...(names.length < cells.length ? [{ row: 1, column: '', detail: namelessDetail }] : []),
    ...names
      .filter((name) => !known.has(name))
      .map((name, index) => ({
        row: 1,
        column: shortened(name),
        detail: index === 0 ? unknownDetail : alsoUnknownDetail,
      })),
    ...repeated.map((name) => ({ row: 1, column: shortened(name), detail: 'must be there only once' })),
    ...required.filter((name) => !seen.has(name)).map((name) => ({ row: 1, column: name, detail: 'must be there' })),
  ];
}

function shortened(name: string): string {
  return name.length > COLUMN_NAME_MAX ? `${name.slice(0, COLUMN_NAME_MAX).toWellFormed()}…` : name;
}

function errorsOfSize(rows: number, rowsMax: number): RowError[] {
  if (rows === 0) return [ofFile('must have at least one row below the header')];
  if (rows > rowsMax) return [ofFile(`must have at most ${rowsMax} rows below the header`)];
  return [];
}

function ofFile(detail: string): RowError {
  return { row: 0, column: '', detail };
}
