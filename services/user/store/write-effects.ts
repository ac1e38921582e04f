import type { OutboxRow } from '../../../runtime/events/outbox.ts';
import type { idempotencyValues } from '../../../runtime/idempotency.ts';

/** What the write of a POST stores in the same statement as its change. */
export interface WriteEffects {
  readonly event: OutboxRow;
  /** Made by `idempotencyValues`. */
  readonly idempotency: ReturnType<typeof idempotencyValues>;
}
