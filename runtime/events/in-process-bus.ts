import { within } from '../within.ts';
import type { ActiveSubscription, EventBus, OutgoingEvent, PublishResult, Subscription } from './bus.ts';

/** What an in-process bus needs to know. */
export interface InProcessBusOptions {
  /**
   * Names of all services that subscribe. Until each has, and again from the moment one has left, nothing is published,
   * so an event can never miss a subscriber that is about to start or already stopping.
   */
  readonly subscribers: readonly string[];
}

/**
 * A bus within one process. A batch goes straight to each subscriber, and an event counts as published once every one of
 * them has settled it; until then it stays in its outbox, so nothing is lost when the process dies.
 */
export function createInProcessBus(options: InProcessBusOptions): EventBus {
  const subscriptions = new Map<string, Subscription>();
  const running = new Set<Promise<unknown>>();
  const isComplete = () => options.subscribers.every((service) => subscriptions.has(service));

  return {
    get ready() {
      return isComplete();
    },
    store: undefined,

    async publish(events) {
      if (!isComplete())
        return events.map((event) => ({ id: event.id, ok: false, reason: 'a subscriber is not there' }));
      const failures = new Map<string, string>();
      const deliveries = [...subscriptions.values()].map((subscription) => deliver(subscription, events, failures));
      const delivery = Promise.all(deliveries);
      running.add(delivery);
      await delivery.finally(() => running.delete(delivery));
      return events.map((event) => resultOf(event, failures, subscriptions));
    },

    subscribe(subscription): ActiveSubscription {
      if (subscriptions.has(subscription.service)) throw new Error(`${subscription.service} has already subscribed`);
      subscriptions.set(subscription.service, subscription);
      return {
        async close(deadlineMs) {
          subscriptions.delete(subscription.service);
          await within(deadlineMs, Promise.allSettled(running));
        },
      };
    },

    async close() {
      subscriptions.clear();
    },
  };
}

/** Hands a subscriber its part of the batch and notes in `failures`, by event id, what it did not settle. */
async function deliver(
  subscription: Subscription,
  events: readonly OutgoingEvent[],
  failures: Map<string, string>,
): Promise<void> {
  const wanted = events.filter((event) =>
    event.target === undefined ? subscription.topics.includes(event.topic) : event.target === subscription.service,
  );
  if (wanted.length === 0) return;
  const settled = await subscription.deliver(wanted);
  for (const [index, event] of wanted.entries()) {
    if (settled[index] !== true) failures.set(event.id, `not settled by ${subscription.service}`);
  }
}

function resultOf(
  event: OutgoingEvent,
  failures: ReadonlyMap<string, string>,
  subscriptions: ReadonlyMap<string, Subscription>,
): PublishResult {
  const reason =
    event.target !== undefined && !subscriptions.has(event.target)
      ? `there is no subscriber ${event.target}`
      : failures.get(event.id);
  return reason === undefined ? { id: event.id, ok: true } : { id: event.id, ok: false, reason };
}
