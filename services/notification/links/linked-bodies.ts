import type { Deps } from '../deps.ts';
import { renderLink } from '../domain/render-html.ts';
import type { NotificationRow } from '../store/schema.ts';
import { linkUrlOf } from './link-url.ts';

/** The bodies of a mail as they are sent: with the link of their document as it is now, where they shall have one and there is one. */
export async function linkedBodiesOf(
  deps: Pick<Deps, 'webhookKey' | 'publicUrl' | 'store'>,
  { ownerId, textBody, htmlBody, link }: NotificationRow,
): Promise<{ readonly text: string; readonly html: string }> {
  const plain = { text: textBody, html: htmlBody };
  if (link === null || deps.publicUrl === '') return plain;
  const document = { ...link, ownerId };
  const url = linkUrlOf(deps, document, await deps.store.findDocumentLink(document));
  if (url === '') return plain;
  return {
    text: insert(textBody, link.textOffset, `\n\n${link.label}:\n${url}`),
    html: insert(htmlBody, link.htmlOffset, `${renderLink(link.label, url)}\n`),
  };
}

function insert(body: string, offset: number, part: string): string {
  return body.slice(0, offset) + part + body.slice(offset);
}
