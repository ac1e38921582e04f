import { type Call, HEADER } from '../../../runtime/call/call.ts';
import { DomainError } from '../../../runtime/call/errors.ts';
import type { Deps } from '../deps.ts';
import { required } from '../required.ts';
import { type DocumentReference, isTokenOf, readLinkToken } from './link-token.ts';

/** The actor who reads for whoever has a link. Changes are made by customers. */
export const LINK_READER = 'service:notification';

/** The document that a link leads to, and the calls that may be made for it. */
export interface FollowedLink {
  readonly document: DocumentReference;
  /** IANA time zone of the owner, whose calendar days count. */
  readonly timeZone: string;
  /** A call for the owner that only reads. */
  readonly reading: Call;
  /** A call for the owner by which a customer changes something. */
  changing(customerId: string): Promise<Call>;
}

/**
 * Finds out where a token leads. The owner is the one that the token was made for, as its tag proves.
 *
 * @throws DomainError NOT_FOUND when it leads nowhere: it is malformed or made up, the link was rotated or revoked, or the account is gone.
 */
export async function followLink(deps: Deps, token: string, call: Call): Promise<FollowedLink> {
  const claimed = readLinkToken(token);
  if (claimed === undefined) throw leadsNowhere();
  const { document } = claimed;
  const row = await deps.store.findDocumentLink(document);
  if (row?.revoked === true || !isTokenOf(deps.webhookKey, claimed, row?.version ?? 0n)) throw leadsNowhere();
  const as = (actor: string, canWrite: boolean, owner: { timeZone: string; defaultCurrencyCode: string }) =>
    deps.callFor(call, { kind: 'user', userId: document.ownerId, sessionId: '', actor, canWrite, ...owner });
  // The user service knows at once that an account is gone, long before everything it leaves behind is erased.
  const asking = await as(LINK_READER, false, { timeZone: 'UTC', defaultCurrencyCode: '' });
  const { user } = await deps.users.getUser({ userId: document.ownerId }, asking.forward());
  const { timeZone, defaultCurrencyCode } = required(user, 'user');
  const owner = { timeZone, defaultCurrencyCode };
  return {
    document,
    timeZone,
    reading: await as(LINK_READER, false, owner),
    changing: (customerId) => as(`customer:${customerId}`, true, owner),
  };
}

/** Options of a call for the owner that succeeds only while the resource has this etag. */
export function onlyAt(call: Call, etag: string) {
  const options = call.forward();
  const headers = new Headers(options.headers);
  headers.set(HEADER.ifMatch, etag);
  return { ...options, headers };
}

/** The error for a link that leads nowhere, whatever the reason. */
export function leadsNowhere(): DomainError {
  return new DomainError('missing', 'NOT_FOUND', 'There is no such document.');
}
