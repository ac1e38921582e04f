import { create } from '@bufbuild/protobuf';
import { HttpBodySchema } from '../../../gen/google/api/httpbody_pb.ts';
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
  { file = create(HttpBodySchema), dryRun },
  call,
) => {
  const { customers, errors } = await readCustomers(file);
  if (dryRun && errors.length > 0) return { errors: errors.slice(0, ROW_ERRORS_MAX) };
  if (errors.length > 0) throw importRefused(errors);
  const existing = await findExisting(deps, call, customers);
  if (dryRun) {
    const existingCount = customers.filter(
      ({ id, customer }) => existing.ids.has(id) || existing.references.has(customer.reference),
    ).length;
    return { existingCount, createdCount: customers.length - existingCount };
  }
  const { signal } = call.forward();
  let createdCount = 0;
  for (const customer of customers) {
    // After an abort nobody waits for the rest.
    signal?.throwIfAborted();
    // References are left to the write: a customer that this very import added before it was cut off counts as added.
    if (!existing.ids.has(customer.id) && (await add(deps, call, customer))) createdCount += 1;
  }
  const answer = { createdCount, existingCount: customers.length - createdCount };
  return keepAnswer(deps.idempotency, call, { schema: ImportCustomersResponseSchema, answer, now: deps.clock.now() });
};

/** The ids and references in the file that customers of the caller have. */
async function findExisting(deps: Deps, call: Call, customers: readonly CustomerOfFile[]) {
  const found = await deps.store.findExistingCustomers(call.user.userId, {
    ids: customers.map(({ id }) => id).filter((id) => id !== ''),
    references: customers.map(({ customer }) => customer.reference).filter((reference) => reference !== ''),
  });
  const references = found.map(({ reference }) => reference).filter((reference) => reference !== '');
  return { ids: new Set(found.map(({ id }) => id)), references: new Set(references) };
}

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
