import { extractImages, extractText, getDocumentProxy, getResolvedPDFJS } from 'unpdf';

/** What a PDF file shows and says about itself. */
export interface ReadPdf {
  /** The text of each page, line by line. */
  readonly pages: readonly string[];
  readonly info: Readonly<Record<string, unknown>>;
  /** What its XMP metadata say, by the name with the prefix: `dc:title`. */
  readonly metadata: ReadonlyMap<string, unknown>;
  /** The files that are embedded in it, by their names. */
  readonly embedded: ReadonlyMap<string, Uint8Array>;
  /** Width and height of the first page in points. */
  readonly size: readonly number[];
}

/** Reads a PDF file as a viewer does. */
export async function readPdf(file: Uint8Array): Promise<ReadPdf> {
  const pdf = await getDocumentProxy(Uint8Array.from(file)); // a copy, since it takes over the bytes
  const { text } = await extractText(pdf);
  const { info, metadata } = await pdf.getMetadata();
  const embedded = new Map<string, Uint8Array>();
  for (const [id, { filename }] of (await pdf.getAttachments()) ?? []) {
    embedded.set(filename, (await pdf.getAttachmentContent(id)) ?? new Uint8Array());
  }
  const [, , width = 0, height = 0] = (await pdf.getPage(1)).view;
  return { pages: text, info: { ...info }, metadata: new Map(metadata ?? []), embedded, size: [width, height] };
}

/** A picture on the first page of a PDF file. */
export interface PdfPicture {
  /** Where it is, in points from the top left of the page, and how large. */
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  /** How many samples a pixel has: grey, RGB, or RGB with alpha. */
  readonly channels: number;
  readonly pixels: Uint8ClampedArray;
}

/** Reads the picture of the first page of a PDF file as a viewer does; undefined when there is none. */
export async function readPicture(file: Uint8Array): Promise<PdfPicture | undefined> {
  const pdf = await getDocumentProxy(Uint8Array.from(file));
  const [image] = await extractImages(pdf, 1);
  if (image === undefined) return undefined;
  const { OPS } = await getResolvedPDFJS();
  const { fnArray, argsArray } = await (await pdf.getPage(1)).getOperatorList();
  const painted = fnArray.indexOf(OPS.paintImageXObject);
  const [width = 0, , , height = 0, left = 0, bottom = 0] = argsArray[fnArray.lastIndexOf(OPS.transform, painted)];
  const { channels, data: pixels } = image;
  return { left, top: bottom + height, width, height: -height, channels, pixels };
}
