import { ApiKeyCreatedSchema, ApiKeyDeletedSchema } from '../../gen/numer/user/v1/api_key_events_pb.ts';
import {
  CustomerCreatedSchema,
  CustomerDeletedSchema,
  CustomerUpdatedSchema,
} from '../../gen/numer/user/v1/customer_events_pb.ts';
import type { Customer } from '../../gen/numer/user/v1/customer_pb.ts';
import {
  RefreshTokenReusedSchema,
  SessionCreatedSchema,
  SessionDeletedSchema,
} from '../../gen/numer/user/v1/session_events_pb.ts';
import { UserCreatedSchema, UserDeletedSchema, UserUpdatedSchema } from '../../gen/numer/user/v1/user_events_pb.ts';
import type { User } from '../../gen/numer/user/v1/user_pb.ts';
import type { Call } from '../../runtime/call.ts';
import { type EventContext, type OutboxRow, toOutboxRow } from '../../runtime/events/outbox.ts';
import type { FieldChange } from './domain/changes.ts';

const SERVICE = 'user';

/** The version of what was just made. */
export const FIRST_VERSION = 1n;

/** Sessions and API keys never change: after their first version there is only their end. */
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

/** The occasion of a call by which somebody becomes a user, or proves to be one: sign-up and sign-in. */
export function occasionOfSignIn(call: Call, userId: string, now: Date): Occasion {
  return { call, ownerId: userId, actor: `user:${userId}`, now };
}

/** The occasion of something the service does to a user's data by itself. */
export function occasionOfService(call: Call, userId: string, now: Date): Occasion {
  return { call, ownerId: userId, actor: `service:${SERVICE}`, now };
}

/** A person signed up. */
export function userCreated(user: User, occasion: Occasion): OutboxRow {
  return toOutboxRow(UserCreatedSchema, { user }, contextOf(occasion, FIRST_VERSION));
}

/** A user changed the account, which is at `version` now. */
export function userUpdated(
  user: User,
  changes: readonly FieldChange[],
  version: bigint,
  occasion: Occasion,
): OutboxRow {
  return toOutboxRow(UserUpdatedSchema, { user, changes: [...changes] }, contextOf(occasion, version));
}

/** A user deleted the account; `version` is the one after its last. */
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
export function apiKeyCreated(apiKeyId: string, occasion: Occasion): OutboxRow {
  return toOutboxRow(ApiKeyCreatedSchema, { apiKeyId }, contextOf(occasion, FIRST_VERSION));
}

/** A user deleted an API key. */
export function apiKeyDeleted(apiKeyId: string, occasion: Occasion): OutboxRow {
  return toOutboxRow(ApiKeyDeletedSchema, { apiKeyId }, contextOf(occasion, LAST_VERSION));
}

/** A user added a customer. */
export function customerCreated(customer: Customer, occasion: Occasion): OutboxRow {
  return toOutboxRow(CustomerCreatedSchema, { customer }, contextOf(occasion, FIRST_VERSION));
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
export function customerDeleted(customerId: string, version: bigint, occasion: Occasion): OutboxRow {
  return toOutboxRow(CustomerDeletedSchema, { customerId }, contextOf(occasion, version));
}

function contextOf({ call, ownerId, actor, now }: Occasion, version: bigint): EventContext {
  return {
    source: SERVICE,
    version,
    ownerId,
    actor,
    requestId: call.requestId,
    callerAddress: call.callerAddress,
    traceparent: call.traceparent === '' ? undefined : call.traceparent,
    time: now,
  };
}
