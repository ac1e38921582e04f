import type { DocumentLinkService } from '../../../gen/numer/notification/v1/document_link_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { DomainError } from '../../../runtime/call/errors.ts';
import { toDocumentLink } from '../convert.ts';
import type { Deps } from '../deps.ts';
import { linkUrlOf } from '../links/link-url.ts';
import { findOwnDocument } from '../links/own-document.ts';

/** Gives the link of a document of the caller. Throws as `findOwnDocument` does, and PERMISSION_DENIED. */
export const getDocumentLink: Rpc<Deps, typeof DocumentLinkService.method.getDocumentLink> = async (
  deps,
  { documentId },
  call,
) => {
  const { document } = await findOwnDocument(deps, documentId, call);
  // Whoever has the link can answer a quote, so this takes more than the right to read.
  if (!call.user.canWrite) {
    throw new DomainError(
      'forbidden',
      'PERMISSION_DENIED',
      'This API key is read-only, but a link allows more than reading.',
    );
  }
  const row = await deps.store.findDocumentLink(document);
  return { link: toDocumentLink(row, linkUrlOf(deps, document, row)) };
};
