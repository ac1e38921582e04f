import { createRegistry, type DescMessage, fromJson, type MessageShape } from '@bufbuild/protobuf';
import { eq } from 'drizzle-orm';
import { outbox } from '../../../runtime/events/outbox.ts';
import type { TestService } from '../../../runtime/testing/start-test-service.ts';
import { statsService } from '../service.ts';

/** An event as it waits in the outbox. */
export interface WrittenEvent {
  readonly topic: string;
  readonly version: bigint;
  readonly ownerId: string | null;
  readonly actor: string;
  readonly message: MessageShape<DescMessage>;
}

/** The events about what has this id, in the order of its versions. */
export async function eventsOf(service: TestService, subject: string): Promise<WrittenEvent[]> {
  const registry = createRegistry(...statsService.events);
  const rows = await service.db.select().from(outbox).where(eq(outbox.subject, subject)).orderBy(outbox.version);
  return rows.map(({ topic, version, ownerId, actor, type, payload }) => {
    const schema = registry.getMessage(type);
    if (schema === undefined) throw new Error(`the stats service does not publish ${type}`);
    return { topic, version, ownerId, actor, message: fromJson(schema, payload ?? {}) };
  });
}
