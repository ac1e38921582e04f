import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { RefreshToken } from './credentials/refresh-tokens.ts';
import type { Deps } from './deps.ts';
import type { SessionOwner } from './store/rotate-refresh-token.ts';

/** The answer to a sign-in or refresh: the tokens of a session, and when the access token expires. */
export async function sessionTokens({ accessTokens }: Deps, session: SessionOwner, refresh: RefreshToken, now: Date) {
  const access = await accessTokens.issue(session, now);
  return {
    accessToken: access.token,
    refreshToken: refresh.token,
    expireTime: timestampFromDate(access.expireTime),
    userId: session.userId,
  };
}
