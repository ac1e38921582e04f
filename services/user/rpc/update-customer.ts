import { CustomerSchema } from '../../../gen/numer/user/v1/customer_pb.ts';
import { type CustomerService, UpdateCustomerResponseSchema } from '../../../gen/numer/user/v1/customer_service_pb.ts';
import { type Rpc, requireVersion } from '../../../runtime/call/call.ts';
import { keepAnswer } from '../../../runtime/call/call-parts.ts';
import { compareAndSet } from '../../../runtime/call/compare-and-set.ts';
import { idempotencyValues } from '../../../runtime/call/idempotency.ts';
import { applyUpdateMask } from '../../../runtime/call/update-mask.ts';
import { requireValid } from '../../../runtime/interceptors/validate.ts';
import { requireUuid } from '../../../runtime/uuid.ts';
import { customerColumns, toCustomer } from '../convert.ts';
import { findOwnCustomer } from '../customers/own-customer.ts';
import { requireCcEmails } from '../customers/require-cc-emails.ts';
import type { Deps } from '../deps.ts';
import { changesBetween, customerUpdated, occasionOf } from '../events.ts';
import { requireIdentifiers } from '../require-identifiers.ts';

/** Changes the named fields of a customer of the caller. Throws CUSTOMER_NOT_FOUND and ETAG_MISMATCH. */
export const updateCustomer: Rpc<Deps, typeof CustomerService.method.updateCustomer> = (deps, request, call) =>
  compareAndSet(async () => {
    const row = await findOwnCustomer(deps, requireUuid(request.customer?.id ?? '', 'customer.id'), call);
    requireVersion(call, row.version);
    const present = toCustomer(row);
    const asked = applyUpdateMask(CustomerSchema, present, request.customer, request.updateMask);
    requireValid(CustomerSchema, asked, 'customer.');
    requireIdentifiers(asked, 'customer.');
    requireCcEmails(asked, 'customer.');
    const changed = { ...row, ...customerColumns(asked) };
    const after = toCustomer(changed);
    const changes = changesBetween(CustomerSchema, present, after);
    const now = deps.clock.now();
    if (changes.length === 0) {
      const answer = { customer: present };
      return keepAnswer(deps.idempotency, call, { schema: UpdateCustomerResponseSchema, answer, now });
    }

    const version = row.version + 1n;
    const customer = toCustomer({ ...changed, updateTime: now, version });
    const event = customerUpdated(customer, changes, version, occasionOf(call, now));
    const idempotency = idempotencyValues(call, UpdateCustomerResponseSchema, { customer }, now);
    const isWritten = await deps.store.updateCustomer(
      { ...changed, updateTime: now },
      { events: [event], idempotency },
    );
    return isWritten ? { customer } : undefined;
  });
