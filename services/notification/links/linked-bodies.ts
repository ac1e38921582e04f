import type { Deps } from '../deps.ts';
import { renderLink } from '../domain/render-html.ts';
import type { ClaimedMail } from '../store/claim-mail.ts';
import { linkUrlOf } from './link-url.ts';

/** The bodies of a mail as they are sent: with the link of their document in its place, if they are to have one that is not revoked. */
export function linkedBodiesOf(
  deps: Pick<Deps, 'webhookKey' | 'publicUrl'>,
  { row: { ownerId, textBody, htmlBody, link }, changedLink }: Pick<ClaimedMail, 'row' | 'changedLink'>,
): { readonly text: string; readonly html: string } {
  const plain = { text: textBody, html: htmlBody };
  if (link === null || deps.publicUrl === '') return plain;
  const url = linkUrlOf(deps, { ...link, ownerId }, changedLink);
  if (url === '') return plain;
  return {
    text: insert(textBody, link.textOffset, link.textEnd, `\n\n${link.label}:\n${url}`),
    html: insert(htmlBody, link.htmlOffset, link.htmlEnd, `${renderLink(link.label, url)}\n`),
  };
}

function insert(body: string, offset: number, end: number | undefined, part: string): string {
  return body.slice(0, offset) + part + body.slice(end ?? offset);
}
