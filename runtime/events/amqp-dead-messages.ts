import { setImmediate } from 'node:timers/promises';
import type { Channel, Connection, SyncMessage } from 'rabbitmq-client';
import { bytesOf } from './amqp-message.ts';
import { codeOf } from './failure-reason.ts';

/** The exchange and the queue of the messages that RabbitMQ gives up, since they ended the process that had them in hand each time. */
export const DEAD_MESSAGES = 'numer.dead';

/** Which queue a message was in that was put back as a copy, and so has lost what the broker had noted. */
const QUEUE_HEADER = 'numer-queue';
/** By default, RabbitMQ 4 drops a message that was put back 20 times, and to look at it is to take it and to put it back. */
const RETURNS_MAX = 10;
/** What publishing fails with because of the one message: it is too large for the broker, or for what its queue has room for. */
const REFUSALS: ReadonlySet<string> = new Set(['PRECONDITION_FAILED', 'NACK']);

/** A message that RabbitMQ gave up. */
export interface DeadMessage {
  /** Id of its first event; empty for a message that is not of this system. */
  readonly id: string;
  /** Topic of its events, or the queue that they were addressed to. */
  readonly topic: string;
  /** The queue that it was in; undefined for one that somebody put here by hand. */
  readonly queue: string | undefined;
  /** When it was published; undefined when that is not known, or beyond what a date can be. */
  readonly publishTime: Date | undefined;
  readonly bytes: number;
}

/** How many messages of a queue are in nobody's hand; undefined when there is no such queue. Rejects when the broker is away. */
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
 * Puts messages, all of them or those with an id, back into the queue that they were in, and into no other: the services that wanted
 * the same events have their own copies. A message whose queue is gone, not known or full, or that is too large for the broker, stays.
 * When it is interrupted a message may be in both queues, which does no harm.
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

/** Where a copy of a message goes, and what it is to have besides the headers of its own. */
interface Destination {
  readonly exchange: string;
  readonly routingKey: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Publishes a copy of a message; false when no queue gets it, or the broker refuses it. */
type Send = (message: SyncMessage, destination: Destination) => Promise<boolean>;

/**
 * Takes the messages that lie there now, one by one, at most `limit`. One for which `settle` gives true is gone then; all others are
 * put back in the end, or as soon as this process ends.
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

/** Puts a message that was put back often in its queue as a new one; false when it need not be. */
async function renew(message: SyncMessage, send: Send): Promise<boolean> {
  const returns: unknown = message.headers?.['x-delivery-count'];
  if (typeof returns !== 'number' || returns < RETURNS_MAX) return false;
  const queue = queueOf(message);
  const headers = queue === undefined ? {} : { [QUEUE_HEADER]: queue };
  return send(message, { exchange: DEAD_MESSAGES, routingKey: message.routingKey, headers });
}

/** Publishes on a channel of its own, which the broker closes for a message that it refuses, and which then is opened anew. */
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
      // What the broker noted of the message's past is not for the next one to find.
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
