import { randomUUID } from 'node:crypto';
import { isIP } from 'node:net';
import type { AsyncMessage, Envelope } from 'rabbitmq-client';
import { UUID } from '../uuid.ts';
import type { OutgoingEvent } from './bus.ts';
import type { WireEvent } from './event.ts';
import { storable } from './failure-reason.ts';

/** The topic exchange that carries every event. */
export const EVENTS_EXCHANGE = 'numer.events';

/** The queue of a service. */
export function queueOf(service: string): string {
  return `numer.${service}`;
}

/**
 * CloudEvents has a binding for AMQP 1.0 only. This is its binary mode carried over to AMQP 0-9-1: the protobuf bytes are
 * the body, `content-type` its type, and each attribute is a header with the prefix that the binding gives to
 * application properties, which RabbitMQ turns into just those for a reader that speaks AMQP 1.0.
 */
const ATTRIBUTE = 'cloudEvents:';
const CONTENT_TYPE = 'application/protobuf';

/** What is published for an event: to the topic, or straight to the queue of its target. */
export function toAmqpEnvelope(event: OutgoingEvent): Envelope {
  const destination =
    event.target === undefined
      ? { exchange: EVENTS_EXCHANGE, routingKey: event.topic }
      : { exchange: '', routingKey: queueOf(event.target) };
  return {
    ...destination,
    mandatory: true,
    durable: true,
    messageId: event.id,
    type: event.type,
    appId: event.source,
    contentType: CONTENT_TYPE,
    timestamp: Math.floor(event.time.getTime() / 1_000),
    headers: {
      [`${ATTRIBUTE}specversion`]: '1.0',
      [`${ATTRIBUTE}id`]: event.id,
      [`${ATTRIBUTE}type`]: event.type,
      [`${ATTRIBUTE}source`]: event.source,
      [`${ATTRIBUTE}subject`]: event.subject,
      [`${ATTRIBUTE}time`]: event.time.toISOString(),
      [`${ATTRIBUTE}topic`]: event.topic,
      [`${ATTRIBUTE}aggregateversion`]: event.version.toString(),
      [`${ATTRIBUTE}actor`]: event.actor,
      [`${ATTRIBUTE}requestid`]: event.requestId,
      ...(event.callerAddress === undefined ? {} : { [`${ATTRIBUTE}calleraddress`]: event.callerAddress }),
      ...(event.ownerId === undefined ? {} : { [`${ATTRIBUTE}ownerid`]: event.ownerId }),
      ...(event.traceparent === undefined ? {} : { [`${ATTRIBUTE}traceparent`]: event.traceparent }),
    },
  };
}

/** Fits a Postgres bigint whatever the digits. */
const VERSION = /^\d{1,18}$/;

/** Reads a message. One that is none of ours comes back with its `problem`, so that it becomes a dead letter, bytes and all. */
export function fromAmqpMessage(message: AsyncMessage): WireEvent {
  const problems: string[] = [];
  const read = (name: string, pattern: RegExp, fallback: string): string => {
    const value: unknown = message.headers?.[`${ATTRIBUTE}${name}`];
    if (typeof value === 'string' && pattern.test(value)) return storable(value);
    problems.push(name);
    return fallback;
  };
  const time = new Date(read('time', /^\d{4}-\d\d-\d\dT/, ''));
  const callerAddress: unknown = message.headers?.[`${ATTRIBUTE}calleraddress`];
  const ownerId: unknown = message.headers?.[`${ATTRIBUTE}ownerid`];
  const traceparent: unknown = message.headers?.[`${ATTRIBUTE}traceparent`];
  if (message.contentType !== CONTENT_TYPE) problems.push('content-type');
  const event = {
    id: read('id', UUID, randomUUID()),
    type: read('type', /./, ''),
    topic: read('topic', /./, message.routingKey),
    source: read('source', /./, ''),
    subject: read('subject', /./, ''),
    version: BigInt(read('aggregateversion', VERSION, '0')),
    ownerId: typeof ownerId === 'string' && UUID.test(ownerId) ? ownerId : undefined,
    actor: read('actor', /./, ''),
    requestId: read('requestid', /^/, ''),
    callerAddress: typeof callerAddress === 'string' && isIP(callerAddress) !== 0 ? callerAddress : undefined,
    traceparent: typeof traceparent === 'string' ? storable(traceparent) : undefined,
    time: Number.isNaN(time.getTime()) ? new Date() : time,
    body: bytesOf(message.body),
  };
  return problems.length === 0 ? event : { ...event, problem: `not an event: ${problems.join(', ')} missing or wrong` };
}

/** The client parses text and JSON bodies; only bytes are ever sent by us, the rest is kept for people to read. */
function bytesOf(body: unknown): Uint8Array {
  if (body instanceof Uint8Array) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}
