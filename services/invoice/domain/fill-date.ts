/**
 * The text with the parts of a date, `YYYY-MM-DD`, in place of `{YYYY}`, `{YY}`, `{MM}` and `{DD}`. The result is never
 * longer than the text.
 */
export function fillDate(text: string, date: string): string {
  return text
    .replaceAll('{YYYY}', date.slice(0, 4))
    .replaceAll('{YY}', date.slice(2, 4))
    .replaceAll('{MM}', date.slice(5, 7))
    .replaceAll('{DD}', date.slice(8, 10));
}
