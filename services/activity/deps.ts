import { type Client, createClient } from '@connectrpc/connect';
import { InvoiceService } from '../../gen/numer/invoice/v1/invoice_service_pb.ts';
import type { ServiceBase } from '../../runtime/service.ts';
import { prepareListInvoiceActivities, prepareListUserActivities } from './store/list-activities.ts';
import { prepareRecordActivities } from './store/record-activities.ts';

/** What the RPCs and the consumer of the activity service work with. */
export interface Deps {
  readonly invoices: Client<typeof InvoiceService>;
  readonly store: {
    readonly listInvoiceActivities: ReturnType<typeof prepareListInvoiceActivities>;
    readonly listUserActivities: ReturnType<typeof prepareListUserActivities>;
    readonly recordActivities: ReturnType<typeof prepareRecordActivities>;
  };
}

/** Prepares every statement and client once. */
export function createDeps({ db, transportTo }: ServiceBase): Deps {
  return {
    invoices: createClient(InvoiceService, transportTo('invoice')),
    store: {
      listInvoiceActivities: prepareListInvoiceActivities(db),
      listUserActivities: prepareListUserActivities(db),
      recordActivities: prepareRecordActivities(db),
    },
  };
}
