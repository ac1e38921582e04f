import { setImmediate } from 'node:timers/promises';
import type { Connection, ReturnedMessage } from 'rabbitmq-client';
import type { Logger } from '../process/log.ts';
import { type OutgoingBatch, toAmqpBody, toAmqpEnvelope, toBatches } from './amqp-message.ts';
import { findUnbound } from './amqp-topology.ts';
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
/** How often to look again after everything was there: somebody may delete a queue, or the exchange, by hand. */
const TOPOLOGY_RECHECK_MS = 2_000;
/** Ten seconds: services that start together have subscribed by then. */
const CHECKS_PER_WARNING = 50;
/** What the client calls the method that publishes. */
const PUBLISH_METHOD = 'BasicPublish';

/**
 * A publisher with confirms.
 *
 * A confirm alone does not mean that a message reached a queue, and a queue that a service has not declared yet would
 * miss messages for good. So nothing is published on a connection before each of `subscribers` (a service, and the
 * digest of its topics) has been seen to have its queue and the bindings of this version. During an upgrade, events
 * wait for the services that are to get them. From then on, an event that no queue takes is either of a newer version,
 * whose services have not subscribed yet, or addressed to a service that is gone. Such an event counts as refused, and
 * waits.
 */
export function createAmqpPublisher(
  connection: Connection,
  subscribers: Readonly<Record<string, string>>,
  log: Logger,
): AmqpPublisher {
  const channel = openChannel(connection);
  // Only one event at a time is under way on it, so that is the one that the broker refuses there.
  const channelForOne = openChannel(connection);
  let turn: Promise<unknown> = Promise.resolve();
  let isTopologyComplete = false;
  let recheckTime = 0;
  let checks = 0;

  connection.on('error', () => {
    isTopologyComplete = false;
  });
  const checking = startLoop({
    async run() {
      if (!connection.ready || (isTopologyComplete && performance.now() < recheckTime)) return false;
      const missing = await findUnbound(connection, subscribers);
      isTopologyComplete = missing === undefined;
      recheckTime = performance.now() + TOPOLOGY_RECHECK_MS;
      checks = missing === undefined ? 0 : checks + 1;
      if (checks > 0 && checks % CHECKS_PER_WARNING === 0)
        log.warn({ subscriber: missing }, 'events wait for a service to subscribe');
      return false;
    },
    pollMs: TOPOLOGY_POLL_MS,
    onError: (error) => log.debug({ code: codeOf(error) }, 'the broker went away'),
  });
  connection.on('connection', () => checking.wake());

  /** Publishes batches and gives the result of each event by its id. */
  const publishBatches = async (batches: readonly OutgoingBatch[]): Promise<Map<string, PublishResult>> => {
    writeTogether(connection);
    const sent = await Promise.all(batches.map(channel.send));
    const results = new Map(sent.flatMap(resultsOf));
    if (!sent.some(({ isRefused }) => isRefused)) return results;
    const left = sent.filter(({ failure }) => failure !== undefined).map(({ batch }) => batch);
    return new Map([...results, ...(await publishApart(left))]);
  };

  /**
   * Publishes what is left after the broker refused one message and closed the channel. The other messages on it fail
   * as well, and the broker does not say which one it refused. It refuses messages that are too large for it. So the
   * largest goes alone, and the others go once more.
   */
  const publishApart = async (left: readonly OutgoingBatch[]): Promise<Map<string, PublishResult>> => {
    const apart = left.flat().map((event): OutgoingBatch => [event]);
    if (left.some(({ length }) => length > 1)) return publishBatches(apart);
    const [largest, ...others] = apart.toSorted(([a], [b]) => b.body.byteLength - a.body.byteLength);
    if (largest === undefined) return new Map();
    const alone = turn.then(() => channelForOne.send(largest));
    turn = alone;
    const sent = await alone;
    const results = resultsOf(sent).map(([id, result]): [string, PublishResult] => [
      id,
      sent.isRefused && !result.ok ? { ...result, isFinal: true } : result,
    ]);
    return new Map([...results, ...(await publishBatches(others))]);
  };

  return {
    get ready() {
      return connection.ready && isTopologyComplete;
    },
    async publish(events) {
      const results = await publishBatches(toBatches(events));
      if (results.values().some(({ ok }) => !ok)) recheckTime = 0;
      return events.flatMap(({ id }) => results.get(id) ?? []);
    },
    async close() {
      await checking.stop();
      await Promise.all([channel.close(), channelForOne.close()]);
    },
  };
}

/** What became of a message that was sent. */
interface Sent {
  readonly batch: OutgoingBatch;
  /** Why it was not taken, or may not have been. */
  readonly failure?: string;
  /** Whether the broker closed the channel for this message, or for one that was sent with it. */
  readonly isRefused?: true;
}

function resultsOf({ batch, failure }: Sent): [string, PublishResult][] {
  return batch.map(({ id }) => [id, failure === undefined ? { id, ok: true } : { id, ok: false, reason: failure }]);
}

/** A channel with confirms, opened when something is sent, and again when the broker has closed it. */
function openChannel(connection: Connection) {
  // It leaves the exchange to those who bind to it. One that nobody has bound to yet must not look like one that all have.
  const publisher = connection.createPublisher({ confirm: true });
  const returned = new Set<string>();
  publisher.on('basic.return', (message: ReturnedMessage) => {
    if (message.messageId !== undefined) returned.add(message.messageId);
  });

  return {
    async send(batch: OutgoingBatch): Promise<Sent> {
      const [{ id, target, topic }] = batch;
      try {
        await publisher.send(toAmqpEnvelope(batch), toAmqpBody(batch));
      } catch (error) {
        returned.delete(id);
        return isRefusal(error)
          ? { batch, failure: `the broker refuses it: ${error.message}`, isRefused: true }
          : { batch, failure: `the broker did not confirm it: ${codeOf(error)}` };
      }
      // The client announces a returned message one turn after it has resolved the confirm.
      await setImmediate();
      if (!returned.delete(id)) return { batch };
      return { batch, failure: target === undefined ? `nobody subscribes to ${topic}` : `${target} has no queue` };
    },
    close: () => publisher.close(),
  };
}

/** Whether the broker closed the channel because of a published message, as it does when a message is too large. */
function isRefusal(error: unknown): error is Error {
  return (
    error instanceof Error && codeOf(error) === 'PRECONDITION_FAILED' && error.message.startsWith(`${PUBLISH_METHOD}:`)
  );
}
