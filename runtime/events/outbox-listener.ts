import postgres from 'postgres';
import type { Database } from '../database/database.ts';

/** Listens for new outbox rows on a connection of its own. */
export interface OutboxListener {
  /** Opens the connection when there is none. Resolves without one when the database is away; call it again later. */
  ensure(): Promise<void>;
  /**
   * Asks writers not to notify, or to notify again. A commit that notifies holds a lock over the whole cluster, its flush
   * to disk included, so under load it would make commits run one after the other: a relay that finds many rows needs no
   * notification to look for more. A lost connection ends it. Never rejects.
   */
  setBusy(isBusy: boolean): Promise<void>;
  /** Whether writers were asked not to notify. */
  readonly isBusy: boolean;
  close(): Promise<void>;
}

/**
 * The library's own `listen` does not come back from every outage, so the connection is watched and opened here:
 * `ensure` is called before each claim, and until it succeeds the relay's poll does the work alone.
 */
export function createOutboxListener(db: Database, onInsert: () => void): OutboxListener {
  let client: ReturnType<typeof postgres> | undefined;
  let isBusy = false;

  const discard = async (old: ReturnType<typeof postgres> | undefined): Promise<void> => {
    if (client === old) {
      client = undefined;
      isBusy = false;
    }
    await old?.end({ timeout: 0 }).catch(() => undefined);
  };

  return {
    async ensure() {
      if (client !== undefined) return;
      const options = {
        ...db.$client.options,
        max: 1,
        idle_timeout: 0,
        max_lifetime: 0,
        fetch_types: false,
        onnotify: onInsert,
        onclose: () => void discard(opened),
      };
      // The library takes its own parsed options (host, credentials, TLS) as they are, and `onnotify`; its types do not know.
      const opened = postgres(options as unknown as postgres.Options<Record<string, never>>);
      client = opened;
      try {
        await opened`listen outbox`;
        onInsert(); // rows may have come while nobody listened
      } catch {
        await discard(opened);
      }
    },
    get isBusy() {
      return isBusy;
    },
    async setBusy(shouldBeBusy) {
      if (client === undefined || shouldBeBusy === isBusy) return;
      try {
        const [row] = shouldBeBusy
          ? await client<{ done: boolean }[]>`select pg_try_advisory_lock(hashtext('outbox busy')) as done`
          : await client<{ done: boolean }[]>`select pg_advisory_unlock(hashtext('outbox busy')) as done`;
        isBusy = shouldBeBusy && row?.done === true;
      } catch {
        await discard(client);
      }
    },
    async close() {
      await discard(client);
    },
  };
}
