import fc from 'fast-check';
import type { AsyncMessage } from 'rabbitmq-client';
import { expect, test } from 'vitest';
import { fromAmqpMessage, toAmqpEnvelope } from './amqp-message.ts';
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

function arrive(event: OutgoingEvent): AsyncMessage {
  const envelope = toAmqpEnvelope(event);
  const { routingKey = '', exchange = '' } = envelope;
  return { ...envelope, routingKey, exchange, consumerTag: 't', deliveryTag: 1, redelivered: false, body: event.body };
}

test('an event arrives as it was sent', () => {
  const { target: _target, ...wire } = EVENT;
  expect(fromAmqpMessage(arrive(EVENT))).toEqual(wire);
  const absent = { ownerId: undefined, callerAddress: undefined, traceparent: undefined };
  expect(fromAmqpMessage(arrive({ ...EVENT, ...absent }))).toMatchObject(absent);
  expect(fromAmqpMessage(arrive({ ...EVENT, callerAddress: 'nowhere' }))).toMatchObject({ callerAddress: undefined });
});

test('an event is a persistent CloudEvent in binary mode', () => {
  expect(toAmqpEnvelope(EVENT)).toMatchObject({
    exchange: 'numer.events',
    routingKey: 'counter.raised',
    durable: true,
    mandatory: true,
    messageId: EVENT.id,
    contentType: 'application/protobuf',
    headers: {
      'cloudEvents:specversion': '1.0',
      'cloudEvents:id': EVENT.id,
      'cloudEvents:type': EVENT.type,
      'cloudEvents:source': 'counter',
      'cloudEvents:subject': 'c1',
      'cloudEvents:time': '2026-11-22T10:00:00.123Z',
      'cloudEvents:calleraddress': '2001:db8::9',
    },
  });
});

test('an event with a target goes straight to the queue of that service', () => {
  expect(toAmqpEnvelope({ ...EVENT, target: 'stats' })).toMatchObject({ exchange: '', routingKey: 'numer.stats' });
});

test('any message that is none of ours is read with its problem and its bytes', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom('id', 'type', 'time', 'aggregateversion', 'ownerid'), fc.anything()),
      fc.uint8Array(),
      (attributes, bytes) => {
        const headers = Object.fromEntries(
          Object.entries(attributes).map(([key, value]) => [`cloudEvents:${key}`, value]),
        );
        const event = fromAmqpMessage({ ...arrive(EVENT), headers, body: Buffer.from(bytes) });
        expect(event.problem).toMatch(/^not an event/);
        expect(event.id).toMatch(/^[0-9a-f-]{36}$/);
        expect(Number.isNaN(event.time.getTime())).toBe(false);
        expect(Buffer.from(event.body).equals(Buffer.from(bytes))).toBe(true);
      },
    ),
  );
});

test('a body that the client took for JSON is kept for people to read', () => {
  const event = fromAmqpMessage({ ...arrive(EVENT), contentType: 'application/json', body: { a: 1 } });
  expect(event.problem).toContain('content-type');
  expect(Buffer.from(event.body).toString()).toBe('{"a":1}');
});
