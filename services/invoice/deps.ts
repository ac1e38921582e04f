import { type Client, createClient } from '@connectrpc/connect';
import { CustomerService } from '../../gen/numer/user/v1/customer_service_pb.ts';
import { UserService } from '../../gen/numer/user/v1/user_service_pb.ts';
import { createIdempotencyStore, type IdempotencyStore } from '../../runtime/call/idempotency.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Logger } from '../../runtime/process/log.ts';
import type { ServiceBase } from '../../runtime/process/service.ts';
import { createKnownCustomers, type KnownCustomers } from './invoices/parties.ts';
import { createSettingsCache, type SettingsCache } from './settings/account-settings.ts';
import { createStore, type Store } from './store/store.ts';

/** What the RPCs, consumers and jobs of the service work with. */
export interface Deps {
  readonly clock: Clock;
  readonly log: Logger;
  readonly store: Store;
  /** For calls that are done in parts. */
  readonly idempotency: IdempotencyStore;
  readonly settings: SettingsCache;
  readonly customers: Client<typeof CustomerService>;
  readonly users: Client<typeof UserService>;
  /** Call options under the service's own identity. */
  readonly callAsService: ServiceBase['callAsService'];
  readonly knownCustomers: KnownCustomers;
}

/** Makes the statements, which are prepared on first use, and the clients. */
export function createDeps(base: Omit<ServiceBase, 'callFor' | 'callAsReader'>): Deps {
  const userService = base.transportTo('user');
  const store = createStore(base.db);
  return {
    clock: base.clock,
    log: base.log,
    store,
    idempotency: createIdempotencyStore(base.db),
    settings: createSettingsCache(store.getInvoiceSettings),
    customers: createClient(CustomerService, userService),
    users: createClient(UserService, userService),
    callAsService: base.callAsService,
    knownCustomers: createKnownCustomers(),
  };
}
