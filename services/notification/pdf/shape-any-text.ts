import type { Font, GlyphRun } from 'fontkit';
import { countTurnedLetters } from './turned-letters.ts';

/** Internals of fontkit: what places the letters of a text by the tables of the font. */
export interface Internals {
  readonly _layoutEngine: {
    readonly engine?: { readonly GPOSProcessor?: { applyLookup(type: number, table: unknown): boolean } | null };
  };
}

/**
 * The same font, in which every text can be laid out. fontkit throws on some texts: on a mark for which the font has no place on its
 * letter, for example, and on signs among the letters of syllabic scripts.
 */
export function withAnyText(font: Font): Font {
  skipFailingLookups(font);
  const layout = font.layout.bind(font);
  font.layout = (text, ...options) => {
    try {
      return layout(text, ...options);
    } catch {
      return layOutPlainly(font, text);
    }
  };
  return font;
}

/** Goes on with the next rule where one cannot be applied, as OpenType says for a mark without a place. */
function skipFailingLookups(font: Font): void {
  const positions = (font as Partial<Internals>)._layoutEngine?.engine?.GPOSProcessor; // which its types leave out
  if (positions === undefined || positions === null) return;
  const applyLookup = positions.applyLookup.bind(positions);
  positions.applyLookup = (type, table) => {
    try {
      return applyLookup(type, table);
    } catch {
      return false;
    }
  };
}

/** Sets each letter beside the one before it, in the form that it has by itself. */
function layOutPlainly(font: Font, text: string): GlyphRun {
  const glyphs = font.glyphsForString(text);
  if (countTurnedLetters(text) > 0) glyphs.reverse();
  const positions = glyphs.map(({ advanceWidth }) => ({ xAdvance: advanceWidth, yAdvance: 0, xOffset: 0, yOffset: 0 }));
  const advanceWidth = positions.reduce((sum, { xAdvance }) => sum + xAdvance, 0);
  return { glyphs, positions, advanceWidth } as GlyphRun; // pdfkit needs no more of it
}
