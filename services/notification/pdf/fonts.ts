import { fileURLToPath } from 'node:url';
import { type Font, type Glyph, openSync } from 'fontkit';
import PDFDocument from 'pdfkit';
import { withAnyText } from './shape-any-text.ts';

/** Both have the same letters. Read once for all documents of the thread: reading their tables is most of the work for a first document. */
export const FONTS = {
  regular: openFont(
    fileURLToPath(import.meta.resolve('@expo-google-fonts/noto-sans/400Regular/NotoSans_400Regular.ttf')),
  ),
  bold: openFont(fileURLToPath(import.meta.resolve('@expo-google-fonts/noto-sans/700Bold/NotoSans_700Bold.ttf'))),
} as const;

const opened = new Map<string, Font>();

/**
 * Opens font files, each once for all documents of the thread. Of a file with several fonts, it opens the first.
 *
 * @throws an Error that names the file that cannot be opened.
 */
export function openFonts(paths: readonly string[]): Font[] {
  return paths.map((path) => {
    const font = opened.get(path) ?? openFont(path);
    opened.set(path, font);
    return font;
  });
}

/**
 * Opens font files as a task of a thread, and writes a letter in each: some fonts can be opened but not written in, such as emoji fonts
 * that consist of pictures.
 *
 * @throws an Error that names the file that cannot be opened or written in.
 */
export function tryFonts(paths: readonly string[]): void {
  const fonts = openFonts(paths);
  for (const [index, path] of paths.entries()) {
    naming(path, () => {
      const letter = fonts[index]?.characterSet.find((codePoint) => codePoint > 0x20) ?? 0x20;
      const pdf = new PDFDocument();
      pdf.font(fonts[index] as never); // which its types do not know
      pdf.text(String.fromCodePoint(letter)).end();
    });
  }
}

function openFont(path: string): Font {
  return naming(path, () => {
    const file = openSync(path);
    const font = 'fonts' in file ? file.fonts[0] : file;
    if (font === undefined) throw new Error('it is empty');
    return withAnyText(withCodePoints(font));
  });
}

function naming<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new Error(`${path} cannot be opened as a font: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The part of a font that says which letters it has. */
export type LetterFont = Pick<Font, 'hasGlyphForCodePoint'>;

/** Whether a font has a letter. */
export function hasLetter(font: LetterFont, letter: string): boolean {
  return font.hasGlyphForCodePoint(letter.codePointAt(0) ?? 0);
}

/**
 * A font keeps each glyph with the code points that it was first used for, in whichever document, though the same glyph can stand for
 * several, such as the `e` in `ẹ`. Here a glyph has the code points that it stands for in the current text, without those that only
 * choose a variant: there would be more combinations than a document has room for.
 */
function withCodePoints(font: Font): Font {
  const getGlyph = font.getGlyph.bind(font);
  const made = new Map<string, Glyph>();
  font.getGlyph = (id, codePoints) => {
    const glyph = getGlyph(id);
    if (codePoints === undefined) return glyph;
    const letters = codePoints.length > 1 ? codePoints.filter((codePoint) => !isVariation(codePoint)) : codePoints;
    const key = `${id} ${letters}`;
    const known = made.get(key) ?? Object.create(glyph, { codePoints: { value: letters } });
    made.set(key, known);
    return known;
  };
  return font;
}

function isVariation(codePoint: number): boolean {
  return (codePoint >= 0xfe00 && codePoint <= 0xfe0f) || (codePoint >= 0xe0100 && codePoint <= 0xe01ef);
}
