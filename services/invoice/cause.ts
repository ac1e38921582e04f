import type { Call } from '../../runtime/call/call.ts';
import type { UserIdentity } from '../../runtime/call/identity.ts';
import { type EventContext, requestOf } from '../../runtime/events/outbox.ts';
import type { Deps } from './deps.ts';

/** For which user something is done, and by whom: by a call of theirs, or by this service itself. */
export type Cause = Pick<Call, 'requestId' | 'callerAddress' | 'traceparent' | 'idempotency'> & {
  readonly user: Pick<UserIdentity, 'userId' | 'actor' | 'timeZone'>;
};

/** What a job works with when it does something for one user. */
export interface JobContext {
  readonly deps: Deps;
  /** When the run began. */
  readonly now: Date;
  readonly cause: Cause;
}

/**
 * What an event with this cause carries besides its message; `version` is the version of its subject after the change.
 */
export function eventContext(cause: Cause, version: bigint, time: Date): EventContext {
  const { userId: ownerId, actor } = cause.user;
  return { source: 'invoice', version, ownerId, actor, ...requestOf(cause), time };
}
