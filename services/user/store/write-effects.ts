import type { OutboxRow } from '../../../runtime/events/outbox.ts';
import type { idempotencyValues } from '../../../runtime/idempotency.ts';

/** What a write stores in the same statement as its change. */
export interface WriteEffects {
  readonly event: OutboxRow;
  /** Made by `idempotencyValues`. */
  readonly idempotency: ReturnType<typeof idempotencyValues>;
}
