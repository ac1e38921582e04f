import type { Call } from '../../runtime/call.ts';
import type { EventContext } from '../../runtime/events/outbox.ts';

/** What events say besides their message: `version` is that of what they are about, after a change by the caller. */
export function eventContext(call: Call, version: bigint, time: Date): EventContext {
  return {
    source: 'invoice',
    version,
    ownerId: call.user.userId,
    actor: call.user.actor,
    requestId: call.requestId,
    callerAddress: call.callerAddress,
    traceparent: call.traceparent === '' ? undefined : call.traceparent,
    time,
  };
}
