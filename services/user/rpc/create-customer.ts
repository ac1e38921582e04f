import { create } from '@bufbuild/protobuf';
import { CustomerSchema } from '../../../gen/numer/user/v1/customer_pb.ts';
import { CreateCustomerResponseSchema, type CustomerService } from '../../../gen/numer/user/v1/customer_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { idempotencyValues } from '../../../runtime/call/idempotency.ts';
import { increasingUuid } from '../../../runtime/uuid.ts';
import { customerColumns, toCustomer } from '../convert.ts';
import { requireCcEmails } from '../customers/require-cc-emails.ts';
import type { Deps } from '../deps.ts';
import { customerCreated, FIRST_VERSION, occasionOf } from '../events.ts';
import { requireIdentifiers } from '../require-identifiers.ts';

/** Adds a customer of the caller. */
export const createCustomer: Rpc<Deps, typeof CustomerService.method.createCustomer> = async (deps, request, call) => {
  const asked = request.customer ?? create(CustomerSchema); // the schema requires it
  requireIdentifiers(asked, 'customer.');
  requireCcEmails(asked, 'customer.');
  const now = deps.clock.now();
  const row = {
    ...customerColumns(asked),
    id: increasingUuid(),
    ownerId: call.user.userId,
    createTime: now,
    updateTime: now,
    version: FIRST_VERSION,
  };
  const customer = toCustomer(row);
  await deps.store.createCustomer(row, {
    events: [customerCreated(customer, occasionOf(call, now))],
    idempotency: idempotencyValues(call, CreateCustomerResponseSchema, { customer }, now),
  });
  return { customer };
};
