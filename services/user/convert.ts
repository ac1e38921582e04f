import {
  create,
  type DescMessage,
  fromJson,
  isMessage,
  type JsonObject,
  type Message,
  type MessageShape,
  toJson,
} from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { AddressSchema } from '../../gen/numer/user/v1/address_pb.ts';
import { type ApiKey, ApiKeySchema } from '../../gen/numer/user/v1/api_key_pb.ts';
import { ContactSchema } from '../../gen/numer/user/v1/contact_pb.ts';
import { type Customer, CustomerSchema } from '../../gen/numer/user/v1/customer_pb.ts';
import { ElectronicAddressSchema } from '../../gen/numer/user/v1/electronic_address_pb.ts';
import { LegalRegistrationSchema } from '../../gen/numer/user/v1/legal_registration_pb.ts';
import { type Logo, LogoSchema } from '../../gen/numer/user/v1/logo_pb.ts';
import { PaymentAccountSchema } from '../../gen/numer/user/v1/payment_account_pb.ts';
import { type User, UserSchema } from '../../gen/numer/user/v1/user_pb.ts';
import { etagOf } from '../../runtime/call/call.ts';
import { normalizeEmail } from './domain/email.ts';
import type { apiKeys, customers, users } from './store/schema.ts';

/** An account as stored, without what only signing in needs. */
export type UserRow = Omit<
  typeof users.$inferSelect,
  'passwordHash' | 'passwordVersion' | 'apiKeysCount' | 'emailNormalized'
>;

/** A customer as stored. */
export type CustomerRow = typeof customers.$inferSelect;

/** An API key as stored, without its digest. */
export type ApiKeyRow = Omit<typeof apiKeys.$inferSelect, 'digest' | 'ownerId'>;

/** The message of an account. */
export function toUser({
  createTime,
  updateTime,
  version,
  address,
  paymentAccount,
  electronicAddress,
  contact,
  legalRegistration,
  logo,
  ...fields
}: UserRow): User {
  return create(UserSchema, {
    ...fields,
    ...fromColumn('address', AddressSchema, address),
    ...fromColumn('paymentAccount', PaymentAccountSchema, paymentAccount),
    ...fromColumn('electronicAddress', ElectronicAddressSchema, electronicAddress),
    ...fromColumn('contact', ContactSchema, contact),
    ...fromColumn('legalRegistration', LegalRegistrationSchema, legalRegistration),
    ...fromColumn('logo', LogoSchema, logo),
    createTime: timestampFromDate(createTime),
    updateTime: timestampFromDate(updateTime),
    etag: etagOf(version),
  });
}

/** The columns that a user may change in the account. */
export function userColumns(user: User) {
  return {
    email: user.email,
    emailNormalized: normalizeEmail(user.email),
    name: user.name,
    companyName: user.companyName,
    address: toColumn(AddressSchema, user.address),
    taxId: user.taxId,
    locale: user.locale,
    timeZone: user.timeZone,
    defaultCurrencyCode: user.defaultCurrencyCode,
    paymentAccount: toColumn(PaymentAccountSchema, user.paymentAccount),
    electronicAddress: toColumn(ElectronicAddressSchema, user.electronicAddress),
    contact: toColumn(ContactSchema, user.contact),
    legalRegistration: toColumn(LegalRegistrationSchema, user.legalRegistration),
    taxRegistration: user.taxRegistration,
  };
}

/** The column with the facts about a logo; it is empty when there is none. */
export function logoColumn(logo: Logo): JsonObject {
  return toColumn(LogoSchema, logo);
}

/** The facts about a logo, from a column that has one. */
export function toLogo(column: JsonObject): Logo {
  return fromJson(LogoSchema, column, { ignoreUnknownFields: true });
}

/** The message of a customer. */
export function toCustomer({
  ownerId: _,
  createTime,
  updateTime,
  version,
  address,
  electronicAddress,
  legalRegistration,
  tags,
  ccEmails,
  ...fields
}: CustomerRow): Customer {
  return create(CustomerSchema, {
    ...fields,
    ...fromColumn('address', AddressSchema, address),
    ...fromColumn('electronicAddress', ElectronicAddressSchema, electronicAddress),
    ...fromColumn('legalRegistration', LegalRegistrationSchema, legalRegistration),
    tags: [...tags],
    ccEmails: [...ccEmails],
    createTime: timestampFromDate(createTime),
    updateTime: timestampFromDate(updateTime),
    etag: etagOf(version),
  });
}

/** The columns that a user may change in a customer. */
export function customerColumns(customer: Customer) {
  return {
    name: customer.name,
    email: customer.email,
    phone: customer.phone,
    address: toColumn(AddressSchema, customer.address),
    taxId: customer.taxId,
    locale: customer.locale,
    notes: customer.notes,
    reference: customer.reference,
    electronicAddress: toColumn(ElectronicAddressSchema, customer.electronicAddress),
    legalRegistration: toColumn(LegalRegistrationSchema, customer.legalRegistration),
    metadata: customer.metadata,
    tags: customer.tags,
    ccEmails: customer.ccEmails,
  };
}

/** The message of an API key. */
export function toApiKey({ createTime, ...fields }: ApiKeyRow): ApiKey {
  return create(ApiKeySchema, { ...fields, createTime: timestampFromDate(createTime) });
}

/**
 * The field `name` with the message of a column. A message without any field counts as absent, however it was given.
 */
function fromColumn<Name extends string, Desc extends DescMessage>(
  name: Name,
  schema: Desc,
  stored: JsonObject,
): { readonly [key in Name]?: MessageShape<Desc> } {
  if (Object.keys(stored).length === 0) return {};
  const field = { [name]: fromJson(schema, stored, { ignoreUnknownFields: true }) };
  return field as { [key in Name]: MessageShape<Desc> }; // TypeScript widens a computed key to string
}

function toColumn<Desc extends DescMessage>(schema: Desc, part: Message | undefined): JsonObject {
  const json = isMessage(part, schema) ? toJson(schema, part) : {};
  return json as JsonObject; // the JSON of a message that is no well-known type is an object
}
