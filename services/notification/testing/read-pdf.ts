import { extractText, getDocumentProxy } from 'unpdf';

/** What a PDF file shows and says of itself. */
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

/** Reads a PDF file as a program that shows it does. */
export async function readPdf(file: Uint8Array): Promise<ReadPdf> {
  const pdf = await getDocumentProxy(Uint8Array.from(file)); // which takes the bytes for itself
  const { text } = await extractText(pdf);
  const { info, metadata } = await pdf.getMetadata();
  const embedded = new Map<string, Uint8Array>();
  for (const [id, { filename }] of (await pdf.getAttachments()) ?? []) {
    embedded.set(filename, (await pdf.getAttachmentContent(id)) ?? new Uint8Array());
  }
  const [, , width = 0, height = 0] = (await pdf.getPage(1)).view;
  return { pages: text, info: { ...info }, metadata: new Map(metadata ?? []), embedded, size: [width, height] };
}
