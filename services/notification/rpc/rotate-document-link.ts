import {
  type DocumentLinkService,
  RotateDocumentLinkResponseSchema,
} from '../../../gen/numer/notification/v1/document_link_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import type { Deps } from '../deps.ts';
import { changeLink } from '../links/change-link.ts';

/** Gives a document of the caller another link. The previous one leads nowhere from then on. */
export const rotateDocumentLink: Rpc<Deps, typeof DocumentLinkService.method.rotateDocumentLink> = (
  deps,
  request,
  call,
) => changeLink(deps, request, call, { revoked: false, schema: RotateDocumentLinkResponseSchema });
