import type { CustomerService } from '../../../gen/numer/user/v1/customer_service_pb.ts';
import type { Rpc } from '../../../runtime/call/call.ts';
import { toCustomer } from '../convert.ts';
import { findOwnCustomer } from '../customers/own-customer.ts';
import type { Deps } from '../deps.ts';

/** Gives one customer of the caller. Throws CUSTOMER_NOT_FOUND. */
export const getCustomer: Rpc<Deps, typeof CustomerService.method.getCustomer> = async (deps, request, call) => {
  return { customer: toCustomer(await findOwnCustomer(deps, request.customerId, call)) };
};
