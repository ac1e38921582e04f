import type { Glyph } from 'fontkit';

/** What pdfkit keeps about a font that is embedded in a document. Its types do not have this. */
export interface EmbeddedFont {
  readonly ascender: number;
  readonly scale: number;
  readonly subset: { readonly glyphs: number[]; includeGlyph(id: number): number };
  /** The width of each code. */
  readonly widths: number[];
  /** The code points of each code, for programs that read the text. */
  readonly unicode: (readonly number[])[];
  layout(text: string, features?: unknown): { readonly glyphs: readonly Glyph[]; readonly positions: unknown };
  encode(text: string, features?: unknown): [codes: string[], positions: unknown];
}

/** Stands for the further glyphs of a letter that consists of several, such as its dots. It is invisible, and separates no words. */
const WORD_JOINER = 0x2060;

/**
 * Lets an embedded font write a glyph that stands for several letters with a separate code for each letter. pdfkit has one code for
 * each glyph, with the letter that came first: the others would be read as that one.
 */
export function encodeByLetter(font: EmbeddedFont): void {
  // Helvetica, which pdfkit begins with, is not embedded, and others are set again and again.
  if (!('subset' in font) || Object.hasOwn(font, 'encode')) return;
  const codes = new Map<string, number>();
  font.encode = (text, features) => {
    const { glyphs, positions } = font.layout(text, features);
    return [glyphs.map((glyph) => codeOf(font, codes, glyph).toString(16).padStart(4, '0')), positions];
  };
}

function codeOf(font: EmbeddedFont, codes: Map<string, number>, { id, codePoints, advanceWidth }: Glyph): number {
  const key = `${id} ${codePoints}`;
  const known = codes.get(key);
  if (known !== undefined) return known;
  const first = font.subset.includeGlyph(id);
  // The very first code is that of the box for letters that the font does not have.
  const code = id === 0 || font.unicode[first] === undefined ? first : font.subset.glyphs.push(id) - 1;
  font.widths[code] ??= advanceWidth * font.scale;
  font.unicode[code] ??= codePoints.length > 0 ? codePoints : [WORD_JOINER];
  codes.set(key, code);
  return code;
}
