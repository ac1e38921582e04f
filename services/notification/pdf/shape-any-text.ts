import type { Font, GlyphRun } from 'fontkit';
import { countTurnedLetters } from './turned-letters.ts';

/** What fontkit keeps to itself: what places the letters of a text by the tables of the font. */
export interface Internals {
  readonly _layoutEngine: {
    readonly engine?: { readonly GPOSProcessor?: { applyLookup(type: number, table: unknown): boolean } | null };
  };
}

/**
 * The same font, in which every text can be laid out: fontkit throws at some, such as at a mark on a letter that the font has no place
 * for it on, and at signs among the letters of scripts that are made up of syllables.
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

/** Goes on with the next rule where one cannot be applied, as OpenType has it for a mark without a place. */
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
  return { glyphs, positions, advanceWidth } as GlyphRun; // of which pdfkit needs no more
}
