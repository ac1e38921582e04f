import { eq } from 'drizzle-orm';
import { outbox } from '../../../runtime/events/outbox.ts';
import { silentLog } from '../../../runtime/process/log.ts';
import { startTestService, type TestService } from '../../../runtime/testing/start-test-service.ts';
import { readWrittenEvents, type WrittenEvent } from '../../../runtime/testing/written-events.ts';
import { onAnyInvoiceEvent } from '../consumers/on-any-invoice-event.ts';
import { createDeps, type Deps } from '../deps.ts';
import { statsService } from '../service.ts';
import { type InvoiceServiceState, invoiceTransportOf } from './fake-invoice-service.ts';
import { createLedger, type InvoiceEvent, type Ledger, type LedgerInvoice, type Terms } from './ledger.ts';

/** The stats service with an invoice service beside it, which answers from a ledger. */
export interface StatsTestService extends TestService {
  readonly invoices: InvoiceServiceState;
  /** What consumers and jobs work with, to run them by hand. */
  readonly deps: Deps;
  /** Resets the invoice service to its state at the start, with a new ledger. */
  newLedger(): Ledger;
  /** Delivers events to the consumer. */
  apply(...events: readonly InvoiceEvent[]): Promise<void>;
  /** Creates and sends an invoice on the ledger, and delivers the events. */
  open(owner: { readonly userId: string }, terms: Terms): Promise<LedgerInvoice>;
  /** The events about the subject with this id, in the order of its versions. */
  eventsOf(subject: string): Promise<WrittenEvent[]>;
}

/** Starts the service on a database of its own at 2026-03-01T12:00:00Z. Stop it in `afterAll`. */
export async function startStatsService(definition: typeof statsService = statsService): Promise<StatsTestService> {
  const invoices: InvoiceServiceState = { ledger: createLedger(() => new Date()), afterPage: undefined, isOld: false };
  const transport = invoiceTransportOf(invoices);
  const service = await startTestService(definition, { transports: { invoice: transport } });
  const { db, clock } = service;
  const deps = createDeps({
    db,
    clock,
    log: silentLog(),
    transportTo: () => transport,
    callAsService: async () => ({ headers: { authorization: 'Bearer of the service' } }),
  });
  const apply: StatsTestService['apply'] = (...events) => onAnyInvoiceEvent.apply(deps, events);
  return {
    ...service,
    invoices,
    deps,
    newLedger() {
      const ledger = createLedger(clock.now);
      Object.assign(invoices, { ledger, afterPage: undefined, isOld: false });
      return ledger;
    },
    apply,
    async open({ userId }, terms) {
      const [invoice, created] = invoices.ledger.create(userId, terms);
      await apply(created, invoices.ledger.send(invoice));
      return invoice;
    },
    async eventsOf(subject) {
      const events = await readWrittenEvents(db, statsService.events, eq(outbox.subject, subject));
      return events.toSorted((one, other) => Number(one.version - other.version));
    },
  };
}
