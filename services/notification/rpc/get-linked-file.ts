import type { DocumentLinkService } from '../../../gen/numer/notification/v1/document_link_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import type { Deps } from '../deps.ts';
import { followLink } from '../links/follow-link.ts';
import { linkedFileOf } from '../links/linked-file.ts';

/** Gives a file of the document that a link leads to. Throws NOT_FOUND, DOCUMENT_TOO_LONG, E_INVOICE_IMPOSSIBLE and RATE_LIMITED. */
export const getLinkedFile: Rpc<Deps, typeof DocumentLinkService.method.getLinkedFile> = async (
  deps,
  { token, format },
  call,
) => {
  const { file, fileName } = await linkedFileOf(deps, await followLink(deps, token, call), format);
  return { ...(file === undefined ? {} : { file }), ...(fileName === undefined ? {} : { fileName }) };
};
