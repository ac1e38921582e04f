import { setImmediate } from 'node:timers/promises';
import type { Channel, Connection, SyncMessage } from 'rabbitmq-client';
import { bytesOf } from './amqp-message.ts';
import { codeOf } from './failure-reason.ts';

/**
 * Name of the exchange and the queue for messages that RabbitMQ gives up because, each time, they ended the process
 * that held them.
 */
export const DEAD_MESSAGES = 'numer.dead';

/**
 * The queue that a message came from. A message that was put back as a copy needs it, since the copy lacks what the
 * broker had noted.
 */
const QUEUE_HEADER = 'numer-queue';
/**
 * By default, RabbitMQ 4 drops a message that was put back 20 times. Looking at a message means taking it and putting
 * it back.
 */
const RETURNS_MAX = 10;
/**
 * Codes with which publishing fails because of the message itself: it is too large for the broker, or for the room that
 * its queue has.
 */
const REFUSALS: ReadonlySet<string> = new Set(['PRECONDITION_FAILED', 'NACK']);

/** A message that RabbitMQ gave up. */
export interface DeadMessage {
  /** Id of its first event; empty for a message that is not of this system. */
  readonly id: string;
  /** Topic of its events, or the queue that they were addressed to. */
  readonly topic: string;
  /** The queue that it was in; undefined for a message that somebody put here by hand. */
  readonly queue: string | undefined;
  /** When it was published; undefined when that is not known or no valid date. */
  readonly publishTime: Date | undefined;
  readonly bytes: number;
}

/**
 * How many messages of a queue nobody holds; undefined when there is no such queue. Rejects when the broker is away.
 */
export async function countMessages(connection: Connection, queue: string): Promise<number | undefined> {
  const channel = await connection.acquire();
  try {
    return (await channel.queueDeclare({ queue, passive: true })).messageCount;
  } catch (error) {
    if (codeOf(error) === 'NOT_FOUND') return undefined;
    throw error;
  } finally {
    await channel.close();
  }
}

/** How many messages were given up. Rejects when the broker is away. */
export async function countDeadMessages(connection: Connection): Promise<number> {
  // Without the queue no service has run yet.
  return (await countMessages(connection, DEAD_MESSAGES)) ?? 0;
}

/** The messages that were given up, the oldest first, at most `limit`. */
export async function listDeadMessages(connection: Connection, limit: number): Promise<DeadMessage[]> {
  const listed: DeadMessage[] = [];
  await visitDeadMessages(connection, limit, async (message) => {
    listed.push(describe(message));
    return false;
  });
  return listed;
}

/**
 * Puts messages, all of them or those with an id, back into the queue that they were in, and into no other: other
 * services that wanted the same events have their own copies. A message stays when its queue is gone, not known or
 * full, or when it is too large for the broker. If this is interrupted, a message may be in both queues, which does no
 * harm.
 */
export async function resendDeadMessages(
  connection: Connection,
  id: string | undefined,
): Promise<{ readonly sent: number; readonly left: readonly DeadMessage[] }> {
  let sent = 0;
  const left: DeadMessage[] = [];
  await visitDeadMessages(connection, Number.POSITIVE_INFINITY, async (message, send) => {
    if (!isMeant(message, id)) return false;
    const queue = queueOf(message);
    const isSent = queue !== undefined && (await send(message, { exchange: '', routingKey: queue }));
    if (isSent) sent += 1;
    else left.push(describe(message));
    return isSent;
  });
  return { sent, left };
}

/** Drops messages for good, all of them or those with an id; gives how many. */
export async function dropDeadMessages(connection: Connection, id: string | undefined): Promise<number> {
  let dropped = 0;
  await visitDeadMessages(connection, Number.POSITIVE_INFINITY, async (message) => {
    if (!isMeant(message, id)) return false;
    dropped += 1;
    return true;
  });
  return dropped;
}

/** Where a copy of a message goes, and which headers it gets besides its own. */
interface Destination {
  readonly exchange: string;
  readonly routingKey: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Publishes a copy of a message; false when no queue gets it, or the broker refuses it. */
type Send = (message: SyncMessage, destination: Destination) => Promise<boolean>;

/**
 * Takes the messages that are there now, one by one, at most `limit`. A message for which `settle` gives true is then
 * gone. All others are put back at the end, or as soon as this process ends.
 */
async function visitDeadMessages(
  connection: Connection,
  limit: number,
  settle: (message: SyncMessage, send: Send) => Promise<boolean>,
): Promise<void> {
  const count = await countDeadMessages(connection);
  if (count === 0) return;
  const channel = await connection.acquire();
  const { send, close } = createSender(connection);
  try {
    let lastKept: number | undefined;
    for (let left = Math.min(count, limit); left > 0; left -= 1) {
      const message = await channel.basicGet({ queue: DEAD_MESSAGES });
      if (message === undefined) break;
      const { deliveryTag } = message;
      if ((await settle(message, send)) || (await renew(message, send))) channel.basicAck({ deliveryTag });
      else lastKept = deliveryTag;
    }
    if (lastKept !== undefined) channel.basicNack({ deliveryTag: lastKept, multiple: true, requeue: true });
  } finally {
    await close();
    await channel.close();
  }
}

/**
 * Replaces a message that was put back often by a new copy in the same queue; false when that is not needed, or the
 * broker refuses it.
 */
async function renew(message: SyncMessage, send: Send): Promise<boolean> {
  const returns: unknown = message.headers?.['x-delivery-count'];
  if (typeof returns !== 'number' || returns < RETURNS_MAX) return false;
  const queue = queueOf(message);
  const headers = queue === undefined ? {} : { [QUEUE_HEADER]: queue };
  return send(message, { exchange: DEAD_MESSAGES, routingKey: message.routingKey, headers });
}

/**
 * Publishes on a channel of its own. The broker closes the channel when it refuses a message; it is then opened again.
 */
function createSender(connection: Connection): { readonly send: Send; close(): Promise<void> } {
  let channel: Channel | undefined;
  let isReturned = false;
  const open = async () => {
    channel = await connection.acquire();
    channel.on('basic.return', () => {
      isReturned = true;
    });
    await channel.confirmSelect();
    return channel;
  };
  return {
    async send(message, { exchange, routingKey, headers: added }) {
      const { body, headers, deliveryTag: _tag, redelivered: _again, messageCount: _count, ...properties } = message;
      // A copy must not have what the broker noted of the message's past.
      const own = Object.entries(headers ?? {}).filter(([name]) => !name.startsWith('x-') && name !== QUEUE_HEADER);
      const headersOfCopy = { ...Object.fromEntries(own), ...added };
      const envelope = { ...properties, exchange, routingKey, headers: headersOfCopy, mandatory: true, durable: true };
      const current = channel?.active === true ? channel : await open();
      isReturned = false;
      try {
        await current.basicPublish(envelope, Buffer.from(bytesOf(body)));
      } catch (error) {
        if (REFUSALS.has(codeOf(error))) return false;
        throw error;
      }
      // The client announces a returned message one turn after it has resolved the confirm.
      await setImmediate();
      return !isReturned;
    },
    async close() {
      await channel?.close();
    },
  };
}

function isMeant(message: SyncMessage, id: string | undefined): boolean {
  return id === undefined || message.messageId === id;
}

function describe(message: SyncMessage): DeadMessage {
  const { messageId = '', routingKey, timestamp = Number.NaN, body } = message;
  const publishTime = new Date(timestamp * 1_000);
  return {
    id: messageId,
    topic: routingKey,
    queue: queueOf(message),
    publishTime: Number.isNaN(publishTime.getTime()) ? undefined : publishTime,
    bytes: bytesOf(body).byteLength,
  };
}

function queueOf({ headers }: SyncMessage): string | undefined {
  const queue: unknown = headers?.[QUEUE_HEADER] ?? headers?.['x-first-death-queue'];
  return typeof queue === 'string' ? queue : undefined;
}
