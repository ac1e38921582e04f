import type { Job } from '../../../runtime/process/service.ts';
import { increasingUuid } from '../../../runtime/uuid.ts';
import type { Cause } from '../cause.ts';
import type { Deps } from '../deps.ts';
import { takeNextStep } from '../recurring-invoices/make-occurrence.ts';
import { openOccurrence } from '../recurring-invoices/open-occurrence.ts';
import type { RecurringRow } from '../store/recurring-schema.ts';

/** Most recurring invoices, or invoices to be opened, that one search finds. */
const BATCH = 100;

/** How many of them are worked on at once: few enough to leave connections for requests. */
const WORKERS = 4;

/**
 * Makes the invoices of recurring invoices and opens those that are to be opened. The clock only wakes it: the rows say
 * what is due. An invoice is made in the statement that moves its recurring invoice to the next date, so there is one
 * for each date despite restarts, replicas and clock jumps. Opening is a second statement; an invoice that is still to
 * be opened is found again.
 */
export const makeOccurrences: Job<Deps> = {
  name: 'make-occurrences',
  pattern: '*/5 * * * * *',
  async run(deps, now, signal) {
    // When nothing was done, nothing is due, or other replicas are at it and will finish.
    while (!signal.aborted && (await makeDue(deps, now, signal)) > 0);
    while (!signal.aborted && (await openPending(deps, now, signal)) > 0);
  },
};

async function makeDue(deps: Deps, now: Date, signal: AbortSignal): Promise<number> {
  const due = await deps.store.findDueRecurringInvoices(now, BATCH);
  const requestId = newRequestId();
  return workThrough(due, signal, (row) => takeNextStep({ deps, now, cause: causeOf(row, requestId) }, row));
}

async function openPending(deps: Deps, now: Date, signal: AbortSignal): Promise<number> {
  const pending = await deps.store.findPendingOccurrences(now, BATCH);
  if (pending.length === 0) return 0;
  const requestId = newRequestId();
  // While the user service cannot be reached, the invoices stay pending.
  const { parties } = await deps.users.batchGetParties(
    { keys: pending.map(({ occurrence, customerId }) => ({ userId: occurrence.ownerId, customerId })) },
    { ...(await deps.callAsService(requestId)), signal },
  );
  const found = pending.map((each, index) => ({ ...each, account: parties[index] }));
  // Invoices of one owner are opened one after the other: they would wait for each other at the counter, and this way
  // numbers follow dates.
  const byOwner = Map.groupBy(found, ({ occurrence }) => occurrence.ownerId).values();
  return workThrough([...byOwner], signal, async (occurrences) => {
    let isAny = false;
    for (const each of occurrences) {
      const context = { deps, now, cause: causeOf(each.recurring, requestId) };
      // Somebody else is opening this owner's invoices. Stop, because numbers are to follow the dates.
      if (!(await openOccurrence(context, each, each.account))) break;
      isAny = true;
    }
    return isAny;
  });
}

function newRequestId(): string {
  return `recurring-${increasingUuid()}`;
}

/** This service acts by itself, for the owner of the recurring invoice. */
function causeOf({ ownerId, timeZone }: RecurringRow, requestId: string): Cause {
  const user = { userId: ownerId, actor: 'service:invoice', timeZone };
  return { user, requestId, callerAddress: undefined, traceparent: '', idempotency: undefined };
}

/**
 * Works on the items, some at a time; gives how often something was done. Replicas begin at different places. An item
 * at which somebody else was faster does not hold back the others; a database that cannot be reached ends the work.
 */
async function workThrough<Item>(
  items: readonly Item[],
  signal: AbortSignal,
  work: (item: Item) => Promise<boolean>,
): Promise<number> {
  const start = Math.floor(Math.random() * items.length);
  const rest = [...items.slice(start), ...items.slice(0, start)];
  let done = 0;
  const worker = async () => {
    for (let item = rest.shift(); item !== undefined && !signal.aborted; item = rest.shift()) {
      if (await work(item)) done += 1;
    }
  };
  const outcomes = await Promise.allSettled(Array.from({ length: WORKERS }, worker));
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  return done;
}
