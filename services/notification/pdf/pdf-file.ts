import { type Call, etagOfFile } from '../../../runtime/call/call.ts';
import type { Deps } from '../deps.ts';
import { LINK_READER } from '../links/follow-link.ts';
import { findLogo } from './find-logo.ts';
import type { PrintTask } from './render-pdf.ts';

/** The media type of PDF files (RFC 8118). */
export const PDF_TYPE = 'application/pdf';

/** The name of a file for a document with this title, without characters that file systems do not allow. */
export function toFileName(title: string): string {
  return `${title.replaceAll(/[\p{Cc}<>:"/\\|?*]/gu, '-')}.pdf`;
}

/** The file of a document that the caller waits for, with a name and an entity tag. Throws RATE_LIMITED when too many are waited for. */
export async function pdfFile(deps: Deps, call: Call, task: Omit<PrintTask, 'logo'>) {
  const { userId, actor } = call.user;
  const options = await deps.callAsService(call);
  const logo = await findLogo(deps, userId, options);
  // Whoever has a link takes no turns from the owner.
  const waiting = actor === LINK_READER ? `${userId} by link` : userId;
  const data = await deps.pdfs.renderFor(waiting, { ...task, logo: logo?.data }, options.signal);
  return { file: { contentType: PDF_TYPE, data }, fileName: toFileName(task.document.title), etag: etagOfFile(data) };
}
