import {
  createRegistry,
  type DescFile,
  fromBinary,
  fromJson,
  type JsonValue,
  type Message,
  toJson,
} from '@bufbuild/protobuf';
import { asc, type SQL } from 'drizzle-orm';
import type { Database } from '../database/database.ts';
import { outbox } from '../events/outbox.ts';

/** An event as it waits in the outbox. */
export interface WrittenEvent {
  readonly topic: string;
  readonly subject: string;
  readonly version: bigint;
  readonly ownerId: string | null;
  readonly actor: string;
  readonly requestId: string;
  readonly message: Message;
  /** The same message, with nothing but the fields that it has. */
  readonly json: JsonValue;
}

/**
 * The events in the outbox that fit the condition, in the order in which they were written. `files` has the events that the service
 * publishes.
 */
export async function readWrittenEvents(
  db: Database,
  files: readonly DescFile[],
  condition: SQL,
): Promise<WrittenEvent[]> {
  const registry = createRegistry(...files);
  const rows = await db.select().from(outbox).where(condition).orderBy(asc(outbox.availableTime), asc(outbox.id));
  return rows.map(({ topic, subject, version, ownerId, actor, requestId, type, body, payload }) => {
    const desc = registry.getMessage(type);
    if (desc === undefined) throw new Error(`the service does not publish ${type}`);
    const message = body === null ? fromJson(desc, payload) : fromBinary(desc, body);
    return { topic, subject, version, ownerId, actor, requestId, message, json: toJson(desc, message) };
  });
}
