import { Connection } from 'rabbitmq-client';
import type { Metrics } from '../metrics/metrics.ts';
import type { Logger } from '../process/log.ts';
import { within } from '../within.ts';
import { amqpAddress } from './amqp-address.ts';
import { countDeadMessages } from './amqp-dead-messages.ts';
import { createAmqpPublisher } from './amqp-publisher.ts';
import { startAmqpSubscription } from './amqp-subscription.ts';
import { introduce, isIntroduced } from './amqp-topology.ts';
import type { EventBus, EventStore } from './bus.ts';
import { codeOf } from './failure-reason.ts';

/** How to reach RabbitMQ. */
export interface AmqpBusOptions {
  /** `amqp://user:password@host:port/vhost`. */
  readonly url: string;
  /** Shown in the broker's list of connections. */
  readonly name: string;
  /**
   * All services that subscribe, each with the digest of its topics (subscription-digest.ts). Nothing is published
   * before each of them has a queue that is bound to at least these topics.
   */
  readonly subscribers: Readonly<Record<string, string>>;
  readonly log: Logger;
  /** Undefined when nobody reads metrics. */
  readonly metrics?: Metrics | undefined;
}

const HEARTBEAT_SECONDS = 5;
const CLOSE_TIMEOUT_MS = 2_000;

/**
 * A bus over RabbitMQ 3.10 or newer: the topic exchange `numer.event-batches`, and one durable quorum queue
 * `numer.<service>.event-batches` bound to the topics of that service's consumers.
 *
 * Returns at once. It waits for a broker that is away; whenever the broker comes back, it declares everything again and
 * goes on. Publishing and consuming have a connection each, because a broker that is short of memory or disk stops
 * reading from connections that publish, acknowledgements included.
 */
export function createAmqpBus(options: AmqpBusOptions): EventBus {
  const publishing = connect(options, 'publish');
  const publisher = createAmqpPublisher(publishing, options.subscribers, options.log);
  const store = watchStore(publishing, options.log);
  let consuming: Connection | undefined;
  options.metrics?.watchDeadMessages(() => countDeadMessages(consuming ?? publishing));

  return {
    get ready() {
      return publisher.ready;
    },
    store,
    publish: publisher.publish,
    subscribe(subscription) {
      consuming ??= connect(options, 'consume');
      return startAmqpSubscription(consuming, subscription, options.log);
    },
    async close() {
      await within(CLOSE_TIMEOUT_MS, publisher.close());
      await Promise.all([publishing, consuming].map(disconnect));
    },
  };
}

/** The broker behind a connection, as a store of events. */
function watchStore(connection: Connection, log: Logger): EventStore {
  let session = 0;
  connection.on('connection', () => {
    session += 1;
  });
  /** Gives undefined when the broker goes away. */
  const ask = async <Answer>(asked: Promise<Answer>): Promise<Answer | undefined> =>
    asked.catch((error: unknown) => {
      log.debug({ code: codeOf(error) }, 'the broker went away');
      return undefined;
    });
  return {
    get session() {
      return session;
    },
    knows: (service) => ask(isIntroduced(connection, service)),
    introduce: async (service) => (await ask(introduce(connection, service).then(() => true))) === true,
  };
}

function connect(options: AmqpBusOptions, purpose: 'publish' | 'consume'): Connection {
  const connection = new Connection({
    url: options.url,
    socket: amqpAddress(options.url),
    connectionName: `${options.name} (${purpose})`,
    heartbeat: HEARTBEAT_SECONDS,
    connectionTimeout: 5_000,
    acquireTimeout: 5_000,
    retryLow: 100,
    retryHigh: 2_000,
    noDelay: true,
  });
  // Never the whole URL, which holds a password.
  const { host: broker } = new URL(options.url);
  // The client goes on by itself; without a listener an error would end the process.
  connection.on('error', (error) =>
    options.log.warn({ code: codeOf(error), broker, purpose }, 'no connection to the broker'),
  );
  connection.on('connection', () => options.log.info({ broker, purpose }, 'connected to the broker'));
  connection.on('connection.blocked', (reason) =>
    options.log.warn({ reason, purpose }, 'the broker accepts no messages'),
  );
  connection.on('connection.unblocked', () => options.log.info({ purpose }, 'the broker accepts messages again'));
  return connection;
}

/** Ends a connection; one whose channels do not close in time is cut. */
async function disconnect(connection: Connection | undefined): Promise<void> {
  if (connection === undefined) return;
  const closed = connection.close().then(() => true);
  if ((await within(CLOSE_TIMEOUT_MS, closed)) !== true) connection.unsafeDestroy();
}
