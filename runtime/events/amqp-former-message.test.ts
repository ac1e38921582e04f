import fc from 'fast-check';
import type { AsyncMessage } from 'rabbitmq-client';
import { expect, test } from 'vitest';
import { fromFormerMessage } from './amqp-former-message.ts';

const ID = '01934b5e-7a10-7000-8000-000000000001';
const OWNER_ID = '01934b5e-7a10-7000-8000-000000000002';
const TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

/** As an earlier version published it. */
const MESSAGE: AsyncMessage = {
  exchange: 'numer.events',
  routingKey: 'counter.raised',
  messageId: ID,
  type: 'numer.test.v1.CounterRaised',
  contentType: 'application/protobuf',
  consumerTag: 't',
  deliveryTag: 1,
  redelivered: false,
  headers: {
    'cloudEvents:specversion': '1.0',
    'cloudEvents:id': ID,
    'cloudEvents:type': 'numer.test.v1.CounterRaised',
    'cloudEvents:source': 'counter',
    'cloudEvents:subject': 'c1',
    'cloudEvents:time': '2026-11-22T10:00:00.123Z',
    'cloudEvents:topic': 'counter.raised',
    'cloudEvents:aggregateversion': '12',
    'cloudEvents:actor': 'user:u1',
    'cloudEvents:requestid': 'r1',
    'cloudEvents:calleraddress': '2001:db8::9',
    'cloudEvents:ownerid': OWNER_ID,
    'cloudEvents:traceparent': TRACEPARENT,
  },
  body: Buffer.from([1, 2, 3]),
};

test('an event of a version before is read in full', () => {
  expect(fromFormerMessage(MESSAGE)).toEqual({
    id: ID,
    type: 'numer.test.v1.CounterRaised',
    topic: 'counter.raised',
    source: 'counter',
    subject: 'c1',
    version: 12n,
    ownerId: OWNER_ID,
    actor: 'user:u1',
    requestId: 'r1',
    callerAddress: '2001:db8::9',
    traceparent: TRACEPARENT,
    time: new Date('2026-11-22T10:00:00.123Z'),
    body: Buffer.from([1, 2, 3]),
  });
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
        const event = fromFormerMessage({ ...MESSAGE, headers, body: Buffer.from(bytes) });
        expect(event.problem).toMatch(/^not an event/);
        expect(event.id).toMatch(/^[0-9a-f-]{36}$/);
        expect(Number.isNaN(event.time.getTime())).toBe(false);
        expect(Buffer.from(event.body).equals(Buffer.from(bytes))).toBe(true);
      },
    ),
  );
});
