import { create, type JsonObject } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import { LRUCache } from 'lru-cache';
import { type Party, PartySchema } from '../../../gen/numer/invoice/v1/invoice_pb.ts';
import type { Contact } from '../../../gen/numer/user/v1/contact_pb.ts';
import type { Customer } from '../../../gen/numer/user/v1/customer_pb.ts';
import type { User } from '../../../gen/numer/user/v1/user_pb.ts';
import type { Call } from '../../../runtime/call/call.ts';
import { DomainError } from '../../../runtime/call/errors.ts';
import type { Deps } from '../deps.ts';
import type { InvoiceHeadRow } from '../store/invoice-row.ts';

/** Both parties as they are printed on an invoice. */
export interface Parties {
  readonly seller: Party;
  readonly customer: Party;
}

/** A user and one of their customers, as far as they exist. */
export interface FoundParties {
  readonly user?: User | undefined;
  readonly customer?: Customer | undefined;
}

/** The caller's customer, or undefined when there is none with this id. */
async function findCustomer(deps: Deps, call: Call, customerId: string): Promise<Customer | undefined> {
  try {
    const { customer } = await deps.customers.getCustomer({ customerId }, call.forward());
    return customer;
  } catch (error) {
    if (ConnectError.from(error).code === Code.NotFound) return undefined;
    throw error;
  }
}

/** The caller's account. */
export async function getUser(deps: Deps, call: Call): Promise<User> {
  const { user } = await deps.users.getUser({ userId: call.user.userId }, call.forward());
  if (user === undefined) throw new Error('GetUser answered without a user');
  return user;
}

/** The parties of a draft as they are now; no customer when that was deleted. */
export async function findParties(
  deps: Deps,
  call: Call,
  customerId: string,
): Promise<{ readonly seller: Party; readonly customer: Party | undefined }> {
  const found = await askParties(deps, call, customerId);
  const user = requireUser(found.user);
  return { seller: sellerOf(user), customer: found.customer && customerOf(found.customer, user) };
}

/** The caller's account and the customer, asked for in one call. */
async function askParties(deps: Deps, call: Call, customerId: string): Promise<FoundParties> {
  const keys = [{ userId: call.user.userId, customerId }];
  const { parties } = await deps.users.batchGetParties({ keys }, await deps.callAsService(call));
  return parties[0] ?? {};
}

/** A customer as a draft keeps it: the id, and the name to find the draft by. */
export type DraftCustomer = Pick<InvoiceHeadRow, 'customerId' | 'customerName'>;

/**
 * The caller's customer.
 *
 * @throws DomainError CUSTOMER_NOT_FOUND naming the field of the request.
 */
export async function requireCustomer(
  deps: Deps,
  call: Call,
  customerId: string,
  field = 'invoice.customer_id',
): Promise<DraftCustomer> {
  const customer = await findCustomer(deps, call, customerId);
  if (customer !== undefined) return { customerId: customer.id, customerName: customer.name };
  throw new DomainError('missing', 'CUSTOMER_NOT_FOUND', 'There is no customer with this id.', {
    violations: [{ field, description: 'must be the id of one of your customers' }],
  });
}

/** Caches customers for half a minute, under {@link knownCustomerKey}. */
export type KnownCustomers = LRUCache<string, DraftCustomer>;

/** Creates an empty cache of customers. */
export function createKnownCustomers(): KnownCustomers {
  return new LRUCache({ max: 10_000, ttl: 30_000 });
}

/** The key of a user's customer in the cache, the same however the id is spelled. */
export function knownCustomerKey(userId: string, customerId: string): string {
  return `${userId} ${customerId.toLowerCase()}`;
}

/**
 * The same for a draft, without asking again for a customer who existed a moment ago. A customer may also be deleted
 * after the draft was created, and opening the draft checks that.
 *
 * @throws DomainError CUSTOMER_NOT_FOUND.
 */
export async function requireDraftCustomer(deps: Deps, call: Call, customerId: string): Promise<DraftCustomer> {
  const key = knownCustomerKey(call.user.userId, customerId);
  const known = deps.knownCustomers.get(key);
  if (known !== undefined) return known;
  const customer = await requireCustomer(deps, call, customerId);
  deps.knownCustomers.set(key, customer);
  return customer;
}

/**
 * The parties of an invoice that is about to be opened, or of a quote that is about to be sent, as they are now.
 *
 * @throws DomainError CUSTOMER_DELETED.
 */
export async function getParties(deps: Deps, call: Call, customerId: string): Promise<Parties> {
  return partiesOf(await askParties(deps, call, customerId));
}

/**
 * The parties of a document of this user to this customer.
 *
 * @throws DomainError CUSTOMER_DELETED or USER_NOT_FOUND when one of them is undefined.
 */
export function partiesOf(found: FoundParties): Parties {
  const user = requireUser(found.user);
  if (found.customer === undefined) {
    throw new DomainError(
      'state',
      'CUSTOMER_DELETED',
      'The customer of this document was deleted; choose another customer before opening the document.',
    );
  }
  return { seller: sellerOf(user), customer: customerOf(found.customer, user) };
}

/** The present names of those of these customers of the caller that exist, by id. They are asked for in one call. */
export async function findCustomerNames(
  deps: Deps,
  call: Call,
  customerIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (customerIds.length === 0) return new Map();
  const keys = [...new Set(customerIds)].map((customerId) => ({ userId: call.user.userId, customerId }));
  const { parties } = await deps.users.batchGetParties({ keys }, await deps.callAsService(call));
  return new Map(parties.flatMap(({ customer }) => (customer === undefined ? [] : [[customer.id, customer.name]])));
}

function requireUser(user: User | undefined): User {
  if (user === undefined) throw new DomainError('missing', 'USER_NOT_FOUND', 'There is no such user.');
  return user;
}

/** Throws CUSTOMER_WITHOUT_EMAIL when there is no address to send a document to. */
export function requireRecipient(email: string): void {
  if (email !== '') return;
  throw new DomainError(
    'state',
    'CUSTOMER_WITHOUT_EMAIL',
    'The customer of this document has no email address to send it to.',
  );
}

/**
 * The customer of an opened invoice with the address that it is to be sent to and the addresses that get copies. These
 * are the present ones, or, when the customer has no address now, those from when the invoice was opened.
 *
 * @throws DomainError CUSTOMER_WITHOUT_EMAIL.
 */
export async function withRecipient(deps: Deps, call: Call, invoice: InvoiceHeadRow): Promise<JsonObject> {
  const frozen = invoice.customer ?? {};
  const customer = await findCustomer(deps, call, invoice.customerId);
  if (customer !== undefined && customer.email !== '') {
    return { ...frozen, email: customer.email, ccEmails: customer.ccEmails };
  }
  requireRecipient(String(frozen.email ?? ''));
  return frozen;
}

function sellerOf(user: User): Party {
  const { address, paymentAccount, electronicAddress, legalRegistration } = user;
  const contact = contactOf(user);
  return create(PartySchema, {
    name: user.companyName === '' ? user.name : user.companyName,
    email: user.email,
    taxId: user.taxId,
    locale: user.locale,
    taxRegistration: user.taxRegistration,
    ...(address && { address }),
    ...(paymentAccount && { paymentAccount }),
    ...(electronicAddress && { electronicAddress }),
    ...(contact && { contact }),
    ...(legalRegistration && { legalRegistration }),
  });
}

/** The contact that a user gave, completed with their name and email address; undefined when they gave none. */
function contactOf({ name, email, contact }: User): Contact | undefined {
  return contact && { ...contact, name: contact.name || name, email: contact.email || email };
}

function customerOf(customer: Customer, user: User): Party {
  const { address, electronicAddress, legalRegistration } = customer;
  return create(PartySchema, {
    name: customer.name,
    email: customer.email,
    taxId: customer.taxId,
    locale: customer.locale === '' ? user.locale : customer.locale,
    ccEmails: customer.ccEmails,
    ...(address && { address }),
    ...(electronicAddress && { electronicAddress }),
    ...(legalRegistration && { legalRegistration }),
  });
}
