import createBidi from 'bidi-js';
import type { Font } from 'fontkit';
import PDFDocument from 'pdfkit';
import { type EmbeddedFont, encodeByLetter } from './encode-glyphs.ts';
import { FONTS, hasLetter } from './fonts.ts';
import { countTurnedLetters } from './turned-letters.ts';

/** Internals of pdfkit that this builds on: the font in use, and how a line is written. */
interface Internals {
  _font: EmbeddedFont;
  readonly _fontSize: number;
  _fragment(text: string, x: number, y: number, options: FragmentOptions): void;
}

interface FragmentOptions extends PDFKit.Mixins.TextOptions {
  /** Width of the line that the text is on. */
  readonly lineWidth?: number;
  /** Width of the text. */
  readonly textWidth?: number;
}

// The types of pdfkit leave out its internals.
const Document = PDFDocument as unknown as new (options: PDFKit.PDFDocumentOptions) => PDFKit.PDFDocument & Internals;

// The import is the function itself, though the types say that of its default export.
const bidi = (createBidi as unknown as typeof createBidi.default)();

/** Letters that belong to no script of their own: digits, punctuation, marks on other letters. */
const COMMON = /^[\p{Script=Common}\p{Script=Inherited}]+$/u;

type Direction = 'ltr' | 'rtl';

/** A part of a line in one font and one direction. */
interface Run {
  readonly text: string;
  /** Undefined for the font in use. */
  readonly fallback: Font | undefined;
  readonly options: PDFKit.Mixins.TextOptions;
}

/**
 * A PDF that uses fallback fonts for letters that the font in use does not have, which pdfkit by itself cannot do. Where a line needs
 * them, its parts are put in the order of the Unicode Bidirectional Algorithm (UAX #9), for scripts that are written from right to
 * left.
 */
export class FallbackFontsDocument extends Document {
  #fallbacks: readonly Font[] = [];
  /** The fallback font of each letter that was met; undefined for the font in use. */
  readonly #fonts = new Map<string, Font | undefined>();
  /** The paragraphs of the current text that are not completely written yet. */
  #paragraphs: string[] = [];
  /** The direction of the first of them, once a line needs it. */
  #direction: Direction | undefined;
  /** What has been written of the current line. */
  #line: string[] | undefined;

  /** Sets the fallback fonts. For each letter, the first that has it is used. */
  setFallbackFonts(fonts: readonly Font[]): void {
    this.#fallbacks = fonts;
    // The types of pdfkit do not know that it accepts open fonts.
    for (const [index, font] of fonts.entries()) this.registerFont(nameOf(index), font as never);
  }

  override font(source: PDFKit.Mixins.PDFFontSource, ...rest: unknown[]): this {
    super.font(source, ...(rest as [])); // which has two signatures
    encodeByLetter(this._font);
    return this;
  }

  override widthOfString(text: string, options?: PDFKit.Mixins.TextOptions): number {
    const runs = this.#runsOf(text);
    return runs === undefined ? super.widthOfString(text, options) : this.#widthOfAll(runs);
  }

  override text(text: string, ...rest: unknown[]): this {
    this.#paragraphs = text.split('\n');
    this.#direction = undefined;
    return super.text(text, ...(rest as [])); // which has two signatures
  }

  override addContent(content: string): this {
    if (this.#line === undefined) super.addContent(content);
    else this.#line.push(content);
    return this;
  }

  override _fragment(text: string, x: number, y: number, options: FragmentOptions): void {
    this.#line = [];
    const runs = this.#runsOf(text.trimEnd()); // the space that a line is broken at would be at its left in Hebrew
    if (runs === undefined) super._fragment(text, x, y, options);
    else this.#writeRuns(runs, { x, y, options });
    // pdfkit keeps each piece of content until the end, and each costs more memory than what is in it.
    const content = this.#line.join('\n');
    this.#line = undefined;
    if (content !== '') this.addContent(content);
    if (!text.endsWith('\n')) return;
    this.#paragraphs.shift();
    this.#direction = undefined;
  }

  #writeRuns(
    runs: readonly Run[],
    { x, y, options }: { readonly x: number; readonly y: number; readonly options: FragmentOptions },
  ): void {
    const { width, lineWidth = 0, textWidth = 0, align, ...rest } = options;
    let left = x;
    if (width !== undefined && align === 'right') left += lineWidth - this.#widthOfAll(runs);
    if (width !== undefined && align === 'center') left += (lineWidth - textWidth) / 2;
    // All parts stand on the same baseline, however far up their letters reach.
    const baseline = (-this._font.ascender / 1000) * this._fontSize;
    for (const run of runs) {
      const shape = { ...run.options, baseline, textWidth: this.#widthOf(run) };
      this.#inFontOf(run, () => super._fragment(run.text, left, y, { ...rest, ...shape }));
      left += shape.textWidth;
    }
  }

  #widthOfAll(runs: readonly Run[]): number {
    return runs.reduce((sum, run) => sum + this.#widthOf(run), 0);
  }

  #widthOf(run: Run): number {
    return this.#inFontOf(run, () => super.widthOfString(run.text, run.options));
  }

  #inFontOf<T>({ fallback }: Run, work: () => T): T {
    if (fallback === undefined) return work();
    const used = this._font;
    this.font(nameOf(this.#fallbacks.indexOf(fallback)));
    try {
      return work();
    } finally {
      this._font = used;
    }
  }

  /** The parts of a line from left to right; undefined when it needs no fallback font. */
  #runsOf(text: string): Run[] | undefined {
    if (this.#fallbacks.length === 0) return undefined;
    const fonts: (Font | undefined)[] = []; // of each UTF-16 code unit
    let font: Font | undefined;
    let isPlain = true;
    for (const letter of text) {
      // A letter that belongs to no script stays in the font of the letter before it, if that font has it.
      const isGoingOn = font !== undefined && COMMON.test(letter) && hasLetter(font, letter);
      if (!isGoingOn) font = this.#fontOf(letter);
      isPlain &&= font === undefined;
      for (let unit = 0; unit < letter.length; unit++) fonts.push(font);
    }
    if (isPlain) return undefined;
    if (countTurnedLetters(text) === 0) return runsInOneDirection(text, fonts);
    this.#direction ??= directionOf(this.#paragraphs[0] ?? text);
    return runsInBothDirections(text, fonts, this.#direction);
  }

  #fontOf(letter: string): Font | undefined {
    if (!this.#fonts.has(letter)) {
      const isKnown = hasLetter(FONTS.regular, letter);
      this.#fonts.set(letter, isKnown ? undefined : this.#fallbacks.find((font) => hasLetter(font, letter)));
    }
    return this.#fonts.get(letter);
  }
}

function nameOf(index: number): string {
  return `fallback ${index}`;
}

function runsInOneDirection(text: string, fonts: readonly (Font | undefined)[]): Run[] {
  const runs: Run[] = [];
  for (let start = 0, end = 0; start < text.length; start = end) {
    while (end < text.length && fonts[end] === fonts[start]) end++;
    runs.push({ text: text.slice(start, end), fallback: fonts[start], options: {} });
  }
  return runs;
}

/** The direction of a paragraph is that of its first letter that has one, wherever its lines begin (UAX #9, P2 and P3). */
function directionOf(paragraph: string): Direction {
  for (const letter of paragraph) {
    const type = bidi.getBidiCharTypeName(letter);
    if (type === 'L') return 'ltr';
    if (type === 'R' || type === 'AL') return 'rtl';
  }
  return 'ltr';
}

function runsInBothDirections(text: string, fonts: readonly (Font | undefined)[], direction: Direction): Run[] {
  const embedding = bidi.getEmbeddingLevels(text, direction);
  const mirrored = bidi.getMirroredCharactersMap(text, embedding.levels);
  const order = bidi.getReorderedIndices(text, embedding);
  const runs: Run[] = [];
  let start = 0;
  while (start < order.length) {
    const first = order[start] ?? 0;
    const isFromRight = (embedding.levels[first] ?? 0) % 2 === 1;
    const belongs = (index: number | undefined) =>
      index !== undefined &&
      index === first + (end - start) * (isFromRight ? -1 : 1) &&
      embedding.levels[index] === embedding.levels[first] &&
      fonts[index] === fonts[first];
    let end = start + 1;
    while (belongs(order[end])) end++;
    const units = order.slice(start, end).toSorted((one, other) => one - other);
    const font = fonts[first] ?? FONTS.regular;
    const logical = units.map((index) => mirroredIn(font, mirrored.get(index)) ?? text[index]).join('');
    const turns = countTurnedLetters(logical) > 0;
    runs.push({
      // Digits go from left to right, and punctuation from right to left, whichever script they are of.
      text: isFromRight === turns ? logical : [...logical].reverse().join(''),
      fallback: fonts[first],
      // Without features pdfkit lays out word by word, from left to right.
      options: turns ? { features: [] } : {},
    });
    start = end;
  }
  return runs;
}

/** The mirror image of a letter, such as another bracket, where the font has it. */
function mirroredIn(font: Font, letter: string | undefined): string | undefined {
  return letter !== undefined && hasLetter(font, letter) ? letter : undefined;
}
