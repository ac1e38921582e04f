/** The languages mails are written in. */
export type Language = 'en' | 'de';

/** The language for a BCP 47 tag: German for `de` and its variants such as `de-AT`, English for all others. */
export function languageOf(locale: string): Language {
  return /^de(?:-|$)/i.test(locale) ? 'de' : 'en';
}
