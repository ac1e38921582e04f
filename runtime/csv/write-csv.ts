import { isFormula } from './formula.ts';

/** Media type of what is written (RFC 7111). */
export const CSV_CONTENT_TYPE = 'text/csv; charset=utf-8; header=present';

/** What makes quotes necessary: separators of any spreadsheet, quotes, and white space that a reader might trim. */
const TO_QUOTE = /[",;\t\r\n]|^\s|\s$/;

/**
 * A row of a CSV file (RFC 4180) with its line end. A text that a spreadsheet would take for a formula gets an apostrophe in
 * front of it, which makes it a text there (OWASP, CSV injection); readCsv takes it off again.
 */
export function csvRow(cells: readonly string[]): string {
  return `${cells.map(cellOf).join(',')}\r\n`;
}

function cellOf(text: string): string {
  const safe = isFormula(text) ? `'${text}` : text;
  return TO_QUOTE.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
