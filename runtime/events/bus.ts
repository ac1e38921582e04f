import type { WireEvent } from './event.ts';

/** An event on its way out. */
export interface OutgoingEvent extends WireEvent {
  /** The one service to deliver to; undefined means every subscriber of the topic. */
  readonly target: string | undefined;
}

/** What became of a published event. */
export type PublishResult =
  | { readonly id: string; readonly ok: true }
  /**
   * Not taken by the bus, or possibly not. Publish it again later, unless it `isFinal`: then the bus never takes it.
   */
  | { readonly id: string; readonly ok: false; readonly reason: string; readonly isFinal?: true };

/** What a service asks of the bus. */
export interface Subscription {
  /** Name of the service. Its replicas share the events among them. */
  readonly service: string;
  /** The topics it wants. */
  readonly topics: readonly string[];
  /**
   * Takes a batch and tells, for each event in order, whether it is settled: applied, or safely kept by the service for
   * later. An event that is not settled is delivered again after a pause. Never rejects.
   */
  deliver(batch: readonly WireEvent[]): Promise<readonly boolean[]>;
}

/** A running subscription. */
export interface ActiveSubscription {
  /**
   * Takes no further events and lets the batch in hand finish, for `deadlineMs` at most. What is not settled is left to
   * another replica or a later start.
   */
  close(deadlineMs: number): Promise<void>;
}

/**
 * A store of events outside of the databases of the services. It may lose what it has, so relays keep what they have
 * published (published-events.ts).
 */
export interface EventStore {
  /** Another number after each loss of contact. Only then may it be another store, or have been emptied. */
  readonly session: number;
  /** Whether the service was introduced since the store was new or empty; undefined when that cannot be known now. */
  knows(service: string): Promise<boolean | undefined>;
  /** Makes the service known for as long as the store keeps anything. Gives false when that failed. */
  introduce(service: string): Promise<boolean>;
}

/**
 * Carries events between services, at least once each and in no promised order.
 *
 * The bus knows nothing of databases: the relay feeds it from an outbox, the consumer runtime behind `deliver` makes
 * repeats harmless.
 */
export interface EventBus {
  /** False while publishing cannot succeed, e.g. the broker is away; the relay then leaves its rows alone. */
  readonly ready: boolean;
  /** Where events are that it has taken and that services are still to get; undefined when they are in the outboxes. */
  readonly store: EventStore | undefined;
  /** Publishes a batch. Never rejects; the results are in the order of the events. */
  publish(events: readonly OutgoingEvent[]): Promise<readonly PublishResult[]>;
  /** Starts a subscription. Does not wait for a broker: it takes effect as soon as there is one. */
  subscribe(subscription: Subscription): ActiveSubscription;
  /** Ends the bus. Stop subscriptions and relays first. */
  close(): Promise<void>;
}
