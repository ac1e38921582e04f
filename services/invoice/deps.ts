import { type Client, createClient } from '@connectrpc/connect';
import { CustomerService } from '../../gen/numer/user/v1/customer_service_pb.ts';
import { UserService } from '../../gen/numer/user/v1/user_service_pb.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { ServiceBase } from '../../runtime/service.ts';
import { createSettingsCache, type SettingsCache } from './account-settings.ts';
import { createStore, type Store } from './store/store.ts';

/** What the RPCs and consumers of the service work with. */
export interface Deps {
  readonly clock: Clock;
  readonly store: Store;
  readonly settings: SettingsCache;
  readonly customers: Client<typeof CustomerService>;
  readonly users: Client<typeof UserService>;
}

/** Prepares all statements and makes the clients. */
export function createDeps(base: ServiceBase): Deps {
  const userService = base.transportTo('user');
  const store = createStore(base.db);
  return {
    clock: base.clock,
    store,
    settings: createSettingsCache(store.getInvoiceSettings),
    customers: createClient(CustomerService, userService),
    users: createClient(UserService, userService),
  };
}
