import { randomUUID } from 'node:crypto';
import { isIP } from 'node:net';
import type { AsyncMessage } from 'rabbitmq-client';
import { UUID } from '../uuid.ts';
import { bytesOf } from './amqp-message.ts';
import type { WireEvent } from './event.ts';
import { storable } from './failure-reason.ts';

/** The queue of a service in versions before v0.8.0, which published each event as a message of its own. */
export function formerQueueOf(service: string): string {
  return `numer.${service}`;
}

/**
 * The body was the protobuf bytes of the event; headers with this prefix were its attributes, as in the binary mode of
 * CloudEvents.
 */
const ATTRIBUTE = 'cloudEvents:';
const CONTENT_TYPE = 'application/protobuf';

/** Fits a Postgres bigint whatever the digits. */
const VERSION = /^\d{1,18}$/;

/**
 * Reads such a message. A message that is not one of ours gets a `problem`, so that it becomes a dead letter with all
 * its bytes.
 */
export function fromFormerMessage(message: AsyncMessage): WireEvent {
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
