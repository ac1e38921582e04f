import type { PrintedDocument } from '../domain/printed-document.ts';

/** A document, in plain JSON, with texts that can be laid out: without control characters, and with places to break long words. */
export function withPlainTexts<Document>(document: Document): Document {
  return mapTexts(document, toPlainText);
}

/**
 * The document with U+FFFD for each letter that no font has: PDF/A does not allow the boxes that would be shown for them
 * (ISO 19005-3, 6.2.11.8). Invisible ones, such as the one that asks for the colored form of a sign, are left out.
 */
export function withKnownLetters(document: PrintedDocument, hasLetter: (letter: string) => boolean): PrintedDocument {
  const isKnown = (letter: string) => letter === '\n' || hasLetter(letter);
  const instead = (letter: string) => (/\p{Default_Ignorable_Code_Point}/u.test(letter) ? '' : '\u{FFFD}');
  return mapTexts(document, (text) =>
    text.replaceAll(/./gsu, (letter) => (isKnown(letter) ? letter : instead(letter))),
  );
}

/** A part of a text in another script than Latin, Greek and Cyrillic, which may need a fallback font. */
const FALLBACK_PART =
  /[^\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Common}\p{Script=Inherited}][^\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}]*/gu;

/** How many parts of a text may need a fallback font. */
export function countFallbackParts(text: string): number {
  return text.match(FALLBACK_PART)?.length ?? 0;
}

/** Scripts whose letters stand for themselves, or at most join those beside them. */
const PLAIN_SCRIPTS =
  'Latin Greek Cyrillic Common Inherited Armenian Georgian Ethiopic Han Hiragana Katakana Bopomofo Hangul Thai Lao Arabic Hebrew Nko Syriac Thaana';

/** A letter of a syllabic script, such as those of India, whose signs change and move with those beside them. */
const SYLLABLE_PART = new RegExp(
  `[^${PLAIN_SCRIPTS.split(' ')
    .map((script) => `\\p{Script=${script}}`)
    .join('')}]`,
  'gu',
);

/** How many letters of syllabic scripts the words of a text have. Each word counts once, as it is laid out once. */
export function countSyllableParts(text: string): number {
  const words = new Set(text.split(/[\s"]+/));
  return [...words].reduce((sum, word) => sum + (word.match(SYLLABLE_PART)?.length ?? 0), 0);
}

function mapTexts<Document>(document: Document, change: (text: string) => string): Document {
  return JSON.parse(JSON.stringify(document), (_key, value) => (typeof value === 'string' ? change(value) : value));
}

/** Longest word that is not broken. The time that pdfkit takes to break one at the end of a line grows with the square of its length. */
const WORD_LENGTH_MAX = 60;

const LONG_WORD = new RegExp(`\\S{${WORD_LENGTH_MAX}}(?=\\S)`, 'gu');

function toPlainText(text: string): string {
  return text
    .replaceAll(/\r\n?|\p{Zl}|\p{Zp}/gu, '\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .replaceAll('\t', ' ')
    .replaceAll(/(?!\n)\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu, '') // the latter would turn around the letters after them
    .replaceAll(LONG_WORD, '$&\u200b'); // a place to break without a space
}
