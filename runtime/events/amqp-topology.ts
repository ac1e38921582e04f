import type { Connection } from 'rabbitmq-client';
import type { Logger } from '../process/log.ts';
import { DEAD_MESSAGES } from './amqp-dead-messages.ts';
import { EVENTS_EXCHANGE, queueOf } from './amqp-message.ts';
import type { Subscription } from './bus.ts';
import { codeOf } from './failure-reason.ts';
import { type Loop, startLoop } from './loop.ts';
import { subscriptionDigestOf } from './subscription-digest.ts';

/**
 * How often a service looks whether it is still bound. It binds again only when it was not bound at two looks in a row.
 * By then, publishers, which look more often, publish nothing. Otherwise, events could miss the services that are still
 * to bind.
 */
const BINDING_POLL_MS = 5_000;

/**
 * Names of the empty exchanges by which publishers see that the queue of a service is bound to the topics of a digest.
 * The broker deletes the one with the queue and the other with the exchange of the events, so neither outlives what it
 * stands for. Otherwise they stay, since bindings are only ever added.
 */
function marksOf(service: string, digest: string): { readonly ofQueue: string; readonly ofExchange: string } {
  const mark = `${EVENTS_EXCHANGE}.ready.${service}.${digest}`;
  return { ofQueue: `${mark}.queue`, ofExchange: `${mark}.exchange` };
}

/**
 * Name of the empty exchange by which a service sees that the broker is still the one that it has published to. Nobody
 * but the broker deletes it, with everything else.
 */
function introductionOf(service: string): string {
  return `${EVENTS_EXCHANGE}.published.${service}`;
}

/** Makes a service known to the broker. Rejects when the broker goes away. */
export async function introduce(connection: Connection, service: string): Promise<void> {
  await connection.exchangeDeclare({ exchange: introductionOf(service), type: 'fanout', durable: true });
}

/** Whether the broker knows a service. Rejects when the broker goes away. */
export async function isIntroduced(connection: Connection, service: string): Promise<boolean> {
  return (await findMissing(connection, [introductionOf(service)])) === undefined;
}

/**
 * Binds the queue of a service, which must exist, to its topics. Also declares the queue of dead messages and, last of
 * all, the marks.
 */
export async function bindQueue(connection: Connection, { service, topics }: Subscription): Promise<void> {
  const queue = queueOf(service);
  await connection.exchangeDeclare({ exchange: EVENTS_EXCHANGE, type: 'topic', durable: true });
  for (const routingKey of topics) await connection.queueBind({ exchange: EVENTS_EXCHANGE, queue, routingKey });
  await connection.exchangeDeclare({ exchange: DEAD_MESSAGES, type: 'fanout', durable: true });
  await connection.queueDeclare({ queue: DEAD_MESSAGES, durable: true, arguments: { 'x-queue-type': 'quorum' } });
  await connection.queueBind({ exchange: DEAD_MESSAGES, queue: DEAD_MESSAGES });

  const { ofQueue, ofExchange } = marksOf(service, subscriptionDigestOf(topics));
  const options = { type: 'fanout', durable: true, autoDelete: true };
  await connection.exchangeDeclare({ exchange: ofQueue, ...options });
  await connection.queueBind({ exchange: ofQueue, queue });
  await connection.exchangeDeclare({ exchange: ofExchange, ...options });
  await connection.exchangeBind({ source: ofExchange, destination: EVENTS_EXCHANGE });
}

/** Binds the queue of a service again whenever somebody has deleted what binds it. */
export function keepBound(connection: Connection, subscription: Subscription, log: Logger): Loop {
  const subscriber = { [subscription.service]: subscriptionDigestOf(subscription.topics) };
  let wasBound = true;
  return startLoop({
    async run() {
      if (!connection.ready) return false;
      const isBound = (await findUnbound(connection, subscriber)) === undefined;
      if (!isBound && !wasBound) {
        log.warn('the queue is not bound to the exchange of the events; it is bound again');
        await bindQueue(connection, subscription);
      }
      wasBound = isBound;
      return false;
    },
    pollMs: BINDING_POLL_MS,
    delayMs: BINDING_POLL_MS,
    onError: (error) => log.debug({ code: codeOf(error) }, 'whether the queue is bound is not known'),
  });
}

/**
 * The first of these services, each given with the digest of its topics, whose queue is not bound; undefined when all
 * are. Rejects when the broker goes away.
 */
export async function findUnbound(
  connection: Connection,
  subscribers: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  const services = new Map(
    Object.entries(subscribers).flatMap(([service, digest]) =>
      Object.values(marksOf(service, digest)).map((mark) => [mark, service]),
    ),
  );
  const missing = await findMissing(connection, [...services.keys()]);
  return missing === undefined ? undefined : services.get(missing);
}

/** The first of these exchanges that the broker does not have. Rejects when the broker goes away. */
async function findMissing(connection: Connection, exchanges: readonly string[]): Promise<string | undefined> {
  const channel = await connection.acquire();
  try {
    for (const exchange of exchanges) {
      try {
        await channel.exchangeDeclare({ exchange, passive: true });
      } catch (error) {
        if (codeOf(error) === 'NOT_FOUND') return exchange;
        throw error;
      }
    }
    return undefined;
  } finally {
    await channel.close();
  }
}
