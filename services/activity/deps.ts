import { type Client, createClient } from '@connectrpc/connect';
import { InvoiceService } from '../../gen/numer/invoice/v1/invoice_service_pb.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Database } from '../../runtime/database/database.ts';
import { prepareOnFirstUse } from '../../runtime/database/prepare-on-first-use.ts';
import type { ServiceBase } from '../../runtime/process/service.ts';
import { prepareEraseNext } from './store/erase-activities.ts';
import { prepareEraseAddresses } from './store/erase-addresses.ts';
import { prepareFindHead } from './store/find-head.ts';
import { prepareFindUnchained } from './store/find-unchained.ts';
import { prepareListInvoiceActivities, prepareListUserActivities } from './store/list-activities.ts';
import { prepareListChain } from './store/list-chain.ts';
import { prepareRecordActivities } from './store/record-activities.ts';

/** What the RPCs, the consumer and the jobs of the activity service work with. */
export interface Deps {
  readonly clock: Clock;
  readonly invoices: Client<typeof InvoiceService>;
  readonly store: Store;
}

/** The queries of the activity service. */
export type Store = ReturnType<typeof prepareStore>;

/** Prepares every statement and client once. */
export function createDeps({ db, clock, transportTo }: ServiceBase): Deps {
  return { clock, invoices: createClient(InvoiceService, transportTo('invoice')), store: prepareStore(db) };
}

function prepareStore(db: Database) {
  return prepareOnFirstUse(db, {
    listInvoiceActivities: prepareListInvoiceActivities,
    listUserActivities: prepareListUserActivities,
    recordActivities: prepareRecordActivities,
    listChain: prepareListChain,
    findHead: prepareFindHead,
    findUnchained: prepareFindUnchained,
    eraseNext: prepareEraseNext,
    eraseAddresses: prepareEraseAddresses,
  });
}
