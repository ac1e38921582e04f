import type {
  RevokeDocumentLinkRequest,
  RevokeDocumentLinkResponseSchema,
  RotateDocumentLinkRequest,
  RotateDocumentLinkResponseSchema,
} from '../../../gen/numer/notification/v1/document_link_service_pb.ts';
import { type Call, requireVersion } from '../../../runtime/call/call.ts';
import { keepAnswer } from '../../../runtime/call/call-parts.ts';
import { compareAndSet } from '../../../runtime/call/compare-and-set.ts';
import { idempotencyValues } from '../../../runtime/call/idempotency.ts';
import { toDocumentLink } from '../convert.ts';
import type { Deps } from '../deps.ts';
import { documentLinkUpdated } from '../events.ts';
import { linkUrlOf } from './link-url.ts';
import { findOwnDocument } from './own-document.ts';

/**
 * Ends the link of a document of the caller. With `revoked`, no link leads to it from then on; otherwise another link does. The answer
 * that is kept for the idempotency key does not have that link.
 *
 * @throws DomainError as `findOwnDocument` does, ETAG_MISMATCH and CONFLICT.
 */
export async function changeLink(
  deps: Deps,
  { documentId }: RotateDocumentLinkRequest | RevokeDocumentLinkRequest,
  call: Call,
  {
    revoked,
    schema,
  }: {
    readonly revoked: boolean;
    readonly schema: typeof RotateDocumentLinkResponseSchema | typeof RevokeDocumentLinkResponseSchema;
  },
) {
  const own = await findOwnDocument(deps, documentId, call);
  return compareAndSet(async () => {
    const before = await deps.store.findDocumentLink(own.document);
    requireVersion(call, before?.version ?? 0n);
    const now = deps.clock.now();
    if (revoked && before?.revoked === true) {
      const answer = { link: toDocumentLink(before, '') };
      await keepAnswer(deps.idempotency, call, { schema, answer, now });
      return answer;
    }
    const { kind: _, ...document } = own.document;
    const after = { ...document, version: (before?.version ?? 0n) + 1n, revoked, updateTime: now };
    const kept = { link: toDocumentLink(after, '') };
    const isSaved = await deps.store.saveDocumentLink(after, {
      events: [documentLinkUpdated(call, own, before, after)],
      idempotency: idempotencyValues(call, schema, kept, now),
    });
    return isSaved ? { link: toDocumentLink(after, linkUrlOf(deps, own.document, after)) } : undefined;
  });
}
