import { create } from '@bufbuild/protobuf';
import {
  type CustomerBulkService,
  ImportCustomersResponseSchema,
} from '../../../gen/numer/user/v1/customer_bulk_service_pb.ts';
import {
  CreateCustomerRequestSchema,
  CreateCustomerResponseSchema,
} from '../../../gen/numer/user/v1/customer_service_pb.ts';
import type { Call, Rpc } from '../../../runtime/call/call.ts';
import { doPart, keepAnswer } from '../../../runtime/call/call-parts.ts';
import { DomainError } from '../../../runtime/call/errors.ts';
import { importRefused, ROW_ERRORS_MAX } from '../../../runtime/csv/row-errors.ts';
import { type CustomerOfFile, readCustomers } from '../customers/customer-import.ts';
import type { Deps } from '../deps.ts';
import { createCustomer } from './create-customer.ts';

/** Adds the customers of a CSV file, or says what is wrong with it. */
export const importCustomers: Rpc<Deps, typeof CustomerBulkService.method.importCustomers> = async (
  deps,
  { file, dryRun },
  call,
) => {
  const { customers, errors } = await readCustomers(file?.data ?? new Uint8Array());
  if (dryRun) {
    if (errors.length > 0) return { errors: errors.slice(0, ROW_ERRORS_MAX) };
    const references = customers.map(({ customer }) => customer.reference);
    const existingCount = await deps.store.countReferences(call.user.userId, references);
    return { existingCount, createdCount: customers.length - existingCount };
  }
  if (errors.length > 0) throw importRefused(errors);
  const { signal } = call.forward();
  let createdCount = 0;
  for (const customer of customers) {
    // After an abort nobody waits for the rest.
    signal?.throwIfAborted();
    if (await add(deps, call, customer)) createdCount += 1;
  }
  const answer = { createdCount, existingCount: customers.length - createdCount };
  return keepAnswer(deps.idempotency, call, { schema: ImportCustomersResponseSchema, answer, now: deps.clock.now() });
};

/** Gives false when there is a customer with this reference. */
async function add(deps: Deps, call: Call, { row, customer }: CustomerOfFile): Promise<boolean> {
  try {
    await doPart(deps.idempotency, call, {
      name: `row ${row}`,
      responseSchema: CreateCustomerResponseSchema,
      run: (part) => createCustomer(deps, create(CreateCustomerRequestSchema, { customer }), part),
    });
    return true;
  } catch (error) {
    if (error instanceof DomainError && error.reason === 'CUSTOMER_REFERENCE_TAKEN') return false;
    throw error;
  }
}
