import { DomainError } from '../../runtime/call/errors.ts';
import type { Deps } from './deps.ts';

/** This many failures keep an address from signing in until the window that began with the first of them is over. */
export const FAILURES_MAX = 10;
const FAILURES_WINDOW_MS = 15 * 60_000;

/** Counts a wrong password against the address. */
export async function countFailure({ store }: Deps, emailDigest: Uint8Array, now: Date): Promise<void> {
  await store.recordSignInFailure({ emailDigest, now, expireTime: new Date(now.getTime() + FAILURES_WINDOW_MS) });
}

/** The refusal of an address that has failed too often; it may be tried again at `retryTime`. */
export function tooManyFailures(retryTime: Date, now: Date): DomainError {
  const retryAfterSeconds = String(Math.max(1, Math.ceil((retryTime.getTime() - now.getTime()) / 1000)));
  return new DomainError(
    'exhausted',
    'RATE_LIMITED',
    'Signing in with this email address has failed too often; try again later.',
    { metadata: { retryAfterSeconds } },
  );
}
