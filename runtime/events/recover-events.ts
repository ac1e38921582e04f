import type { Database } from '../database/database.ts';
import type { Logger } from '../process/log.ts';
import type { EventStore } from './bus.ts';
import { republishEvents } from './published-events.ts';

/** What a recovery works with. */
export interface RecoveryOptions {
  /** The service's own database. */
  readonly db: Database;
  readonly store: EventStore | undefined;
  readonly service: string;
  readonly log: Logger;
}

const ALL = new Date(0);

/**
 * Makes the check to run before events are published. Once in each session with the store, it looks whether the store
 * knows the service. If not, it is a new one or was emptied, and events that it was given may be lost: all published
 * events go back into the outbox. Gives false when that is not done, because the broker went away. Rejects when the
 * database is away.
 */
export function createRecovery({ db, store, service, log }: RecoveryOptions): () => Promise<boolean> {
  let checked: number | undefined;
  return async () => {
    if (store === undefined || store.session === checked) return true;
    const { session } = store;
    const isKnown = await store.knows(service);
    if (isKnown === undefined) return false;
    if (!isKnown) {
      const events = await republishEvents(db, ALL);
      if (events > 0) log.warn({ events }, 'the broker is new or was emptied; what it was given is published again');
      // Last, so that after an interruption all of it is done again.
      if (!(await store.introduce(service))) return false;
    }
    checked = session;
    return true;
  };
}
