import type { MessageInitShape } from '@bufbuild/protobuf';
import type { Invoice } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import {
  type Occurrence,
  type RecurringInvoice,
  RecurringInvoice_Frequency,
  type RecurringInvoiceSchema,
} from '../../../gen/numer/invoice/v1/recurring_invoice_pb.ts';
import { RecurringInvoiceService } from '../../../gen/numer/invoice/v1/recurring_invoice_service_pb.ts';
import { closeDatabase, openDatabase } from '../../../runtime/database/database.ts';
import { silentLog } from '../../../runtime/process/log.ts';
import { createDeps, type Deps } from '../deps.ts';
import { makeOccurrences } from '../jobs/make-occurrences.ts';
import { type InvoiceTestService, LINE, type Owner, required } from './start-invoice-service.ts';

/** Fields of a recurring invoice. */
export type RecurringInit = Exclude<MessageInitShape<typeof RecurringInvoiceSchema>, { readonly $typeName: string }>;

/** The recurring invoices of an owner, called with these headers. */
export function recurringOf(service: InvoiceTestService, owner: Owner, headers: Record<string, string> = {}) {
  const client = service.client(RecurringInvoiceService, owner.identity, headers);
  const occurrences = async (recurringInvoiceId: string): Promise<Occurrence[]> =>
    (await client.listOccurrences({ recurringInvoiceId, pageSize: 100 })).occurrences;
  return {
    client,
    /** Makes one over 119.00 EUR, monthly from 2026-03-31 on, due 14 days after. */
    async make({ invoice, ...init }: RecurringInit = {}): Promise<RecurringInvoice> {
      const content = { customerId: owner.customerId, currencyCode: 'EUR', lines: [LINE], ...invoice };
      const schedule = { frequency: RecurringInvoice_Frequency.MONTH, startDate: '2026-03-31', dueDays: 14 };
      const recurringInvoice = { ...schedule, ...init, invoice: content };
      return required((await client.createRecurringInvoice({ recurringInvoice })).recurringInvoice);
    },
    async get(recurringInvoiceId: string): Promise<RecurringInvoice> {
      return required((await client.getRecurringInvoice({ recurringInvoiceId })).recurringInvoice);
    },
    /** Changes the given fields; paths are those of the proto, e.g. `invoice.memo`. */
    async change(
      recurringInvoice: MessageInitShape<typeof RecurringInvoiceSchema>,
      ...paths: string[]
    ): Promise<RecurringInvoice> {
      const answer = await client.updateRecurringInvoice({ recurringInvoice, updateMask: { paths } });
      return required(answer.recurringInvoice);
    },
    occurrences,
    /** The dates that invoices were made for, earliest first. */
    async dates(id: string): Promise<string[]> {
      return (await occurrences(id)).map(({ occurrenceDate }) => occurrenceDate).toReversed();
    },
    /** The invoices that were made, by their dates. */
    async invoices(id: string): Promise<Invoice[]> {
      const ids = (await occurrences(id)).map(({ invoiceId }) => invoiceId).toReversed();
      const answers = ids.map((invoiceId) => owner.invoices.getInvoice({ invoiceId }));
      return (await Promise.all(answers)).map(({ invoice }) => required(invoice));
    },
  };
}

/** A further process of the service that runs only the job. */
export interface Replica {
  readonly deps: Deps;
  /** Runs the job at the present time of the service's clock. */
  run(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a replica with connections of its own. */
export function startReplica(service: InvoiceTestService): Replica {
  const db = openDatabase({ url: service.databaseUrl, applicationName: 'numer-invoice', connectionsMax: 4 });
  const deps = createDeps({
    db,
    clock: service.clock,
    log: silentLog(),
    transportTo: () => service.userService.transport,
    callAsService: async () => ({}),
  });
  return {
    deps,
    run: () => makeOccurrences.run(deps, service.clock.now(), new AbortController().signal),
    stop: () => closeDatabase(db),
  };
}
