import type { JsonValue } from '@bufbuild/protobuf';
import { bigint, boolean, jsonb, pgTable, smallint, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { bytea } from '../../../runtime/events/bytea.ts';
import type { ActorType } from '../domain/parse-actor.ts';

/** As text, because page tokens contain it. */
const time = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: 'string' });

const sequenceNumber = (name: string) => bigint(name, { mode: 'bigint' });

/**
 * The audit trail, one row for each event. The database chains each added row and refuses other changes: see the
 * migrations.
 */
export const activities = pgTable('activities', {
  /** Id of the event. */
  id: uuid('id').primaryKey(),
  /** Topic of the event. */
  type: text('type').notNull(),
  ownerId: uuid('owner_id').notNull(),
  invoiceId: uuid('invoice_id'),
  /** Whether the event shows that the invoice had been opened by then. */
  invoiceOpened: boolean('invoice_opened').notNull(),
  subjectId: uuid('subject_id').notNull(),
  actorType: text('actor_type').$type<ActorType>().notNull(),
  actorId: text('actor_id').notNull(),
  requestId: text('request_id').notNull(),
  createTime: time('create_time').notNull(),
  /** FieldChange messages as proto3 JSON. */
  changes: jsonb('changes').$type<readonly JsonValue[]>().notNull(),
  /**
   * Random, so that the hash of an erased activity reveals nothing. Null for activities from before the chain existed.
   */
  salt: uuid('salt'),
  /** SHA-256 of the address's own salt and the caller's address. Null when there was no address. */
  addressHash: bytea('address_hash'),
});

/** The entries of each account's chain. The database adds them and refuses any change. */
export const activityChain = pgTable('activity_chain', {
  ownerId: uuid('owner_id').notNull(),
  /** From 1, without gaps. */
  sequence: sequenceNumber('sequence').notNull(),
  /** Version of the encoding from which the hash is computed. */
  version: smallint('version').notNull(),
  /** Null for an erasure entry. */
  activityId: uuid('activity_id'),
  /** For an erasure: number of the last entry that the step covered. */
  erasedTo: sequenceNumber('erased_to'),
  /** For an erasure: SHA-256 of the numbers of the entries whose activities were erased. */
  erasedHash: bytea('erased_hash'),
  hash: bytea('hash').notNull(),
});

/** Where each account's chain ends. */
export const activityHeads = pgTable('activity_heads', {
  ownerId: uuid('owner_id').primaryKey(),
  sequence: sequenceNumber('sequence').notNull(),
  hash: bytea('hash').notNull(),
});

/** IP addresses of the callers, kept for a year and never longer than the account. */
export const activityAddresses = pgTable('activity_addresses', {
  createTime: time('create_time').notNull(),
  activityId: uuid('activity_id').notNull(),
  address: text('address').notNull(),
  salt: uuid('salt').notNull(),
});
