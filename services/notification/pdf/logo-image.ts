import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { PNG_COLOR, type Png, readPng, type SplitPixels, splitAlpha } from './png.ts';

type Pdf = PDFKit.PDFDocument;
type Reference = PDFKit.PDFKitReference;

/** A picture that pdfkit can draw, with its size in pixels. */
export interface PdfImage {
  readonly width: number;
  readonly height: number;
}

/** Opens the file of a logo: a PNG or a JPEG that the user service has checked. */
export function openLogo(pdf: Pdf, file: Uint8Array): PdfImage {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  if (bytes[0] !== 0xff) return new PngImage(bytes);
  // The types of pdfkit do not know that it opens pictures for later.
  return (pdf as Pdf & { openImage(bytes: Uint8Array): PdfImage }).openImage(bytes);
}

/** Logos with their alpha separated from their colours, by their digests. For the largest, separating takes a tenth of a second. */
const splitLogos = new LRUCache<string, SplitPixels>({ max: 8 });

/**
 * A PNG for pdfkit to draw. pdfkit's own makes other colours transparent than the file says, unless there is an alpha channel, and
 * then it decodes all pixels again for each document.
 */
class PngImage implements PdfImage {
  /** Its name among the pictures of a page. */
  readonly label = 'Logo';
  readonly width: number;
  readonly height: number;
  /** Set once it is in the document. */
  obj: Reference | undefined;
  readonly #png: Png;
  readonly #digest: string;

  constructor(bytes: Buffer) {
    this.#png = readPng(bytes);
    this.#digest = createHash('sha256').update(bytes).digest('base64');
    this.width = this.#png.width;
    this.height = this.#png.height;
  }

  /** Puts it into the document, when it is drawn for the first time. */
  embed(pdf: Pdf): void {
    const { depth, color, palette, transparency, pixels } = this.#png;
    const split = this.#split();
    const colors = color === PNG_COLOR.rgb || color === PNG_COLOR.rgbAlpha ? 3 : 1;
    const picture = this.#rowsOf(colors, depth);
    const space = colors === 3 ? 'DeviceRGB' : 'DeviceGray';
    const indexed = () => ['Indexed', 'DeviceRGB', palette.length / 3 - 1, put(pdf, {}, palette)];
    const isKeyed = transparency !== undefined && color !== PNG_COLOR.palette;
    const data = {
      ...picture,
      ColorSpace: color === PNG_COLOR.palette ? indexed() : space,
      ...(isKeyed && { Mask: rangesOf(transparency, depth) }),
      ...(split && { SMask: put(pdf, { ...this.#rowsOf(1, 8), ColorSpace: 'DeviceGray' }, split.alpha) }),
    };
    this.obj = put(pdf, data, split?.colors ?? pixels);
  }

  #split(): SplitPixels | undefined {
    const known = splitLogos.get(this.#digest);
    const split = known ?? splitAlpha(this.#png);
    if (split !== known) splitLogos.set(this.#digest, split);
    return split;
  }

  /** A picture of compressed rows as in PNG: PDF knows its filters (ISO 32000-1, 7.4.4.4). */
  #rowsOf(colors: number, depth: number) {
    return {
      Type: 'XObject',
      Subtype: 'Image',
      Width: this.width,
      Height: this.height,
      BitsPerComponent: depth,
      Filter: 'FlateDecode',
      DecodeParms: { Predictor: 15, Colors: colors, BitsPerComponent: depth, Columns: this.width },
    };
  }
}

/** Makes an object of the document. */
function put(pdf: Pdf, data: object, bytes: Uint8Array): Reference {
  const reference = pdf.ref(data);
  reference.end(bytes);
  return reference;
}

/** The transparent colour, with two bytes for each sample, as the ranges that PDF requires. */
function rangesOf(transparency: Buffer, depth: number): number[] {
  const samples = Array.from({ length: transparency.length / 2 }, (_, index) => transparency.readUInt16BE(index * 2));
  return samples.flatMap((sample) => [sample & (2 ** depth - 1), sample & (2 ** depth - 1)]);
}
