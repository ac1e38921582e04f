import { type CallOptions, type Client, createClient } from '@connectrpc/connect';
import { InvoiceService } from '../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { createIdempotencyStore, type IdempotencyStore } from '../../runtime/call/idempotency.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Logger } from '../../runtime/process/log.ts';
import type { ServiceBase } from '../../runtime/process/service.ts';
import { createStore, type Store } from './store/store.ts';

/** What the RPCs, consumers and jobs of the reminder service work with. */
export interface Deps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly invoices: Client<typeof InvoiceService>;
  callAsService(requestId: string): Promise<CallOptions>;
  /** For requests that turn out to change nothing. */
  readonly idempotency: IdempotencyStore;
  readonly store: Store;
}

/** Prepares every statement and client once. */
export function createDeps({
  db,
  clock,
  log,
  transportTo,
  callAsService,
}: Omit<ServiceBase, 'callFor' | 'callAsReader'>): Deps {
  return {
    clock,
    log,
    invoices: createClient(InvoiceService, transportTo('invoice')),
    callAsService,
    idempotency: createIdempotencyStore(db),
    store: createStore(db),
  };
}
