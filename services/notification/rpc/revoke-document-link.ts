import {
  type DocumentLinkService,
  RevokeDocumentLinkResponseSchema,
} from '../../../gen/numer/notification/v1/document_link_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import type { Deps } from '../deps.ts';
import { changeLink } from '../links/change-link.ts';

/** Revokes the link of a document of the caller, which leads nowhere from then on. */
export const revokeDocumentLink: Rpc<Deps, typeof DocumentLinkService.method.revokeDocumentLink> = (
  deps,
  request,
  call,
) => changeLink(deps, request, call, { revoked: true, schema: RevokeDocumentLinkResponseSchema });
