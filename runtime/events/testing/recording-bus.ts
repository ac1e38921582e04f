import type { EventBus, OutgoingEvent } from '../bus.ts';

/** A bus that notes what it is given and answers as the test wants. */
export function recordingBus(answer: (event: OutgoingEvent) => string | undefined = () => undefined) {
  const published: OutgoingEvent[] = [];
  const bus: EventBus = {
    ready: true,
    store: undefined,
    async publish(events) {
      return events.map((event) => {
        const reason = answer(event);
        if (reason !== undefined) return { id: event.id, ok: false, reason };
        published.push(event);
        return { id: event.id, ok: true };
      });
    },
    subscribe: () => ({ close: async () => undefined }),
    close: async () => undefined,
  };
  return { bus, published };
}

/** A bus that notes what it is given, and answers nothing until it is let go. */
export function heldBus() {
  const hold = Promise.withResolvers<void>();
  const { bus, published } = recordingBus();
  const publish: EventBus['publish'] = async (events) => {
    await hold.promise;
    return bus.publish(events);
  };
  return { bus: { ...bus, publish }, published, letGo: () => hold.resolve() };
}
