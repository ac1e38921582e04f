import { type DescMessage, type MessageShape, toJson } from '@bufbuild/protobuf';
import { ApiKeyCreatedSchema, ApiKeyDeletedSchema } from '../../gen/numer/user/v1/api_key_events_pb.ts';
import { type ApiKey, ApiKeySchema } from '../../gen/numer/user/v1/api_key_pb.ts';
import {
  CustomerCreatedSchema,
  CustomerDeletedSchema,
  CustomerUpdatedSchema,
} from '../../gen/numer/user/v1/customer_events_pb.ts';
import { type Customer, CustomerSchema } from '../../gen/numer/user/v1/customer_pb.ts';
import {
  PasswordResetConfirmedSchema,
  PasswordResetRequestedSchema,
} from '../../gen/numer/user/v1/password_reset_events_pb.ts';
import {
  RefreshTokenReusedSchema,
  SessionCreatedSchema,
  SessionDeletedSchema,
} from '../../gen/numer/user/v1/session_events_pb.ts';
import {
  UserCreatedSchema,
  UserDeletedSchema,
  UserPasswordChangedSchema,
  UserUpdatedSchema,
} from '../../gen/numer/user/v1/user_events_pb.ts';
import { type User, UserSchema } from '../../gen/numer/user/v1/user_pb.ts';
import type { Call } from '../../runtime/call/call.ts';
import type { FieldChange } from '../../runtime/diff-fields.ts';
import { type EventContext, type OutboxRow, requestOf, toOutboxRow } from '../../runtime/events/outbox.ts';
import { toUser, type UserRow } from './convert.ts';
import { auditedChanges } from './domain/changes.ts';

const SERVICE = 'user';

/** The version of a new resource. */
export const FIRST_VERSION = 1n;

/** Sessions, API keys and password resets never change: after their first version, only their end follows. */
const LAST_VERSION = 2n;

/** Who did something, when, and in which call. */
export interface Occasion {
  readonly call: Pick<Call, 'requestId' | 'callerAddress' | 'traceparent'>;
  readonly ownerId: string;
  readonly actor: string;
  readonly now: Date;
}

/** The occasion of a call that a user makes. */
export function occasionOf(call: Call, now: Date): Occasion {
  return { call, ownerId: call.user.userId, actor: call.user.actor, now };
}

/** The occasion of a call by which somebody becomes a user, or proves to be one: sign-up, sign-in, and the token of a password reset. */
export function occasionOfSignIn(call: Call, userId: string, now: Date): Occasion {
  return { call, ownerId: userId, actor: `user:${userId}`, now };
}

/** The occasion of something the service does to a user's data by itself, or for somebody who has not proved to be the user. */
export function occasionOfService(call: Occasion['call'], userId: string, now: Date): Occasion {
  return { call, ownerId: userId, actor: `service:${SERVICE}`, now };
}

/** A person signed up. */
export function userCreated(user: User, occasion: Occasion): OutboxRow {
  const changes = changesBetween(UserSchema, undefined, user);
  return toOutboxRow(UserCreatedSchema, { user, changes }, contextOf(occasion, FIRST_VERSION));
}

/** What changed of an account. */
export interface UserChange {
  readonly changes: readonly FieldChange[];
  /** The email address before; empty when it is the same. */
  readonly previousEmail: string;
}

/** A user changed the account, which is at `version` now. */
export function userUpdated(
  user: User,
  { changes, previousEmail }: UserChange,
  version: bigint,
  occasion: Occasion,
): OutboxRow {
  const message = { user, changes: [...changes], previousEmail };
  return toOutboxRow(UserUpdatedSchema, message, contextOf(occasion, version));
}

/** The logo of an account, which is at `version` now, was set, changed or deleted. */
export function logoChanged(user: User, version: bigint, occasion: Occasion): OutboxRow {
  return userUpdated(user, { changes: [{ field: 'logo' }], previousEmail: '' }, version, occasion);
}

/** The password of an account was changed; `before` is the account before that. */
export function userPasswordChanged(before: UserRow, occasion: Occasion): OutboxRow {
  const version = before.version + 1n;
  const user = toUser({ ...before, updateTime: occasion.now, version });
  const message = { userId: user.id, changes: [{ field: 'password' }], user };
  return toOutboxRow(UserPasswordChangedSchema, message, contextOf(occasion, version));
}

/** Somebody asked for a password reset. */
export function passwordResetRequested(passwordResetId: string, occasion: Occasion): OutboxRow {
  return toOutboxRow(PasswordResetRequestedSchema, { passwordResetId }, contextOf(occasion, FIRST_VERSION));
}

/** A user set a new password with the token of a reset. */
export function passwordResetConfirmed(passwordResetId: string, occasion: Occasion): OutboxRow {
  return toOutboxRow(PasswordResetConfirmedSchema, { passwordResetId }, contextOf(occasion, LAST_VERSION));
}

/**
 * A user deleted the account; `version` is the one after its last. Nothing else is kept of the account, so the event
 * names no fields.
 */
export function userDeleted(userId: string, version: bigint, occasion: Occasion): OutboxRow {
  return toOutboxRow(UserDeletedSchema, { userId }, contextOf(occasion, version));
}

/** A user signed in. */
export function sessionCreated(sessionId: string, occasion: Occasion): OutboxRow {
  return toOutboxRow(SessionCreatedSchema, { sessionId }, contextOf(occasion, FIRST_VERSION));
}

/** A user signed out. */
export function sessionDeleted(sessionId: string, occasion: Occasion): OutboxRow {
  return toOutboxRow(SessionDeletedSchema, { sessionId }, contextOf(occasion, LAST_VERSION));
}

/** A refresh token came a second time, so its session was ended. */
export function refreshTokenReused(sessionId: string, occasion: Occasion): OutboxRow {
  return toOutboxRow(RefreshTokenReusedSchema, { sessionId }, contextOf(occasion, LAST_VERSION));
}

/** A user made an API key. */
export function apiKeyCreated(apiKey: ApiKey, occasion: Occasion): OutboxRow {
  const changes = changesBetween(ApiKeySchema, undefined, apiKey);
  return toOutboxRow(ApiKeyCreatedSchema, { apiKeyId: apiKey.id, changes }, contextOf(occasion, FIRST_VERSION));
}

/** A user deleted an API key. The statement adds whether it could only read. */
export function apiKeyDeleted(apiKeyId: string, occasion: Occasion): OutboxRow {
  return toOutboxRow(
    ApiKeyDeletedSchema,
    { apiKeyId, changes: [{ field: 'name' }] },
    contextOf(occasion, LAST_VERSION),
  );
}

/** A user added a customer. */
export function customerCreated(customer: Customer, occasion: Occasion): OutboxRow {
  const changes = changesBetween(CustomerSchema, undefined, customer);
  return toOutboxRow(CustomerCreatedSchema, { customer, changes }, contextOf(occasion, FIRST_VERSION));
}

/** A user changed a customer, which is at `version` now. */
export function customerUpdated(
  customer: Customer,
  changes: readonly FieldChange[],
  version: bigint,
  occasion: Occasion,
): OutboxRow {
  return toOutboxRow(CustomerUpdatedSchema, { customer, changes: [...changes] }, contextOf(occasion, version));
}

/** A user deleted a customer; `version` is the one after its last. */
export function customerDeleted(customer: Customer, version: bigint, occasion: Occasion): OutboxRow {
  const changes = changesBetween(CustomerSchema, customer, undefined);
  return toOutboxRow(CustomerDeletedSchema, { customerId: customer.id, changes }, contextOf(occasion, version));
}

/** What changed from one state of a resource to the next; undefined when there was or is none. */
export function changesBetween<Desc extends DescMessage>(
  schema: Desc,
  before: MessageShape<Desc> | undefined,
  after: MessageShape<Desc> | undefined,
): FieldChange[] {
  const fieldsOf = (resource: MessageShape<Desc> | undefined) =>
    resource === undefined ? {} : { ...(toJson(schema, resource) as object) }; // of a message that is no well-known type
  return auditedChanges(fieldsOf(before), fieldsOf(after));
}

function contextOf({ call, ownerId, actor, now }: Occasion, version: bigint): EventContext {
  return { source: SERVICE, version, ownerId, actor, ...requestOf(call), time: now };
}
