import type { Deps } from '../deps.ts';
import type { DocumentLinkRow } from '../store/document-links.ts';
import { type DocumentReference, linkTokenOf } from './link-token.ts';

/** The URL of the page of a document, with the version of its link in `row`; empty when the link is revoked. */
export function linkUrlOf(
  { webhookKey, publicUrl }: Pick<Deps, 'webhookKey' | 'publicUrl'>,
  document: DocumentReference,
  row: Pick<DocumentLinkRow, 'version' | 'revoked'> | undefined,
): string {
  if (row?.revoked === true) return '';
  return `${publicUrl}/d/${linkTokenOf(webhookKey, document, row?.version ?? 0n)}`;
}
