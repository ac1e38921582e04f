import type { DescMessage } from '@bufbuild/protobuf';
import type { Consumer } from '../../../runtime/events/consumer.ts';
import type { EventEnvelope, ReceivedEvent } from '../../../runtime/events/event.ts';
import type { Deps } from '../deps.ts';
import { OPEN_EVENTS } from '../open-events.ts';
import { payloadOf } from '../webhook/webhook-payload.ts';

const descs: ReadonlyMap<string, DescMessage> = new Map(OPEN_EVENTS.map((desc) => [desc.typeName, desc]));

/**
 * The consumers, each of which first queues its events as webhooks, and one more that does so with all other open events. Queuing leaves
 * no mark in the inbox, since an event is queued once for an endpoint by its key. The mark of the consumer behind it comes last, so it
 * says that all is done.
 */
export function withWebhooks(consumers: readonly Consumer<Deps>[]): readonly Consumer<Deps>[] {
  const consumed = new Set(consumers.flatMap(({ events }) => events));
  const both = consumers.map(
    (consumer): Consumer<Deps> => ({
      ...consumer,
      async apply(deps, batch) {
        const wanted = await findWanted(deps, batch);
        await queue(
          deps,
          batch.filter(({ id }) => wanted.has(id)),
        );
        await consumer.apply(deps, batch);
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

/** The ids of those events that an endpoint gets. */
async function findWanted(deps: Deps, batch: readonly EventEnvelope[]): Promise<ReadonlySet<string>> {
  const owners = new Set(batch.map(({ ownerId }) => ownerId).filter((ownerId) => ownerId !== undefined));
  const listening = Map.groupBy(await deps.store.findListening([...owners]), ({ ownerId }) => ownerId);
  const wanted = batch.filter(({ ownerId = '', topic }) =>
    listening.get(ownerId)?.some(({ eventTypes }) => eventTypes.length === 0 || eventTypes.includes(topic)),
  );
  return new Set(wanted.map(({ id }) => id));
}

async function queue(deps: Deps, batch: readonly ReceivedEvent<DescMessage>[]): Promise<void> {
  if (batch.length === 0) return;
  const events = batch.flatMap((event) => {
    const desc = descs.get(event.type);
    if (desc === undefined || event.ownerId === undefined) return [];
    const { id, ownerId, topic } = event;
    return [{ id, ownerId, eventType: topic, payload: payloadOf(event, desc, event.message) }];
  });
  await deps.store.queueWebhooks(events, deps.clock.now());
}
