import { setImmediate } from 'node:timers/promises';
import type { Connection, ReturnedMessage } from 'rabbitmq-client';
import type { Logger } from '../process/log.ts';
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
/** What the client calls the method that publishes. */
const PUBLISH_METHOD = 'BasicPublish';

/**
 * A publisher with confirms.
 *
 * A confirm alone does not mean that a message reached a queue, and a queue that a service has not declared yet would
 * miss messages for good. So nothing is published on a connection before each of `subscribers` (a service, and the digest
 * of its topics) has been seen to have its queue and the bindings of this version; during an upgrade, events wait for the
 * services that are to get them. From then on an event that no queue takes is of a newer version, whose services have not subscribed
 * yet, or addressed to a service that is gone: it counts as refused, and waits.
 */
export function createAmqpPublisher(
  connection: Connection,
  subscribers: Readonly<Record<string, string>>,
  log: Logger,
): AmqpPublisher {
  const channel = openChannel(connection);
  // Nothing else is under way on it, so what the broker refuses there is the one event.
  const channelForOne = openChannel(connection);
  let turn: Promise<unknown> = Promise.resolve();
  let isTopologyComplete = false;
  let checks = 0;

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

  const publish = async (events: readonly OutgoingEvent[]): Promise<readonly PublishResult[]> => {
    writeTogether(connection);
    const sent = await Promise.all(events.map(channel.send));
    return sent.some(({ isRefused }) => isRefused) ? publishApart(events, sent) : sent.map(({ result }) => result);
  };

  /**
   * Publishes what is left of a batch after the broker refused one event of it and closed the channel, which took the others
   * along and does not say which one it was. It refuses what is too large for it: the largest goes alone, the others once more.
   */
  const publishApart = async (
    events: readonly OutgoingEvent[],
    sent: readonly Sent[],
  ): Promise<readonly PublishResult[]> => {
    const left = events.filter((_, index) => sent[index]?.result.ok === false);
    const [largest, ...others] = left.toSorted((a, b) => b.body.byteLength - a.body.byteLength);
    const done = sent.map(({ result }) => result).filter(({ ok }) => ok);
    const results = new Map(done.map((result) => [result.id, result]));
    if (largest !== undefined) {
      const alone = turn.then(() => channelForOne.send(largest));
      turn = alone;
      const { result, isRefused } = await alone;
      results.set(result.id, isRefused && !result.ok ? { ...result, isFinal: true } : result);
    }
    for (const result of others.length === 0 ? [] : await publish(others)) results.set(result.id, result);
    return events.flatMap(({ id }) => results.get(id) ?? []);
  };

  return {
    get ready() {
      return connection.ready && isTopologyComplete;
    },
    publish,
    async close() {
      await checking.stop();
      await Promise.all([channel.close(), channelForOne.close()]);
    },
  };
}

/** What became of an event that was sent. */
interface Sent {
  readonly result: PublishResult;
  /** Whether the broker closed the channel for this event, or for one that was sent with it. */
  readonly isRefused: boolean;
}

/** A channel with confirms, opened when something is sent, and again when the broker has closed it. */
function openChannel(connection: Connection) {
  const publisher = connection.createPublisher({
    confirm: true,
    exchanges: [{ exchange: EVENTS_EXCHANGE, type: 'topic', durable: true }],
  });
  const returned = new Set<string>();
  publisher.on('basic.return', (message: ReturnedMessage) => {
    if (message.messageId !== undefined) returned.add(message.messageId);
  });
  const fail = (id: string, reason: string, isRefused: boolean): Sent => ({
    result: { id, ok: false, reason },
    isRefused,
  });

  return {
    async send(event: OutgoingEvent): Promise<Sent> {
      try {
        const { buffer, byteOffset, byteLength } = event.body;
        await publisher.send(toAmqpEnvelope(event), Buffer.from(buffer, byteOffset, byteLength));
      } catch (error) {
        returned.delete(event.id);
        return isRefusal(error)
          ? fail(event.id, `the broker refuses it: ${error.message}`, true)
          : fail(event.id, `the broker did not confirm it: ${codeOf(error)}`, false);
      }
      // The client announces a returned message one turn after it has resolved the confirm.
      await setImmediate();
      if (!returned.delete(event.id)) return { result: { id: event.id, ok: true }, isRefused: false };
      const reason =
        event.target === undefined ? `nobody subscribes to ${event.topic}` : `${event.target} has no queue`;
      return fail(event.id, reason, false);
    },
    close: () => publisher.close(),
  };
}

/** Whether the broker closed the channel for what was published, which it does with what is too large. */
function isRefusal(error: unknown): error is Error {
  return (
    error instanceof Error && codeOf(error) === 'PRECONDITION_FAILED' && error.message.startsWith(`${PUBLISH_METHOD}:`)
  );
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
