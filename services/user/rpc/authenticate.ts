import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { SessionService } from '../../../gen/numer/user/v1/session_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { DomainError } from '../../../runtime/call/errors.ts';
import { isApiKey } from '../credentials/api-keys.ts';
import { digestOf } from '../credentials/secrets.ts';
import type { Deps } from '../deps.ts';

/**
 * Tells who an access token or API key belongs to. Throws UNAUTHENTICATED, which says whether an access token has
 * expired and nothing else about why.
 */
export const authenticate: Rpc<Deps, typeof SessionService.method.authenticate> = (deps, { token }) =>
  isApiKey(token) ? authenticateApiKey(deps, token) : authenticateAccessToken(deps, token);

async function authenticateApiKey({ store }: Deps, token: string) {
  const found = await store.findApiKey(digestOf(token));
  if (found === undefined) throw unauthenticated('The API key is invalid.');
  const { readOnly, ...identity } = found;
  return { ...identity, canWrite: !readOnly };
}

async function authenticateAccessToken({ store, accessTokens, clock }: Deps, token: string) {
  const now = clock.now();
  const claims = await accessTokens.verify(token, now);
  if (claims === 'expired') throw unauthenticated('The access token has expired.');
  // A token can outlive its session by minutes, so the session is looked up too.
  const session = claims === 'invalid' ? undefined : await store.findSession(claims, now);
  if (claims === 'invalid' || session === undefined) throw unauthenticated('The access token is invalid.');
  const { userId, sessionId, expireTime } = claims;
  return { ...session, userId, sessionId, canWrite: true, expireTime: timestampFromDate(expireTime) };
}

function unauthenticated(message: string): DomainError {
  return new DomainError('unauthenticated', 'UNAUTHENTICATED', message);
}
