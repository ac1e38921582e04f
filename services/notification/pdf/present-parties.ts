import { create, type MessageShape } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import { PartySchema } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import type { Customer } from '../../../gen/numer/user/v1/customer_pb.ts';
import type { User } from '../../../gen/numer/user/v1/user_pb.ts';
import type { Call } from '../../../runtime/call/call.ts';
import type { Deps } from '../deps.ts';
import { required } from '../required.ts';

type Party = MessageShape<typeof PartySchema>;

/**
 * A draft with its parties as they are now, which is how they would be frozen if it were opened now. A customer that was deleted is
 * left out.
 */
export async function withPresentParties<
  Draft extends { readonly seller?: Party | undefined; readonly customer?: Party | undefined },
>(deps: Deps, call: Call, draft: Draft, customerId: string): Promise<Draft> {
  const { seller, customer } = await presentParties(deps, call, customerId);
  return { ...draft, seller, ...(customer && { customer }) };
}

/** The caller and a customer as they are now, the customer only if it was not deleted; and the caller's time zone. */
export async function presentParties(deps: Deps, call: Call, customerId: string) {
  const [response, customer] = await Promise.all([
    deps.users.getUser({ userId: call.user.userId }, call.forward()),
    findCustomer(deps, call, customerId),
  ]);
  const user = required(response.user, 'user');
  return { seller: sellerOf(user), customer: customer && customerOf(customer, user), timeZone: user.timeZone };
}

/** A customer of the caller as it is now; undefined when it was deleted. */
export async function findCustomer(deps: Deps, call: Call, customerId: string): Promise<Customer | undefined> {
  try {
    return (await deps.customers.getCustomer({ customerId }, call.forward())).customer;
  } catch (error) {
    if (ConnectError.from(error).code === Code.NotFound) return undefined;
    throw error;
  }
}

function sellerOf(user: User): Party {
  const { name, companyName, email, taxId, locale, taxRegistration } = user;
  const { address, paymentAccount, contact, legalRegistration } = user;
  return create(PartySchema, {
    name: companyName || name,
    email,
    taxId,
    locale,
    taxRegistration,
    ...(address && { address }),
    ...(paymentAccount && { paymentAccount }),
    ...(contact && { contact: { ...contact, name: contact.name || name } }),
    ...(legalRegistration && { legalRegistration }),
  });
}

function customerOf({ name, email, taxId, locale, address, legalRegistration }: Customer, user: User): Party {
  return create(PartySchema, {
    name,
    email,
    taxId,
    locale: locale || user.locale,
    ...(address && { address }),
    ...(legalRegistration && { legalRegistration }),
  });
}
