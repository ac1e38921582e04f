import { type Client, createClient } from '@connectrpc/connect';
import { InvoiceService } from '../../gen/numer/invoice/v1/invoice_service_pb.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Logger } from '../../runtime/process/log.ts';
import type { ServiceBase } from '../../runtime/process/service.ts';
import { createStore, type Store } from './store/store.ts';

/** What the RPCs, consumers and jobs of the stats service work with. */
export interface Deps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly invoices: Client<typeof InvoiceService>;
  readonly callAsService: ServiceBase['callAsService'];
  readonly store: Store;
}

/** Prepares every statement and client once. */
export function createDeps({
  clock,
  log,
  db,
  transportTo,
  callAsService,
}: Omit<ServiceBase, 'callFor' | 'callAsReader'>): Deps {
  return {
    clock,
    log,
    invoices: createClient(InvoiceService, transportTo('invoice')),
    callAsService,
    store: createStore(db),
  };
}
