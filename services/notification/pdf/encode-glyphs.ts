import type { Glyph } from 'fontkit';

/** What pdfkit keeps of a font that is embedded in a document, of which its types do not know. */
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

/** Stands for the further glyphs of a letter that is made up of some, such as its dots: it is not seen, and parts no words. */
const WORD_JOINER = 0x2060;

/**
 * Lets an embedded font write a glyph that stands for several letters with a code for each of them. pdfkit has one code for each glyph,
 * with the letter that came first: the others would be read as that one.
 */
export function encodeByLetter(font: EmbeddedFont): void {
  // What pdfkit begins with, Helvetica, is none, and others come again and again.
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
  // The first code of all is of the box for letters that the font does not have.
  const code = id === 0 || font.unicode[first] === undefined ? first : font.subset.glyphs.push(id) - 1;
  font.widths[code] ??= advanceWidth * font.scale;
  font.unicode[code] ??= codePoints.length > 0 ? codePoints : [WORD_JOINER];
  codes.set(key, code);
  return code;
}
