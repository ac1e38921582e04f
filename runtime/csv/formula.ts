/** The characters that begin a formula in a spreadsheet, also in full width, after any number of apostrophes. */
const FORMULA = /^'*[=+\-@\t\r\n＝＋－＠]/u;

const NUMBER = /^-?[0-9]+(\.[0-9]+)?$/;

/** Whether a spreadsheet would take this text for a formula, or it is such a text made safe. A plain number is none. */
export function isFormula(text: string): boolean {
  return FORMULA.test(text) && !NUMBER.test(text);
}

/** The text as it was before it was made safe with an apostrophe. */
export function withoutApostrophe(text: string): string {
  return text.startsWith("'") && FORMULA.test(text) ? text.slice(1) : text;
}
