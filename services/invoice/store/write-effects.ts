import type { OutboxRow } from '../../../runtime/events/outbox.ts';
import type { idempotencyValues } from '../../../runtime/idempotency.ts';

/** What a write stores in the same statement as the change. */
export interface WriteEffects {
  readonly events: readonly OutboxRow[];
  /** Made by `idempotencyValues`. */
  readonly idempotency: ReturnType<typeof idempotencyValues>;
}
