import type { JsonValue } from '@bufbuild/protobuf';
import { boolean, jsonb, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import type { ActorType } from '../domain/parse-actor.ts';

/** The audit trail, one row for each event. The database refuses to change or delete rows: see the migration. */
export const activities = pgTable('activities', {
  /** Id of the event. */
  id: uuid('id').primaryKey(),
  /** Topic of the event. */
  type: text('type').notNull(),
  ownerId: uuid('owner_id').notNull(),
  invoiceId: uuid('invoice_id'),
  /** Whether the invoice had been opened by then, as far as the event tells. */
  invoiceOpened: boolean('invoice_opened').notNull(),
  subjectId: uuid('subject_id').notNull(),
  actorType: text('actor_type').$type<ActorType>().notNull(),
  actorId: text('actor_id').notNull(),
  requestId: text('request_id').notNull(),
  /** As text, which is part of the page tokens. */
  createTime: timestamp('create_time', { withTimezone: true, precision: 3, mode: 'string' }).notNull(),
  /** FieldChange messages as proto3 JSON. */
  changes: jsonb('changes').$type<readonly JsonValue[]>().notNull(),
});
