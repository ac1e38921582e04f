import { randomUUID } from 'node:crypto';
import { fromBinary } from '@bufbuild/protobuf';
import fc from 'fast-check';
import type { AsyncMessage } from 'rabbitmq-client';
import { expect, test } from 'vitest';
import { EventBatchSchema } from '../../gen/numer/events/v1/event_batch_pb.ts';
import { fromAmqpMessage, type OutgoingBatch, toAmqpBody, toAmqpEnvelope, toBatches } from './amqp-message.ts';
import type { OutgoingEvent } from './bus.ts';

const EVENT: OutgoingEvent = {
  id: '01934b5e-7a10-7000-8000-000000000001',
  type: 'numer.test.v1.CounterRaised',
  topic: 'counter.raised',
  source: 'counter',
  subject: 'c1',
  version: 12n,
  ownerId: '01934b5e-7a10-7000-8000-000000000002',
  actor: 'user:u1',
  requestId: 'r1',
  callerAddress: '2001:db8::9',
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  time: new Date('2026-11-22T10:00:00.123Z'),
  body: Buffer.from([1, 2, 3]),
  target: undefined,
};

function another(changes: Partial<OutgoingEvent> = {}): OutgoingEvent {
  return { ...EVENT, id: randomUUID(), ...changes };
}

function arrive(...batch: OutgoingBatch): AsyncMessage {
  const envelope = toAmqpEnvelope(batch);
  const { routingKey = '', exchange = '' } = envelope;
  const delivery = { consumerTag: 't', deliveryTag: 1, redelivered: false, body: toAmqpBody(batch) };
  return { ...envelope, routingKey, exchange, ...delivery };
}

test('events arrive as they were sent, in their order', () => {
  const absent = { ownerId: undefined, callerAddress: undefined, traceparent: undefined };
  const batch: OutgoingBatch = [EVENT, another(absent)];
  expect(fromAmqpMessage(arrive(...batch))).toEqual(batch.map(({ target: _target, ...wire }) => wire));
  const nowhere = { ...EVENT, callerAddress: 'nowhere', ownerId: 'nobody' };
  expect(fromAmqpMessage(arrive(nowhere))).toMatchObject([{ callerAddress: undefined, ownerId: undefined }]);
});

test('a batch is a persistent message whose body is the message of the contract', () => {
  const envelope = { exchange: 'numer.event-batches', routingKey: 'counter.raised', durable: true, mandatory: true };
  expect(toAmqpEnvelope([EVENT])).toMatchObject({
    ...envelope,
    messageId: EVENT.id,
    type: 'numer.events.v1.EventBatch',
    contentType: 'application/protobuf',
  });
  expect(fromBinary(EventBatchSchema, toAmqpBody([EVENT]))).toMatchObject({
    events: [{ id: EVENT.id, type: EVENT.type, aggregateVersion: 12n, actor: 'user:u1', data: EVENT.body }],
  });
});

test('a batch with a target goes straight to the queue of that service', () => {
  const envelope = { exchange: '', routingKey: 'numer.stats.event-batches' };
  expect(toAmqpEnvelope([{ ...EVENT, target: 'stats' }])).toMatchObject(envelope);
});

test('events of one topic and target share messages, which are bounded by their number and their bytes', () => {
  const [a, b, c, d] = [another(), another({ topic: 'counter.reset' }), another(), another({ target: 'stats' })];
  expect(toBatches([a, b, c, d])).toEqual([[a, c], [b], [d]]);
  const many = Array.from({ length: 250 }, () => another());
  expect(toBatches(many).map(({ length }) => length)).toEqual([100, 100, 50]);
  const large = Array.from({ length: 5 }, () => another({ body: new Uint8Array(120 * 1024) }));
  expect(toBatches(large).map(({ length }) => length)).toEqual([2, 2, 1]);
  expect(toBatches([another({ body: new Uint8Array(1024 * 1024) }), another()]).map(({ length }) => length)).toEqual([
    1, 1,
  ]);
});

test('any message that is no batch is read with its problem and its bytes', () => {
  const garbage = fc.uint8Array().filter((bytes) => {
    try {
      return fromBinary(EventBatchSchema, bytes).events.length === 0;
    } catch {
      return true;
    }
  });
  fc.assert(
    fc.property(garbage, fc.constantFrom('application/protobuf', 'text/plain', undefined), (bytes, contentType) => {
      const { contentType: _own, ...message } = arrive(EVENT);
      const given = contentType === undefined ? message : { ...message, contentType };
      const events = fromAmqpMessage({ ...given, body: Buffer.from(bytes) });
      expect(events).toHaveLength(1);
      expect(events[0]?.problem).toMatch(/^not a batch of events/);
      expect(events[0]?.id).toMatch(/^[0-9a-f-]{36}$/);
      expect(Buffer.from(events[0]?.body ?? []).equals(Buffer.from(bytes))).toBe(true);
    }),
  );
});

test('an event in a batch that lacks what an event has is a problem of its own', () => {
  const broken = { ...EVENT, id: 'no uuid', actor: '', time: new Date(Number.NaN) };
  const [first, second] = fromAmqpMessage(arrive({ ...broken, time: EVENT.time }, EVENT));
  expect(first?.problem).toBe('not an event: id, actor missing or wrong');
  expect(first?.body).toEqual(EVENT.body);
  expect(second).not.toHaveProperty('problem');
});

test('an event of a time that is no Timestamp and that Postgres could not hold is a problem as well', () => {
  for (const time of ['+010000-01-01T00:00:00Z', '0000-12-31T23:59:59Z', '-271821-04-20T00:00:00Z']) {
    const [event] = fromAmqpMessage(arrive({ ...EVENT, time: new Date(time) }));
    expect(event?.problem).toBe('not an event: create_time missing or wrong');
    expect(event?.time.toISOString()).toMatch(/^2\d{3}-/);
  }
  for (const time of ['0001-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z']) {
    expect(fromAmqpMessage(arrive({ ...EVENT, time: new Date(time) }))).toMatchObject([{ time: new Date(time) }]);
  }
});

test('a body that the client took for JSON is kept for people to read', () => {
  const [event] = fromAmqpMessage({ ...arrive(EVENT), contentType: 'application/json', body: { a: 1 } });
  expect(event?.problem).toContain('content-type');
  expect(Buffer.from(event?.body ?? []).toString()).toBe('{"a":1}');
});
