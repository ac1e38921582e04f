import type { Font } from 'fontkit';
import type { PrintedDocument } from '../domain/printed-document.ts';

/** A document, in plain JSON, with texts that can be laid out: none has a character that stands for no letter, or a word that has no end. */
export function withPlainTexts<Document>(document: Document): Document {
  return mapTexts(document, toPlainText);
}

/**
 * The document with U+FFFD for each letter that the font does not have: PDF/A does not allow the boxes that would be shown for them
 * (ISO 19005-3, 6.2.11.8).
 */
export function withLettersOf(font: Pick<Font, 'hasGlyphForCodePoint'>, document: PrintedDocument): PrintedDocument {
  const isKnown = (letter: string) => letter === '\n' || font.hasGlyphForCodePoint(letter.codePointAt(0) ?? 0);
  return mapTexts(document, (text) => text.replaceAll(/./gsu, (letter) => (isKnown(letter) ? letter : '\u{FFFD}')));
}

function mapTexts<Document>(document: Document, change: (text: string) => string): Document {
  return JSON.parse(JSON.stringify(document), (_key, value) => (typeof value === 'string' ? change(value) : value));
}

/** Longest word that is not broken. To break one at the end of a line takes pdfkit the square of its length. */
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
