import { setImmediate } from 'node:timers/promises';
import { type AsyncMessage, type Connection, ConsumerStatus } from 'rabbitmq-client';
import type { Logger } from '../process/log.ts';
import { within } from '../within.ts';
import { EVENTS_EXCHANGE, fromAmqpMessage, queueOf } from './amqp-message.ts';
import type { ActiveSubscription, Subscription } from './bus.ts';
import type { WireEvent } from './event.ts';
import { codeOf } from './failure-reason.ts';
import { subscriptionDigestOf } from './subscription-digest.ts';
import { writeTogether } from './write-together.ts';

/** Most messages a replica holds, and thus the largest batch. */
const PREFETCH = 256;
/** A backstop for a message that kills the process each time: what fails in an ordinary way is never sent back. */
const DELIVERIES_MAX = 100;
/** Where such a message ends up, for people to look at. */
const DEAD_EXCHANGE = 'numer.dead';
const FIRST_PAUSE_MS = 100;
const PAUSE_MS_MAX = 5_000;

/** A message in hand. */
interface Pending {
  readonly event: WireEvent;
  readonly answer: (status: ConsumerStatus) => void;
}

/**
 * Name of an empty exchange that a service declares last, so that publishers can see that its queue is bound to the topics
 * of this digest. It stays true, since bindings are only ever added.
 */
export function readinessMarkOf(service: string, digest: string): string {
  return `numer.ready.${service}.${digest}`;
}

/**
 * Consumes a service's queue.
 *
 * What has arrived goes to `deliver` as one batch; while that runs the next one collects, so an idle service adds no
 * delay and a busy one batches. Messages are acknowledged when they are settled. Those that are not stay in hand and are
 * delivered again after a growing pause, rather than going back to the queue, which would return them at once.
 */
export function startAmqpSubscription(
  connection: Connection,
  subscription: Subscription,
  log: Logger,
): ActiveSubscription {
  const queue = queueOf(subscription.service);
  const batches = createBatches(connection, subscription);
  const consumer = connection.createConsumer(
    {
      queue,
      queueOptions: {
        durable: true,
        arguments: {
          'x-queue-type': 'quorum',
          'x-delivery-limit': DELIVERIES_MAX,
          'x-dead-letter-exchange': DEAD_EXCHANGE,
        },
      },
      exchanges: [{ exchange: EVENTS_EXCHANGE, type: 'topic', durable: true }],
      queueBindings: subscription.topics.map((topic) => ({ exchange: EVENTS_EXCHANGE, queue, routingKey: topic })),
      qos: { prefetchCount: PREFETCH },
    },
    (message: AsyncMessage) => batches.add(fromAmqpMessage(message)),
  );
  consumer.on('error', (error) => {
    // With its connection a channel takes along every acknowledgement under way; one line of log is enough for them all.
    const code = codeOf(error);
    log[code === 'CH_CLOSE' ? 'debug' : 'warn']({ code }, 'the queue went away');
    batches.drop();
  });
  const onConnectionError = () => batches.drop();
  connection.on('error', onConnectionError);
  consumer.on('ready', () => {
    markReady(connection, subscription).catch((error: unknown) => {
      log.warn({ code: codeOf(error) }, 'a queue cannot be marked as ready');
    });
  });

  return {
    async close(deadlineMs) {
      batches.close();
      await within(deadlineMs, consumer.close());
      connection.off('error', onConnectionError);
    },
  };
}

/** Declares the backstop's queue and, last of all, the mark by which publishers see that this service is bound. */
async function markReady(connection: Connection, { service, topics }: Subscription): Promise<void> {
  await connection.exchangeDeclare({ exchange: DEAD_EXCHANGE, type: 'fanout', durable: true });
  await connection.queueDeclare({ queue: DEAD_EXCHANGE, durable: true, arguments: { 'x-queue-type': 'quorum' } });
  await connection.queueBind({ exchange: DEAD_EXCHANGE, queue: DEAD_EXCHANGE });
  const mark = readinessMarkOf(service, subscriptionDigestOf(topics));
  await connection.exchangeDeclare({ exchange: mark, type: 'fanout', durable: true });
}

/** Collects messages into batches, one of them under way at a time. */
function createBatches(connection: Connection, subscription: Subscription) {
  let pending: Pending[] = [];
  let isRunning = false;
  let isClosed = false;
  /** Counts the times everything in hand was let go. */
  let epoch = 0;
  let endPause: (() => void) | undefined;

  /** Delivers one batch and gives the messages that are not settled and still in hand. */
  const deliver = async (batch: readonly Pending[]): Promise<readonly Pending[]> => {
    const epochBefore = epoch;
    const settled = await subscription.deliver(batch.map(({ event }) => event)).catch(() => []);
    const unsettled: Pending[] = [];
    writeTogether(connection);
    for (const [index, message] of batch.entries()) {
      if (settled[index] === true) message.answer(ConsumerStatus.ACK);
      else if (epoch !== epochBefore) message.answer(ConsumerStatus.REQUEUE);
      else unsettled.push(message);
    }
    return unsettled;
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
      const unsettled = await deliver(pending.splice(0, PREFETCH));
      failures = unsettled.length === 0 ? 0 : failures + 1;
      pending = [...unsettled, ...pending];
      if (unsettled.length > 0) await pause(failures);
    }
    isRunning = false;
  };

  /** Lets go of everything in hand: the broker delivers it again, here or to another replica. */
  const drop = (): void => {
    epoch += 1;
    for (const { answer } of pending.splice(0)) answer(ConsumerStatus.REQUEUE);
    endPause?.();
  };

  return {
    add(event: WireEvent): Promise<ConsumerStatus> {
      if (isClosed) return Promise.resolve(ConsumerStatus.REQUEUE);
      const { promise, resolve } = Promise.withResolvers<ConsumerStatus>();
      pending.push({ event, answer: resolve });
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
