import type { JsonValue } from '@bufbuild/protobuf';
import { bigint, jsonb, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import { bytea } from './bytea.ts';

/** The columns of an event, but for its id, wherever it is stored. */
export function eventColumns() {
  return {
    topic: text().notNull(),
    type: text().notNull(),
    source: text().notNull(),
    subject: text().notNull(),
    version: bigint({ mode: 'bigint' }).notNull(),
    ownerId: uuid('owner_id'),
    actor: text().notNull(),
    requestId: text('request_id').notNull(),
    traceparent: text(),
    createTime: timestamp('create_time', { withTimezone: true, precision: 3 }).notNull(),
    /** The message as proto3 JSON, when its statement completed it or an earlier version of the service wrote it. */
    payload: jsonb().$type<JsonValue>(),
    /** Otherwise, the message as protobuf bytes. An event that is sent again has its bytes as they arrived. */
    body: bytea(),
    /** The one service to deliver to; null means every subscriber of the topic. */
    target: text(),
  };
}
