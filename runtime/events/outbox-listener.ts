import postgres from 'postgres';
import type { Database } from '../database/database.ts';

/** Listens for new outbox rows on a connection of its own. */
export interface OutboxListener {
  /** Opens the connection when there is none. Resolves without one when the database is away; call it again later. */
  ensure(): Promise<void>;
  close(): Promise<void>;
}

/**
 * The library's own `listen` does not come back from every outage, so the connection is watched and opened here:
 * `ensure` is called before each claim, and until it succeeds the relay's poll does the work alone.
 */
export function createOutboxListener(db: Database, onInsert: () => void): OutboxListener {
  let client: ReturnType<typeof postgres> | undefined;

  const discard = async (old: ReturnType<typeof postgres> | undefined): Promise<void> => {
    if (client === old) client = undefined;
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
    async close() {
      await discard(client);
    },
  };
}
