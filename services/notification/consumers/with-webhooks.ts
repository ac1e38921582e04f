import type { DescMessage } from '@bufbuild/protobuf';
import type { Consumer } from '../../../runtime/events/consumer.ts';
import type { EventEnvelope, ReceivedEvent } from '../../../runtime/events/event.ts';
import type { Deps } from '../deps.ts';
import { OPEN_EVENTS } from '../open-events.ts';
import type { QueuedEvent } from '../store/queue-webhooks.ts';
import { payloadOf } from '../webhook/webhook-payload.ts';

const descs: ReadonlyMap<string, DescMessage> = new Map(OPEN_EVENTS.map((desc) => [desc.typeName, desc]));

/** How many characters of payloads fill a statement. A batch may have hundreds of events of several megabytes each. */
const STATEMENT_CHARACTERS = 4_000_000;

/**
 * The consumers, each of which also queues its events as webhooks, and one more that queues all other open events. Consuming and
 * queuing do not hold up each other: when one fails, the event fails once both are done, and the other does nothing when the event
 * comes again. Queuing leaves no mark in the inbox, since by its key an event is queued only once for an endpoint.
 */
export function withWebhooks(consumers: readonly Consumer<Deps>[]): readonly Consumer<Deps>[] {
  const consumed = new Set(consumers.flatMap(({ events }) => events));
  const both = consumers.map(
    (consumer): Consumer<Deps> => ({
      ...consumer,
      async apply(deps, batch) {
        const done = await Promise.allSettled([consumer.apply(deps, batch), queueWanted(deps, batch)]);
        for (const one of done) if (one.status === 'rejected') throw one.reason;
      },
    }),
  );
  const others: Consumer<Deps> = {
    events: OPEN_EVENTS.filter((desc) => !consumed.has(desc)),
    choose: findWanted,
    apply: queue,
  };
  return [...both, others];
}

/** The ids of the events that some endpoint gets. */
async function findWanted(deps: Deps, batch: readonly EventEnvelope[]): Promise<ReadonlySet<string>> {
  const owners = new Set(batch.map(({ ownerId }) => ownerId).filter((ownerId) => ownerId !== undefined));
  const listening = Map.groupBy(await deps.store.findListening([...owners]), ({ ownerId }) => ownerId);
  const wanted = batch.filter(({ ownerId = '', topic }) =>
    listening.get(ownerId)?.some(({ eventTypes }) => eventTypes.length === 0 || eventTypes.includes(topic)),
  );
  return new Set(wanted.map(({ id }) => id));
}

async function queueWanted(deps: Deps, batch: readonly ReceivedEvent<DescMessage>[]): Promise<void> {
  const wanted = await findWanted(deps, batch);
  await queue(
    deps,
    batch.filter(({ id }) => wanted.has(id)),
  );
}

/** Queues events, a few megabytes of payloads at a time. A repetition after an interruption leaves out what is queued already. */
async function queue(deps: Deps, batch: readonly ReceivedEvent<DescMessage>[]): Promise<void> {
  let events: QueuedEvent[] = [];
  let characters = 0;
  for (const event of batch) {
    const desc = descs.get(event.type);
    if (desc === undefined || event.ownerId === undefined) continue;
    const { id, ownerId, topic, time } = event;
    const payload = payloadOf(event, desc, event.message);
    events.push({ id, ownerId, eventType: topic, time, payload });
    characters += payload.length;
    if (characters < STATEMENT_CHARACTERS) continue;
    await deps.store.queueWebhooks(events, deps.clock.now());
    events = [];
    characters = 0;
  }
  if (events.length > 0) await deps.store.queueWebhooks(events, deps.clock.now());
}
