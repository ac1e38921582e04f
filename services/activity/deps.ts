import { type Client, createClient } from '@connectrpc/connect';
import { InvoiceService } from '../../gen/numer/invoice/v1/invoice_service_pb.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { ServiceBase } from '../../runtime/process/service.ts';
import { createStore, type Store } from './store/store.ts';

/** What the RPCs, the consumer and the jobs of the activity service work with. */
export interface Deps {
  readonly clock: Clock;
  readonly invoices: Client<typeof InvoiceService>;
  readonly store: Store;
}

/** Prepares every statement and client once. */
export function createDeps({ db, clock, transportTo }: ServiceBase): Deps {
  return { clock, invoices: createClient(InvoiceService, transportTo('invoice')), store: createStore(db) };
}
