import { createHash } from 'node:crypto';
import type { DocumentLinkService } from '../../../gen/numer/notification/v1/document_link_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import type { Deps } from '../deps.ts';
import { PAGE_STYLE, renderPage } from '../domain/render-page.ts';
import { documentPageOf } from '../links/document-page-of.ts';
import { followLink } from '../links/follow-link.ts';
import { findLogo, type LogoFile } from '../pdf/find-logo.ts';

/** What the page may do: show itself, in its own style with the logo in it, and send its own form. No script runs, and nothing is loaded. */
const PAGE_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(PAGE_STYLE).digest('base64')}'`,
  'img-src data:',
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Gives the page of the document that a link leads to. Throws NOT_FOUND. */
export const getLinkedPage: Rpc<Deps, typeof DocumentLinkService.method.getLinkedPage> = async (
  deps,
  { token },
  call,
) => {
  const link = await followLink(deps, token, call);
  const { ownerId } = link.document;
  const [{ page, language }, logo] = await Promise.all([
    documentPageOf(deps, link),
    deps.callAsService(call).then((options) => findLogo(deps, ownerId, options)),
  ]);
  const data = new TextEncoder().encode(renderPage(page, { language, token, logoUrl: toDataUrl(logo) }));
  return { page: { contentType: 'text/html; charset=utf-8', data }, contentSecurityPolicy: PAGE_POLICY };
};

/** The logo as a data URL (RFC 2397), so that nothing has to be loaded; empty when there is none. */
function toDataUrl(logo: LogoFile | undefined): string {
  return logo === undefined ? '' : `data:${logo.contentType};base64,${Buffer.from(logo.data).toString('base64')}`;
}
