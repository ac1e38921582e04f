import { setImmediate } from 'node:timers/promises';
import { type AsyncMessage, type Connection, type Consumer, type ConsumerProps, ConsumerStatus } from 'rabbitmq-client';
import type { Logger } from '../process/log.ts';
import { within } from '../within.ts';
import { countMessages, DEAD_MESSAGES } from './amqp-dead-messages.ts';
import { formerQueueOf, fromFormerMessage } from './amqp-former-message.ts';
import { fromAmqpMessage, queueOf } from './amqp-message.ts';
import { bindQueue, keepBound } from './amqp-topology.ts';
import type { ActiveSubscription, Subscription } from './bus.ts';
import type { WireEvent } from './event.ts';
import { codeOf } from './failure-reason.ts';
import { writeTogether } from './write-together.ts';

/** Most messages a replica holds. */
const PREFETCH = 64;
/** Most events delivered at once. */
const BATCH_SIZE = 500;
/**
 * A backstop for a message that kills the process each time: it then becomes a dead message (amqp-dead-messages.ts). A
 * message that fails in an ordinary way is never sent back.
 */
const DELIVERIES_MAX = 100;
/** The client's code for a consumer that the broker has ended, as it does when the queue is deleted. */
const QUEUE_DELETED = 'CANCEL_FORCED';
const FIRST_PAUSE_MS = 100;
const PAUSE_MS_MAX = 5_000;

/** A message in hand. */
interface Held {
  /** How many of its events are not settled. */
  unsettled: number;
  readonly answer: (status: ConsumerStatus) => void;
}

/** An event in hand. */
interface Pending {
  readonly event: WireEvent;
  readonly message: Held;
}

/**
 * Consumes a service's queue and, where there is one, the queue of versions before v0.8.0, which replicas of those
 * versions still fill.
 *
 * Events that have arrived go to `deliver` as one batch. While that runs, the next batch collects, so an idle service
 * adds no delay and a busy one batches. A message is acknowledged when its events are settled. Events that are not
 * settled stay in hand and are delivered again after a growing pause, rather than going back to the queue, which would
 * return them at once.
 */
export function startAmqpSubscription(
  connection: Connection,
  subscription: Subscription,
  log: Logger,
): ActiveSubscription {
  const { service } = subscription;
  const queue = queueOf(service);
  const batches = createBatches(connection, subscription);
  let former: Consumer | undefined;
  let isClosed = false;

  const consume = (options: ConsumerProps, read: (message: AsyncMessage) => readonly WireEvent[]): Consumer => {
    const qos = { prefetchCount: PREFETCH };
    const consumer = connection.createConsumer({ ...options, qos }, (message) => batches.add(read(message)));
    consumer.on('error', (error) => {
      // A channel that is lost with its connection fails every acknowledgement under way. One line of log is enough for
      // them all.
      const code = codeOf(error);
      log[code === 'CH_CLOSE' ? 'debug' : 'warn']({ code }, 'the queue went away');
      batches.drop();
    });
    return consumer;
  };

  /** Also consumes what earlier versions publish, for as long as their queue exists. */
  const consumeFormer = async (): Promise<void> => {
    const formerQueue = formerQueueOf(service);
    const isThere = (await countMessages(connection, formerQueue)) !== undefined;
    // Nobody would close a consumer that starts after the others were told to close, and what it sends back would come
    // again at once.
    if (isClosed || isThere === (former !== undefined)) return;
    if (isThere) {
      const options = { queue: formerQueue, queueOptions: { passive: true } };
      former = consume(options, (message) => [fromFormerMessage(message)]);
      former.on('error', (error) => {
        if (codeOf(error) === QUEUE_DELETED) consumeFormer().catch(() => undefined); // without the broker it is looked up later
      });
    } else {
      // By itself the client would look for the queue forever, every few seconds, and the broker would log an error
      // each time.
      await former?.close();
      former = undefined;
    }
  };

  const onConnectionError = () => batches.drop();
  connection.on('error', onConnectionError);
  const consumer = consume(
    {
      queue,
      queueOptions: {
        durable: true,
        arguments: {
          'x-queue-type': 'quorum',
          'x-delivery-limit': DELIVERIES_MAX,
          'x-dead-letter-exchange': DEAD_MESSAGES,
        },
      },
    },
    fromAmqpMessage,
  );
  consumer.on('ready', () => {
    bindQueue(connection, subscription)
      .then(consumeFormer)
      .catch((error: unknown) => log.warn({ code: codeOf(error) }, 'the queue cannot be bound now'));
  });
  const binding = keepBound(connection, subscription, log);

  return {
    async close(deadlineMs) {
      isClosed = true;
      batches.close();
      await within(
        deadlineMs,
        Promise.all([binding.stop(deadlineMs), ...[consumer, former].map((each) => each?.close())]),
      );
      connection.off('error', onConnectionError);
    },
  };
}

/** Sorts by id, which is the order of creation. */
function byCreation({ event: a }: Pending, { event: b }: Pending): number {
  return a.id < b.id ? -1 : Number(a.id > b.id);
}

/** Collects messages into batches, with one batch under way at a time. */
function createBatches(connection: Connection, subscription: Subscription) {
  let pending: Pending[] = [];
  let isRunning = false;
  let isClosed = false;
  /** Counts how often everything in hand was let go. */
  let epoch = 0;
  let endPause: (() => void) | undefined;

  /** Delivers one batch and gives the events that are not settled and still in hand. */
  const deliver = async (batch: readonly Pending[]): Promise<readonly Pending[]> => {
    const epochBefore = epoch;
    const settled = await subscription.deliver(batch.map(({ event }) => event)).catch(() => []);
    const unsettled: Pending[] = [];
    writeTogether(connection);
    for (const [index, pendingEvent] of batch.entries()) {
      const { message } = pendingEvent;
      if (settled[index] !== true) unsettled.push(pendingEvent);
      else if (--message.unsettled === 0) message.answer(ConsumerStatus.ACK);
    }
    if (epoch === epochBefore) return unsettled;
    for (const { message } of unsettled) message.answer(ConsumerStatus.REQUEUE);
    return [];
  };

  const pause = async (failures: number): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, Math.min(PAUSE_MS_MAX, FIRST_PAUSE_MS * 2 ** Math.min(failures - 1, 10)));
    endPause = resolve;
    await promise;
    clearTimeout(timer);
    endPause = undefined;
  };

  const run = async (): Promise<void> => {
    isRunning = true;
    let failures = 0;
    await setImmediate(); // lets in what came with the same packet
    while (pending.length > 0) {
      const unsettled = await deliver(pending.splice(0, BATCH_SIZE).sort(byCreation));
      failures = unsettled.length === 0 ? 0 : failures + 1;
      pending = [...unsettled, ...pending];
      if (unsettled.length > 0) await pause(failures);
    }
    isRunning = false;
  };

  /** Lets go of everything in hand: the broker delivers it again, here or to another replica. */
  const drop = (): void => {
    epoch += 1;
    for (const { message } of pending.splice(0)) message.answer(ConsumerStatus.REQUEUE);
    endPause?.();
  };

  return {
    /** Takes the events of a message; gives the answer to that message. */
    add(events: readonly WireEvent[]): Promise<ConsumerStatus> {
      if (isClosed) return Promise.resolve(ConsumerStatus.REQUEUE);
      const { promise, resolve } = Promise.withResolvers<ConsumerStatus>();
      const message: Held = { unsettled: events.length, answer: resolve };
      for (const event of events) pending.push({ event, message });
      if (!isRunning) void run();
      return promise;
    },
    drop,
    close(): void {
      isClosed = true;
      drop();
    },
  };
}
