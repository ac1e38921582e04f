import { etagOfFile } from '../../../runtime/call/call.ts';
import type { ElectronicInvoice } from './electronic-invoice.ts';
import type { Syntax } from './syntax.ts';

/** The document as a file, with a name and an entity tag. */
export function eInvoiceFile(document: ElectronicInvoice, syntax: Syntax) {
  const data = syntax.write(document);
  const kind = document.type === 'INVOICE' ? 'invoice' : 'credit-note';
  // A number that another system gave may have any characters.
  const fileName = `${kind}-${document.number.replaceAll(/[^A-Za-z0-9_-]+/g, '-')}.xml`;
  return { file: { contentType: 'application/xml', data }, fileName, etag: etagOfFile(data) };
}
