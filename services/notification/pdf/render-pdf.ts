import type { Fact, FactList, Item, Paragraph } from '../domain/mail.ts';
import type { PrintedDocument } from '../domain/printed-document.ts';
import { FacturXDocument } from './factur-x-document.ts';
import { FallbackFontsDocument } from './fallback-fonts-document.ts';
import { FONTS, hasLetter, openFonts } from './fonts.ts';
import { openLogo } from './logo-image.ts';
import { withKnownLetters, withPlainTexts } from './printable-texts.ts';

/** What to make a file of. */
export interface PrintTask {
  readonly document: PrintedDocument;
  /** The same document as an e-invoice in CII, to go into a Factur-X file; undefined for a plain PDF. */
  readonly eInvoice?: Uint8Array | undefined;
  /** File of the issuer's logo, as the user service keeps it; undefined when there is none. */
  readonly logo?: Uint8Array | undefined;
}

/** The same, and how to make it. */
export interface RenderTask extends PrintTask {
  /** Paths of fonts for letters that the font of the document does not have. */
  readonly fallbackFonts?: readonly string[];
}

type Pdf = PDFKit.PDFDocument;

/** Points in a millimetre. */
const MM = 72 / 25.4;

/** The places of sender, address and title fit windowed envelopes (DIN 5008, form B; a US #10 as well). */
const PLACE = {
  left: 25 * MM,
  right: 20 * MM,
  top: 20 * MM,
  bottom: 25 * MM,
  issuerTop: 15 * MM,
  issuerBottom: 50 * MM,
  logoWidth: 70 * MM,
  logoHeight: 25 * MM, // from the top of the issuer; the window of an envelope begins 5 mm below
  recipientTop: 55 * MM,
  recipientWidth: 80 * MM,
  titleTop: 100 * MM,
  factsWidth: 70 * MM,
  labelWidth: 55 * MM,
  sumsWidth: 100 * MM,
  amountWidth: 35 * MM,
} as const;

const SIZE = { text: 9.5, small: 8, sender: 7, title: 16, marking: 96 } as const;

const COLOR = { text: '#1c1c1c', small: '#666666', rule: '#cccccc' } as const;

/** Opacity of a marking, so low that what is below it can be read. */
const MARKING_OPACITY = 0.08;

const GAP = { line: 2, row: 6, block: 14 } as const;

/**
 * Lays out a document on pages, and gives the file. The same document gives the same bytes. It works without a pause, for
 * seconds with the longest documents, so it belongs in a thread of its own.
 */
export async function renderPdf(task: RenderTask): Promise<Uint8Array<ArrayBuffer>> {
  const document = withPlainTexts(task.document);
  const fallbacks = openFonts(task.fallbackFonts ?? []);
  const pdf = openPdf(document, task.eInvoice);
  const file = collect(pdf);
  // The types of pdfkit do not know that it accepts open fonts.
  for (const [name, font] of Object.entries(FONTS)) pdf.registerFont(name, font as never);
  pdf.setFallbackFonts(fallbacks);
  const isKnown = (letter: string) => [FONTS.regular, ...fallbacks].some((font) => hasLetter(font, letter));
  const printable = task.eInvoice === undefined ? document : withKnownLetters(document, isKnown);
  draw(pdf, printable, task.logo);
  pdf.end();
  return await file;
}

function openPdf(
  { paper, language, title, issuer, createTime }: PrintedDocument,
  eInvoice: Uint8Array | undefined,
): FallbackFontsDocument {
  const time = new Date(createTime);
  const options = {
    size: paper,
    margins: { left: PLACE.left, right: PLACE.right, top: PLACE.top, bottom: PLACE.bottom },
    bufferPages: true,
    autoFirstPage: false,
    lang: language,
    displayTitle: true,
    info: { Title: title, Author: issuer[0] ?? '', Creator: 'Numer', CreationDate: time },
  };
  return eInvoice === undefined ? new FallbackFontsDocument(options) : new FacturXDocument(options, eInvoice, time);
}

function draw(pdf: Pdf, document: PrintedDocument, logo: Uint8Array | undefined): void {
  pdf.addPage();
  drawHead(pdf, document, logo === undefined ? 0 : drawLogo(pdf, logo));
  const amountWidth = amountWidthOf(pdf, document);
  drawItems(pdf, document, amountWidth);
  drawSums(pdf, document.sums, amountWidth);
  for (const note of document.notes) drawNote(pdf, note);
  drawMarkings(pdf, document.marking);
  drawFooters(pdf, document);
}

async function collect(pdf: Pdf): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of pdf) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function useStyle(pdf: Pdf, size: keyof typeof SIZE, style: { bold?: boolean; color?: keyof typeof COLOR } = {}): Pdf {
  return pdf
    .font(style.bold ? 'bold' : 'regular')
    .fontSize(SIZE[size])
    .fillColor(COLOR[style.color ?? 'text']);
}

function widthOf({ page }: Pdf): number {
  return page.width - PLACE.left - PLACE.right;
}

function rightOf({ page }: Pdf): number {
  return page.width - PLACE.right;
}

/** Writes lines below each other, each broken where it is too long, and gives where the next one would be. */
function drawLines(pdf: Pdf, lines: readonly string[], x: number, y: number, options: PDFKit.Mixins.TextOptions) {
  let next = y;
  for (const line of lines) {
    pdf.text(line, x, next, options);
    next = pdf.y + GAP.line;
  }
  return next;
}

function drawRule(pdf: Pdf, x: number, y: number): void {
  pdf.moveTo(x, y).lineTo(rightOf(pdf), y).lineWidth(0.5).strokeColor(COLOR.rule).stroke();
}

/** Goes to the next page when there is no room for this height. Gives whether it did. */
function ensureRoom(pdf: Pdf, height: number): boolean {
  if (pdf.y + height <= pdf.page.maxY()) return false;
  pdf.addPage();
  return true;
}

/**
 * Draws the logo at the top left, as large as its box has room for, but no larger than a point per pixel, so that it is not blurred.
 * Gives the width that it takes up.
 */
function drawLogo(pdf: Pdf, file: Uint8Array): number {
  const logo = openLogo(pdf, file);
  const scale = Math.min(PLACE.logoWidth / logo.width, PLACE.logoHeight / logo.height, 1);
  const width = logo.width * scale;
  pdf.image(logo as never, PLACE.left, PLACE.issuerTop, { width, height: logo.height * scale }); // which its types do not know
  return width + GAP.block;
}

/** Draws everything above the items. The issuer keeps to the right of the logo. */
function drawHead(pdf: Pdf, { issuer, recipient, facts, title }: PrintedDocument, logoWidth: number): void {
  const [name = '', ...details] = issuer;
  const issuerLeft = PLACE.left + logoWidth;
  const right = { width: widthOf(pdf) - logoWidth, align: 'right' } as const;
  useStyle(pdf, 'text', { bold: true });
  const detailsTop = drawLines(pdf, [name], issuerLeft, PLACE.issuerTop, right);
  useStyle(pdf, 'small', { color: 'small' });
  const issuerEnd = drawLines(pdf, details, issuerLeft, detailsTop, right);

  // An issuer of many lines pushes down what is below it.
  const shift = Math.max(0, issuerEnd - PLACE.issuerBottom);
  const address = { width: PLACE.recipientWidth };
  useStyle(pdf, 'text');
  const recipientEnd = drawLines(pdf, recipient, PLACE.left, PLACE.recipientTop + shift, address);
  const factsEnd = drawFacts(pdf, facts, { x: rightOf(pdf) - PLACE.factsWidth, y: PLACE.recipientTop + shift });
  pdf.y = Math.max(recipientEnd + GAP.block, factsEnd + GAP.block, PLACE.titleTop + shift);
  useStyle(pdf, 'title', { bold: true });
  pdf.text(title, PLACE.left, pdf.y, { width: widthOf(pdf) });
  pdf.y += GAP.block;
}

/** Draws labels with their values at the right margin. Gives where they end. */
function drawFacts(pdf: Pdf, facts: readonly Fact[], { x, y }: { x: number; y: number }): number {
  const width = rightOf(pdf) - x;
  let next = y;
  for (const { label, value } of facts) {
    useStyle(pdf, 'text');
    const valueWidth = Math.min(pdf.widthOfString(value) + 1, width / 2);
    pdf.text(value, x + width - valueWidth, next, { width: valueWidth, align: 'right' });
    const valueEnd = pdf.y;
    useStyle(pdf, 'text', { color: 'small' });
    pdf.text(label, x, next, { width: width - valueWidth - GAP.row });
    next = Math.max(valueEnd, pdf.y) + GAP.line;
  }
  return next;
}

/** The width of the column of amounts. No amount is broken, however large it is. */
function amountWidthOf(pdf: Pdf, { items, sums }: PrintedDocument): number {
  useStyle(pdf, 'text', { bold: true });
  const amounts = [...items.map(({ amount }) => amount), ...sums.map(({ value }) => value)];
  return amounts.reduce((width, amount) => Math.max(width, pdf.widthOfString(amount) + 1), PLACE.amountWidth);
}

function drawItems(pdf: Pdf, { items, itemsHead }: PrintedDocument, amountWidth: number): void {
  const width = widthOf(pdf) - amountWidth - GAP.row;
  drawItemsHead(pdf, itemsHead, amountWidth);
  for (const item of items) {
    if (ensureRoom(pdf, heightOfItem(pdf, item, width))) drawItemsHead(pdf, itemsHead, amountWidth);
    drawItem(pdf, item, { width, amountWidth });
  }
}

function drawItemsHead(pdf: Pdf, { title, amount }: PrintedDocument['itemsHead'], amountWidth: number): void {
  const { y } = pdf;
  useStyle(pdf, 'small', { color: 'small' });
  drawAmount(pdf, amount, y, amountWidth);
  pdf.text(title, PLACE.left, y);
  pdf.y += GAP.row / 2;
  drawRule(pdf, PLACE.left, pdf.y);
  pdf.y += GAP.row;
}

function heightOfItem(pdf: Pdf, { title, detail }: Item, width: number): number {
  const titleHeight = useStyle(pdf, 'text').heightOfString(title, { width });
  return titleHeight + useStyle(pdf, 'small').heightOfString(detail, { width }) + GAP.row;
}

function drawItem(
  pdf: Pdf,
  { title, detail, amount }: Item,
  { width, amountWidth }: { readonly width: number; readonly amountWidth: number },
): void {
  const { y } = pdf;
  useStyle(pdf, 'text');
  drawAmount(pdf, amount, y, amountWidth);
  pdf.text(title, PLACE.left, y, { width });
  useStyle(pdf, 'small', { color: 'small' });
  if (detail !== '') pdf.text(detail, PLACE.left, pdf.y, { width });
  pdf.y += GAP.row / 2;
  drawRule(pdf, PLACE.left, pdf.y);
  pdf.y += GAP.row;
}

function drawAmount(pdf: Pdf, amount: string, y: number, width: number): void {
  pdf.text(amount, rightOf(pdf) - width, y, { width, align: 'right' });
}

function drawSums(pdf: Pdf, sums: readonly Fact[], amountWidth: number): void {
  const x = rightOf(pdf) - PLACE.sumsWidth;
  const width = PLACE.sumsWidth - amountWidth - GAP.row;
  for (const { label, value, isTotal = false } of sums) {
    useStyle(pdf, 'text', { bold: isTotal });
    ensureRoom(pdf, pdf.heightOfString(label, { width }));
    const { y } = pdf;
    drawAmount(pdf, value, y, amountWidth);
    pdf.text(label, x, y, { width });
    pdf.y += GAP.line;
  }
  pdf.y += GAP.block;
}

function drawNote(pdf: Pdf, note: Paragraph | FactList): void {
  useStyle(pdf, 'text');
  ensureRoom(pdf, pdf.currentLineHeight() * 2);
  switch (note.kind) {
    case 'paragraph':
      pdf.text(note.text, PLACE.left, pdf.y, { width: widthOf(pdf) });
      break;
    case 'facts':
      for (const fact of note.facts) drawFact(pdf, fact);
      break;
  }
  pdf.y += GAP.block;
}

/** Draws a label with its value beside it. */
function drawFact(pdf: Pdf, { label, value }: Fact): void {
  const width = widthOf(pdf) - PLACE.labelWidth - GAP.row;
  useStyle(pdf, 'text');
  ensureRoom(
    pdf,
    Math.max(pdf.heightOfString(value, { width }), pdf.heightOfString(label, { width: PLACE.labelWidth })),
  );
  const { y } = pdf;
  pdf.text(value, PLACE.left + PLACE.labelWidth + GAP.row, y, { width });
  const valueEnd = pdf.y;
  useStyle(pdf, 'text', { color: 'small' });
  pdf.text(label, PLACE.left, y, { width: PLACE.labelWidth });
  pdf.y = Math.max(pdf.y, valueEnd) + GAP.line;
}

/** Draws the marking across each page, so faint that the text below can be read. Last, as text that goes on over pages keeps its style. */
function drawMarkings(pdf: Pdf, marking: string): void {
  if (marking === '') return;
  for (const _ of eachPage(pdf)) {
    const { width, height } = pdf.page;
    useStyle(pdf, 'marking', { bold: true });
    pdf.save().rotate(-50, { origin: [width / 2, height / 2] });
    pdf.fillOpacity(MARKING_OPACITY);
    pdf.text(marking, 0, height / 2 - SIZE.marking / 2, { width, align: 'center', lineBreak: false });
    pdf.restore();
  }
}

/** Draws below each page who the document is from, what it is, and the number of the page among all pages. */
function drawFooters(pdf: Pdf, { issuer, title }: PrintedDocument): void {
  const { count } = pdf.bufferedPageRange();
  for (const number of eachPage(pdf)) {
    pdf.page.margins.bottom = 0; // otherwise a text down there goes to a page of its own
    useStyle(pdf, 'sender', { color: 'small' });
    const y = pdf.page.height - PLACE.bottom / 2;
    pdf.text(`${issuer[0] ?? ''} · ${title}`, PLACE.left, y, {
      width: widthOf(pdf) - 20 * MM,
      height: pdf.currentLineHeight(), // one line: what does not fit is left out
      ellipsis: true,
    });
    pdf.text(`${number} / ${count}`, PLACE.left, y, { width: widthOf(pdf), align: 'right' });
  }
}

/** Turns to each page and gives its number, which begins at 1. */
function* eachPage(pdf: Pdf): Generator<number> {
  const { start, count } = pdf.bufferedPageRange();
  for (let index = start; index < start + count; index++) {
    pdf.switchToPage(index);
    yield index - start + 1;
  }
}
