import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import {
  RecurringInvoice_CatchUp,
  RecurringInvoice_Frequency,
  RecurringInvoice_Mode,
} from '../../../gen/numer/invoice/v1/recurring_invoice_pb.ts';
import type { Store } from '../store/store.ts';
import { type Replica, recurringOf, startReplica } from '../testing/recurring-of.ts';
import { type InvoiceTestService, startInvoiceService } from '../testing/start-invoice-service.ts';
import { tallyAfter, tallyOccurrences } from '../testing/tally-occurrences.ts';
import { makeOccurrences } from './make-occurrences.ts';

const { DAY, WEEK, MONTH } = RecurringInvoice_Frequency;
const { ALL, SKIP } = RecurringInvoice_CatchUp;
const { DRAFT, FINALIZE, SEND } = RecurringInvoice_Mode;

const START = '2028-01-01';
/** How many days a test lasts. */
const DAYS = 200;
const DAY_MS = 86_400_000;

let service: InvoiceTestService;
let replicas: Replica[];
beforeAll(async () => {
  service = await startInvoiceService();
  replicas = Array.from({ length: 3 }, () => startReplica(service));
});
afterEach(async () => {
  await service.db.execute(sql`delete from recurring_invoices`);
});
afterAll(async () => {
  await Promise.all(replicas.map((replica) => replica.stop()));
  await service.stop();
});

/** A day of the test, `YYYY-MM-DD`, this many days after its start. */
function dayAt(offset: number): string {
  return dateOf(Date.parse(START) + offset * DAY_MS);
}

function dateOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

/** Recurring invoices with up to some dozens of dates, and both kinds of ends. */
const anyRecurring = fc.record({
  rhythm: fc.constantFrom(
    { frequency: DAY, interval: 4 },
    { frequency: DAY, interval: 9 },
    { frequency: WEEK, interval: 2 },
    { frequency: MONTH, interval: 1 },
    { frequency: MONTH, interval: 2 },
  ),
  // Month ends and the leap day are as likely as all others together.
  startDate: fc.oneof(fc.constantFrom('2028-01-31', '2028-02-29', '2028-03-31'), fc.nat({ max: 90 }).map(dayAt)),
  end: fc.oneof(
    fc.constant({}),
    fc.record({ count: fc.integer({ min: 1, max: 12 }) }),
    fc.record({ endDate: fc.integer({ min: 91, max: DAYS }).map(dayAt) }),
  ),
  catchUp: fc.constantFrom(ALL, SKIP),
  mode: fc.constantFrom(DRAFT, FINALIZE, SEND),
});
type Recurring = typeof anyRecurring extends fc.Arbitrary<infer Value> ? Value : never;

/**
 * Where the process of a replica ends: at this one of its writes, before it is made or when the answer is on its way.
 */
const anyCrash = fc.record({ atWrite: fc.integer({ min: 1, max: 12 }), isMade: fc.boolean() });
type Crash = typeof anyCrash extends fc.Arbitrary<infer Value> ? Value : never;

/**
 * A day on which replicas wake up at once, not always later than the previous one, and where each of them crashes, if
 * it does.
 */
const anyWake = fc.record({
  day: fc.nat({ max: DAYS }).map(dayAt),
  crashes: fc.array(fc.option(anyCrash, { nil: undefined }), { minLength: 1, maxLength: 3 }),
});

/** All dates up to the last day of the test, calculated the slow way. */
function datesOf({ rhythm: { frequency, interval }, startDate, end }: Recurring): string[] {
  const { count = Number.POSITIVE_INFINITY, endDate = dayAt(DAYS) } = end as { count?: number; endDate?: string }; // one or none
  const [year = 0, month = 0, day = 0] = startDate.split('-').map(Number);
  const dates: string[] = [];
  for (let step = 0; dates.length < count; step += interval) {
    const lastDay = new Date(Date.UTC(year, month + step, 0)).getUTCDate();
    const date =
      frequency === MONTH
        ? dateOf(Date.UTC(year, month - 1 + step, Math.min(day, lastDay)))
        : dateOf(Date.parse(startDate) + step * (frequency === WEEK ? 7 : 1) * DAY_MS);
    if (date > endDate || date > dayAt(DAYS)) break;
    dates.push(date);
  }
  return dates;
}

/**
 * The dates that must and may be made. One that would be skipped has to be made only when a replica wakes on that day
 * and does not crash.
 */
function dueOf(recurring: Recurring, wakes: readonly { readonly day: string; readonly crashes: readonly unknown[] }[]) {
  let latest = '';
  const inTime = new Set<string>();
  const perhaps = new Set<string>();
  for (const { day, crashes } of wakes) {
    // After a later day the date may be skipped already, and a replica that finds others at work relies on them to
    // finish.
    if (day >= latest && crashes.every((crash) => crash === undefined)) inTime.add(day);
    perhaps.add(day);
    if (day > latest) latest = day;
  }
  const dates = datesOf(recurring);
  if (recurring.catchUp === ALL) return { must: dates, may: dates };
  return { must: dates.filter((date) => inTime.has(date)), may: dates.filter((date) => perhaps.has(date)) };
}

/** What ends a process. */
class Crashed extends Error {}

/** Runs the job as a process that ends at a write: nothing after that is done. */
async function runUntil({ deps }: Replica, crash: Crash | undefined): Promise<void> {
  const life = new AbortController();
  let writes = 0;
  const mortal = <Args extends unknown[], Result>(write: (...args: Args) => Promise<Result>) => {
    return async (...args: Args): Promise<Result> => {
      writes += 1;
      const isLast = writes === crash?.atWrite;
      if (life.signal.aborted || (isLast && !crash?.isMade)) {
        life.abort();
        throw new Crashed();
      }
      const result = await write(...args);
      if (isLast) life.abort();
      if (life.signal.aborted) throw new Crashed();
      return result;
    };
  };
  const { makeOccurrence, moveRecurringInvoice, openInvoice, settleOccurrence, failOccurrence } = deps.store;
  const store: Store = {
    ...deps.store,
    makeOccurrence: mortal(makeOccurrence),
    moveRecurringInvoice: mortal(moveRecurringInvoice),
    openInvoice: mortal(openInvoice),
    settleOccurrence: mortal(settleOccurrence),
    failOccurrence: mortal(failOccurrence),
  };
  await makeOccurrences.run({ ...deps, store }, service.clock.now(), life.signal).catch((error: unknown) => {
    if (!life.signal.aborted) throw error;
  });
}

test('each date has one invoice, whatever the schedule, whoever wakes up when, and wherever processes end', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyRecurring, { minLength: 1, maxLength: 4 }),
      fc.array(anyWake, { maxLength: 8 }),
      async (recurrings, chance) => {
        service.clock.set(`${START}T00:00:00Z`);
        const owner = service.newOwner();
        const api = recurringOf(service, owner);
        const ids: string[] = [];
        for (const { rhythm, end, ...rest } of recurrings)
          ids.push((await api.make({ ...rhythm, ...end, ...rest })).id);

        const wakes = [...chance, { day: dayAt(DAYS), crashes: [undefined, undefined, undefined] }];
        for (const { day, crashes } of wakes) {
          service.clock.set(`${day}T00:00:00Z`);
          await Promise.all(
            replicas.slice(0, crashes.length).map((replica, index) => runUntil(replica, crashes[index])),
          );
        }
        // Replicas that found others at work have stopped; those others have finished.
        await replicas[0]?.run();

        const made = await Promise.all(ids.map((id) => api.dates(id)));
        const counts = { drafts: 0, finalized: 0, sent: 0 };
        for (const [index, recurring] of recurrings.entries()) {
          const { must, may } = dueOf(recurring, wakes);
          const dates = made[index] ?? [];
          expect(dates).toEqual([...new Set(dates)]);
          expect(must.filter((date) => !dates.includes(date))).toEqual([]);
          expect(dates.filter((date) => !may.includes(date))).toEqual([]);
          const outcome = { [DRAFT]: 'drafts', [FINALIZE]: 'finalized', [SEND]: 'sent' } as const;
          counts[outcome[recurring.mode]] += dates.length;
        }
        expect(await tallyOccurrences(service, owner)).toEqual(tallyAfter(counts));
        await service.db.execute(sql`delete from recurring_invoices`);
      },
    ),
    { numRuns: 15 },
  );
}, 240_000);
