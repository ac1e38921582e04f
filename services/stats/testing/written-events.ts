import { eq } from 'drizzle-orm';
import { outbox } from '../../../runtime/events/outbox.ts';
import type { TestService } from '../../../runtime/testing/start-test-service.ts';
import { readWrittenEvents, type WrittenEvent } from '../../../runtime/testing/written-events.ts';
import { statsService } from '../service.ts';

/** The events about what has this id, in the order of its versions. */
export async function eventsOf(service: TestService, subject: string): Promise<WrittenEvent[]> {
  const events = await readWrittenEvents(service.db, statsService.events, eq(outbox.subject, subject));
  return events.toSorted((one, other) => Number(one.version - other.version));
}
