import { randomUUID } from 'node:crypto';
import { isIP } from 'node:net';
import { type Timestamp, timestampDate, timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { AsyncMessage, Envelope } from 'rabbitmq-client';
import { type Event, EventBatchSchema } from '../../gen/numer/events/v1/event_batch_pb.ts';
import { decodeMessage } from '../grpc/decode-message.ts';
import { encodeMessage } from '../grpc/encode-message.ts';
import { UUID } from '../uuid.ts';
import type { OutgoingEvent } from './bus.ts';
import type { WireEvent } from './event.ts';
import { reasonOf, storable } from './failure-reason.ts';

/** The topic exchange that carries every event. */
export const EVENTS_EXCHANGE = 'numer.event-batches';

/** The queue of a service. */
export function queueOf(service: string): string {
  return `numer.${service}.event-batches`;
}

const CONTENT_TYPE = 'application/protobuf';
/** Most events in a message, and most bytes of the events in a message that holds several. */
const EVENTS_MAX = 100;
const BYTES_MAX = 256 * 1024;

/**
 * Events that travel as one message: at least one, all of one topic and target. A message costs the broker and both
 * ends far more than an event in it does.
 */
export type OutgoingBatch = readonly [OutgoingEvent, ...OutgoingEvent[]];

/** Puts events together that can share a message. Those of one topic stay in order. */
export function toBatches(events: readonly OutgoingEvent[]): OutgoingBatch[] {
  const batches: [OutgoingEvent, ...OutgoingEvent[]][] = [];
  const open = new Map<string, { batch: OutgoingEvent[]; bytes: number }>();
  for (const event of events) {
    const key = `${event.target ?? ''} ${event.topic}`;
    const bytes = event.body.byteLength;
    const last = open.get(key);
    if (last !== undefined && last.batch.length < EVENTS_MAX && last.bytes + bytes <= BYTES_MAX) {
      last.batch.push(event);
      last.bytes += bytes;
    } else {
      const batch: [OutgoingEvent] = [event];
      batches.push(batch);
      open.set(key, { batch, bytes });
    }
  }
  return batches;
}

/** How a batch is published: to the topic, or straight to the queue of its target. `messageId` is the id of its first event. */
export function toAmqpEnvelope([event]: OutgoingBatch): Envelope {
  const destination =
    event.target === undefined
      ? { exchange: EVENTS_EXCHANGE, routingKey: event.topic }
      : { exchange: '', routingKey: queueOf(event.target) };
  return {
    ...destination,
    mandatory: true,
    durable: true,
    messageId: event.id,
    type: EventBatchSchema.typeName,
    appId: event.source,
    contentType: CONTENT_TYPE,
  };
}

/** The body of the message: an `EventBatch`. */
export function toAmqpBody(batch: OutgoingBatch): Buffer {
  const events = batch.map(toEvent);
  const bytes = encodeMessage(EventBatchSchema, { $typeName: EventBatchSchema.typeName, events });
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function toEvent(event: OutgoingEvent): Event {
  const { ownerId, callerAddress, traceparent } = event;
  const message: Event = {
    $typeName: 'numer.events.v1.Event',
    id: event.id,
    type: event.type,
    topic: event.topic,
    source: event.source,
    subject: event.subject,
    aggregateVersion: event.version,
    actor: event.actor,
    requestId: event.requestId,
    createTime: timestampFromDate(event.time),
    data: event.body,
  };
  if (ownerId !== undefined) message.ownerId = ownerId;
  if (callerAddress !== undefined) message.callerAddress = callerAddress;
  if (traceparent !== undefined) message.traceparent = traceparent;
  return message;
}

/**
 * Reads a message. A message that is no batch gives one event with a `problem`, so that it becomes a dead letter with
 * all its bytes.
 */
export function fromAmqpMessage(message: AsyncMessage): readonly WireEvent[] {
  const body = bytesOf(message.body);
  if (message.contentType !== CONTENT_TYPE || message.type !== EventBatchSchema.typeName) {
    return [unreadable(message, body, 'content-type or type wrong')];
  }
  try {
    const { events } = decodeMessage(EventBatchSchema, body);
    return events.length === 0 ? [unreadable(message, body, 'nothing in it')] : events.map(toWireEvent);
  } catch (error) {
    return [unreadable(message, body, reasonOf(error))];
  }
}

function unreadable(message: AsyncMessage, body: Uint8Array, reason: string): WireEvent {
  return {
    id: randomUUID(),
    type: storable(message.type ?? ''),
    topic: storable(message.routingKey),
    source: storable(message.appId ?? ''),
    subject: '',
    version: 0n,
    ownerId: undefined,
    actor: '',
    requestId: '',
    callerAddress: undefined,
    traceparent: undefined,
    time: new Date(),
    body,
    problem: `not a batch of events: ${reason}`,
  };
}

/** Postgres can hold any 64-bit integer as a version. Whatever else it cannot hold is a problem. */
function toWireEvent(event: Event): WireEvent {
  const problems: string[] = [];
  const read = (name: 'type' | 'topic' | 'source' | 'subject' | 'actor'): string => {
    if (event[name] === '') problems.push(name);
    return storable(event[name]);
  };
  const { ownerId, callerAddress, traceparent } = event;
  const time = dateOf(event.createTime);
  if (!UUID.test(event.id)) problems.push('id');
  if (time === undefined) problems.push('create_time');
  const wire: WireEvent = {
    id: UUID.test(event.id) ? event.id : randomUUID(),
    type: read('type'),
    topic: read('topic'),
    source: read('source'),
    subject: read('subject'),
    version: event.aggregateVersion,
    ownerId: ownerId !== undefined && UUID.test(ownerId) ? ownerId : undefined,
    actor: read('actor'),
    requestId: storable(event.requestId),
    callerAddress: callerAddress !== undefined && isIP(callerAddress) !== 0 ? callerAddress : undefined,
    traceparent: traceparent === undefined ? undefined : storable(traceparent),
    time: time ?? new Date(),
    body: event.data,
  };
  return problems.length === 0 ? wire : { ...wire, problem: `not an event: ${problems.join(', ')} missing or wrong` };
}

/** The last year that a Timestamp may have. Postgres does not read years that need a sign. */
const YEAR_MAX = 9_999;

function dateOf(time: Timestamp | undefined): Date | undefined {
  const date = time && timestampDate(time);
  const year = date?.getUTCFullYear() ?? 0;
  return year >= 1 && year <= YEAR_MAX ? date : undefined;
}

/** The client parses text and JSON bodies. This system only ever sends bytes; the rest is kept for people to read. */
export function bytesOf(body: unknown): Uint8Array {
  if (body instanceof Uint8Array) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}
