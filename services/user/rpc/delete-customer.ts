import { type CustomerService, DeleteCustomerResponseSchema } from '../../../gen/numer/user/v1/customer_service_pb.ts';
import { type Rpc, requireVersion } from '../../../runtime/call/call.ts';
import { compareAndSet } from '../../../runtime/call/compare-and-set.ts';
import { idempotencyValues } from '../../../runtime/call/idempotency.ts';
import { toCustomer } from '../convert.ts';
import { findOwnCustomer } from '../customers/own-customer.ts';
import type { Deps } from '../deps.ts';
import { customerDeleted, occasionOf } from '../events.ts';

/** Deletes a customer of the caller. Throws CUSTOMER_NOT_FOUND and ETAG_MISMATCH. */
export const deleteCustomer: Rpc<Deps, typeof CustomerService.method.deleteCustomer> = (deps, request, call) =>
  compareAndSet(async () => {
    const row = await findOwnCustomer(deps, request.customerId, call);
    requireVersion(call, row.version);
    const now = deps.clock.now();
    const isDeleted = await deps.store.deleteCustomer(row, {
      events: [customerDeleted(toCustomer(row), row.version + 1n, occasionOf(call, now))],
      idempotency: idempotencyValues(call, DeleteCustomerResponseSchema, {}, now),
    });
    return isDeleted ? {} : undefined;
  });
