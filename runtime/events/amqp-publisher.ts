import { setImmediate } from 'node:timers/promises';
import type { Connection, ReturnedMessage } from 'rabbitmq-client';
import type { Logger } from '../log.ts';
import { EVENTS_EXCHANGE, toAmqpEnvelope } from './amqp-message.ts';
import { readinessMarkOf } from './amqp-subscription.ts';
import type { OutgoingEvent, PublishResult } from './bus.ts';
import { codeOf } from './failure-reason.ts';
import { startLoop } from './loop.ts';
import { writeTogether } from './write-together.ts';

/** Publishes on one connection. */
export interface AmqpPublisher {
  /** True while the broker takes messages and every expected subscriber has its queue. */
  readonly ready: boolean;
  publish(events: readonly OutgoingEvent[]): Promise<readonly PublishResult[]>;
  close(): Promise<void>;
}

const TOPOLOGY_POLL_MS = 200;
const CHECKS_PER_WARNING = 50;

/**
 * A publisher with confirms.
 *
 * A confirm alone does not mean that a message reached a queue, and a queue that a service has not declared yet would
 * miss messages for good. So nothing is published on a connection before each of `subscribers` (a service, and the digest
 * of its topics) has been seen to have its queue and the bindings of this version; during an upgrade, events wait for the
 * services that are to get them. From then on an event that no queue takes is one that nobody subscribes to, and counts as
 * published; only one that is addressed to a single service then counts as refused.
 */
export function createAmqpPublisher(
  connection: Connection,
  subscribers: Readonly<Record<string, string>>,
  log: Logger,
): AmqpPublisher {
  const publisher = connection.createPublisher({
    confirm: true,
    exchanges: [{ exchange: EVENTS_EXCHANGE, type: 'topic', durable: true }],
  });
  const returned = new Set<string>();
  let isTopologyComplete = false;
  let checks = 0;

  publisher.on('basic.return', (message: ReturnedMessage) => {
    if (message.messageId !== undefined) returned.add(message.messageId);
  });
  connection.on('error', () => {
    isTopologyComplete = false;
  });
  const checking = startLoop({
    async run() {
      if (isTopologyComplete || !connection.ready) return false;
      const missing = await findMissing(connection, subscribers);
      isTopologyComplete = missing === undefined;
      checks = missing === undefined ? 0 : checks + 1;
      if (checks % CHECKS_PER_WARNING === 1)
        log.warn({ subscriber: missing }, 'events wait for a service to subscribe');
      return false;
    },
    pollMs: TOPOLOGY_POLL_MS,
    onError: (error) => log.debug({ code: codeOf(error) }, 'the broker went away'),
  });
  connection.on('connection', () => checking.wake());

  const publishOne = async (event: OutgoingEvent): Promise<PublishResult> => {
    try {
      const { buffer, byteOffset, byteLength } = event.body;
      await publisher.send(toAmqpEnvelope(event), Buffer.from(buffer, byteOffset, byteLength));
    } catch (error) {
      returned.delete(event.id);
      return { id: event.id, ok: false, reason: `the broker did not confirm it: ${codeOf(error)}` };
    }
    // The client announces a returned message one turn after it has resolved the confirm.
    await setImmediate();
    const isReturned = returned.delete(event.id);
    if (!isReturned) return { id: event.id, ok: true };
    if (event.target !== undefined) return { id: event.id, ok: false, reason: `${event.target} has no queue` };
    log.debug({ topic: event.topic }, 'nobody subscribes to a topic');
    return { id: event.id, ok: true };
  };

  return {
    get ready() {
      return connection.ready && isTopologyComplete;
    },
    publish(events) {
      writeTogether(connection);
      return Promise.all(events.map(publishOne));
    },
    async close() {
      await checking.stop();
      await publisher.close();
    },
  };
}

/** The first expected subscriber that has not bound its queue; undefined when all have. Rejects when the broker goes. */
async function findMissing(
  connection: Connection,
  subscribers: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  for (const [service, digest] of Object.entries(subscribers)) {
    const channel = await connection.acquire();
    try {
      await channel.exchangeDeclare({ exchange: readinessMarkOf(service, digest), passive: true });
    } catch (error) {
      if (codeOf(error) === 'NOT_FOUND') return service;
      throw error;
    } finally {
      await channel.close();
    }
  }
  return undefined;
}
