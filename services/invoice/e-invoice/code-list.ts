/** A code list from a text with white space between the codes. */
export function codeList(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}
