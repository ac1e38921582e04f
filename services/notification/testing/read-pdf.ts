import { extractText, getDocumentProxy } from 'unpdf';

/** What a PDF file shows and says of itself. */
export interface ReadPdf {
  /** The text of each page, line by line. */
  readonly pages: readonly string[];
  readonly info: Readonly<Record<string, unknown>>;
  /** Width and height of the first page in points. */
  readonly size: readonly number[];
}

/** Reads a PDF file as a program that shows it does. */
export async function readPdf(file: Uint8Array): Promise<ReadPdf> {
  const pdf = await getDocumentProxy(Uint8Array.from(file)); // which takes the bytes for itself
  const { text } = await extractText(pdf);
  const { info } = await pdf.getMetadata();
  const [, , width = 0, height = 0] = (await pdf.getPage(1)).view;
  return { pages: text, info: { ...info }, size: [width, height] };
}
