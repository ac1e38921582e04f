import { randomUUID } from 'node:crypto';
import { closeDatabase, openDatabase } from '../../runtime/database/database.ts';
import { databaseUrlOf, ensureDatabase } from '../../runtime/database/ensure-database.ts';
import { migrate } from '../../runtime/database/migrate.ts';
import { prepareOutboxClaims } from '../../runtime/events/outbox-claims.ts';
import { openRelayConnection } from '../../runtime/events/relay-connection.ts';
import { migrationsOf } from '../../runtime/process/start-service.ts';
import { startThrowAwayPostgres } from '../../runtime/testing/throw-away-postgres.ts';
import { invoiceService } from '../../services/invoice/service.ts';
import { median } from './statistics.ts';

/** The cost of the statements of a relay after so many events were published. */
export interface ClaimCost {
  readonly published: number;
  readonly claimMs: number;
  readonly removeMs: number;
  /** Size of the table with its indexes and its out-of-line values. */
  readonly tableBytes: number;
}

/** As a relay claims them. */
const BATCH = 500;
/** Number of batches at the end of each step whose time counts. */
const TIMED = 40;
const STEPS = 4;

/** Works through an outbox like a relay, batch after batch, and measures at each quarter. */
export async function measureClaims(published: number, say: (text: string) => void): Promise<ClaimCost[]> {
  const server = await startThrowAwayPostgres();
  try {
    await ensureDatabase(server.url('postgres'), 'invoice');
    const url = databaseUrlOf(server.url('postgres'), 'invoice');
    await migrate(url, migrationsOf(invoiceService));
    const db = openDatabase({ url, applicationName: 'bench' });
    const relay = openRelayConnection(db, () => undefined);
    const claims = prepareOutboxClaims(relay.db, {
      batchSize: BATCH,
      bytesMax: 8 * 1024 * 1024,
      leaseMs: 10_000,
      retryMsMax: 5_000,
      keepsPublished: true,
    });
    await relay.setBusy(true);

    const pass = async () => {
      await db.$client`
        insert into outbox (id, topic, type, source, subject, version, actor, request_id, create_time, payload)
        select uuidv7(), 'invoice.created', 'numer.invoice.v1.InvoiceCreated', 'invoice', n::text, 1, 'user:1', 'r', now(),
          jsonb_build_object('text', repeat(md5(n::text), 30))
        from generate_series(1, ${BATCH}::integer) as n`;
      const token = randomUUID();
      const startTime = performance.now();
      const { rows } = await claims.claim(token);
      const claimTime = performance.now();
      await claims.remove(
        token,
        rows.map(({ id }) => id),
      );
      return { claimMs: claimTime - startTime, removeMs: performance.now() - claimTime };
    };
    const costs: ClaimCost[] = [];
    let done = 0;
    for (let step = 0; step <= STEPS; step++) {
      const goal = Math.max((published / STEPS) * step, done + TIMED * BATCH);
      const passes: Awaited<ReturnType<typeof pass>>[] = [];
      for (; done < goal; done += BATCH) passes.push(await pass());
      const timed = passes.slice(-TIMED);
      const [table] = await db.$client`select pg_total_relation_size('outbox')::float8 as bytes`;
      costs.push({
        published: done,
        claimMs: median(timed.map(({ claimMs }) => claimMs)),
        removeMs: median(timed.map(({ removeMs }) => removeMs)),
        tableBytes: table?.bytes,
      });
      say(`${done} events published: ${costs.at(-1)?.claimMs.toFixed(1)} ms to claim ${BATCH}`);
    }
    await relay.close();
    await closeDatabase(db);
    return costs;
  } finally {
    await server.stop();
  }
}
