import { ConnectError } from '@connectrpc/connect';
import { sql } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  RecurringInvoice_Frequency,
  RecurringInvoice_Mode,
} from '../../../gen/numer/invoice/v1/recurring_invoice_pb.ts';
import { isDatabaseUnavailable } from '../../../runtime/database/postgres-error.ts';
import { waitUntil } from '../../../runtime/testing/wait-until.ts';
import { type Replica, recurringOf, startReplica } from '../testing/recurring-of.ts';
import { type InvoiceTestService, type Owner, startInvoiceService } from '../testing/start-invoice-service.ts';
import { tallyAfter, tallyOccurrences } from '../testing/tally-occurrences.ts';

const { DAY, MONTH } = RecurringInvoice_Frequency;

let service: InvoiceTestService;
let replicas: Replica[];
beforeAll(async () => {
  service = await startInvoiceService();
  replicas = Array.from({ length: 4 }, () => startReplica(service));
});
afterEach(async () => {
  service.clock.set('2026-03-01T12:00:00Z');
  await service.db.execute(sql`delete from recurring_invoices`);
});
afterAll(async () => {
  await Promise.all(replicas.map((replica) => replica.stop()));
  await service.stop();
});

/** More than one search of a replica finds, and as many of each mode. */
const MANY = 105;

const PATIENCE = { timeoutMs: 100_000 } as const;

/** Adds recurring invoices, spread evenly over the modes. */
async function make(owner: Owner, count: number, init: Parameters<ReturnType<typeof recurringOf>['make']>[0]) {
  const recurring = recurringOf(service, owner);
  const modes = [RecurringInvoice_Mode.DRAFT, RecurringInvoice_Mode.FINALIZE, RecurringInvoice_Mode.SEND];
  const made = Array.from({ length: count }, (_, index) => recurring.make({ mode: modes[index % 3] ?? 0, ...init }));
  return (await Promise.all(made)).map(({ id }) => id);
}

/** The tally after this many occurrences, spread evenly over the modes. */
function expected(count: number) {
  return tallyAfter({ drafts: count / 3, finalized: count / 3, sent: count / 3 });
}

async function runAll(): Promise<void> {
  await Promise.all(replicas.map((replica) => replica.run()));
}

describe('four replicas at once', () => {
  test(`make each of ${MANY} due occurrences once, and number the opened ones without a gap`, async () => {
    const owner = service.newOwner();
    await make(owner, MANY, { frequency: MONTH });
    service.clock.set('2026-03-31T00:00:00Z');
    await runAll();
    // Replicas that found others at work have stopped; those others have finished.
    await runAll();
    expect(await tallyOccurrences(service, owner)).toEqual(expected(MANY));
    await runAll();
    expect(await tallyOccurrences(service, owner)).toEqual(expected(MANY));
  });

  test('catch up on each date once, also while the clock jumps about', async () => {
    const owner = service.newOwner();
    await make(owner, 12, { frequency: DAY, startDate: '2026-03-02', count: 8 });
    const times = ['2026-03-04', '2026-03-02', '2026-03-07', '2026-03-01', '2026-03-09', '2026-03-05', '2026-03-09'];
    for (const time of times) {
      service.clock.set(`${time}T00:00:00Z`);
      // The next jump comes while replicas are still at work.
      await Promise.race(replicas.map((replica) => replica.run()));
    }
    service.clock.set('2026-03-31T00:00:00Z');
    await waitUntil(async () => {
      await runAll();
      return (await tallyOccurrences(service, owner)).done === 96;
    }, PATIENCE);
    expect(await tallyOccurrences(service, owner)).toEqual(expected(96));
  }, 120_000);
});

// Last, because what it does to the pools would affect a test after it.
test(`four replicas make each of ${MANY} due occurrences once while their connections are killed all the time`, async () => {
  const owner = service.newOwner();
  await make(owner, MANY, { frequency: MONTH });
  service.clock.set('2026-03-31T00:00:00Z');
  const outcome = { isDone: false };
  // So that a failing test ends as well.
  const deadline = performance.now() + PATIENCE.timeoutMs;
  let kills = 0;
  const killing = (async () => {
    while (!outcome.isDone && kills < 150) {
      const killed = await service.db
        .execute(
          sql`select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid() and state = 'active'
              and application_name = 'numer-invoice'`,
        )
        .catch(() => []);
      kills += killed.length;
    }
  })();
  const runUntilDone = async (replica: Replica) => {
    while (!outcome.isDone && performance.now() < deadline) {
      try {
        await replica.run();
        outcome.isDone ||= kills > 20 && (await tallyOccurrences(service, owner)).done === MANY;
      } catch (error) {
        if (!isDatabaseUnavailable(error)) throw ConnectError.from(error);
      }
    }
  };
  await Promise.all(replicas.map(runUntilDone)).finally(() => {
    outcome.isDone = true;
  });
  await killing;
  // The last kill may have hit a connection that nobody has used since.
  expect(await waitUntil(() => tallyOccurrences(service, owner))).toEqual(expected(MANY));
}, 120_000);
