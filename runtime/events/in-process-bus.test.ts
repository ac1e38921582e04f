import { expect, test } from 'vitest';
import type { OutgoingEvent, Subscription } from './bus.ts';
import type { WireEvent } from './event.ts';
import { createInProcessBus } from './in-process-bus.ts';

function event(id: string, topic: string, target?: string): OutgoingEvent {
  return {
    id,
    topic,
    target,
    type: 'numer.test.v1.CounterRaised',
    source: 'counter',
    subject: 'c1',
    version: 1n,
    ownerId: undefined,
    actor: 'service:counter',
    requestId: 'r1',
    callerAddress: undefined,
    traceparent: undefined,
    time: new Date(0),
    body: new Uint8Array(),
  };
}

/** A subscriber that notes the ids it gets, and settles those that it does not refuse. */
function subscriber(service: string, topics: readonly string[], refused: readonly string[] = []) {
  const received: string[] = [];
  const subscription: Subscription = {
    service,
    topics,
    async deliver(batch: readonly WireEvent[]) {
      received.push(...batch.map(({ id }) => id));
      return batch.map(({ id }) => !refused.includes(id));
    },
  };
  return { subscription, received };
}

test('each subscriber gets the events of its topics in one batch', async () => {
  const bus = createInProcessBus({ subscribers: ['one', 'two'] });
  const one = subscriber('one', ['a', 'b']);
  const two = subscriber('two', ['b']);
  bus.subscribe(one.subscription);
  bus.subscribe(two.subscription);
  const results = await bus.publish([event('1', 'a'), event('2', 'b'), event('3', 'c')]);
  expect(results.map(({ ok }) => ok)).toEqual([true, true, true]);
  expect(one.received).toEqual(['1', '2']);
  expect(two.received).toEqual(['2']);
});

test('an event counts as published only when every subscriber has settled it', async () => {
  const bus = createInProcessBus({ subscribers: ['one', 'two'] });
  bus.subscribe(subscriber('one', ['a']).subscription);
  bus.subscribe(subscriber('two', ['a'], ['2']).subscription);
  expect(await bus.publish([event('1', 'a'), event('2', 'a')])).toEqual([
    { id: '1', ok: true },
    { id: '2', ok: false, reason: 'not settled by two' },
  ]);
});

test('an event with a target reaches that service alone, whatever its topics', async () => {
  const bus = createInProcessBus({ subscribers: ['one', 'two'] });
  const one = subscriber('one', ['a']);
  const two = subscriber('two', []);
  bus.subscribe(one.subscription);
  bus.subscribe(two.subscription);
  expect(await bus.publish([event('1', 'a', 'two'), event('2', 'a', 'three')])).toEqual([
    { id: '1', ok: true },
    { id: '2', ok: false, reason: 'there is no subscriber three' },
  ]);
  expect([one.received, two.received]).toEqual([[], ['1']]);
});

test('nothing is published before all subscribers are there, nor after one has left', async () => {
  const bus = createInProcessBus({ subscribers: ['one', 'two'] });
  const one = subscriber('one', ['a']);
  bus.subscribe(one.subscription);
  expect(bus.ready).toBe(false);
  expect(await bus.publish([event('1', 'a')])).toMatchObject([{ ok: false }]);
  const two = bus.subscribe(subscriber('two', ['a']).subscription);
  expect(bus.ready).toBe(true);
  await two.close(100);
  expect(bus.ready).toBe(false);
  expect(await bus.publish([event('1', 'a')])).toMatchObject([{ ok: false }]);
  expect(one.received).toEqual([]);
});

test('closing a subscription waits for the batch in hand', async () => {
  const bus = createInProcessBus({ subscribers: ['one'] });
  const hold = Promise.withResolvers<void>();
  const steps: string[] = [];
  const subscription = bus.subscribe({
    service: 'one',
    topics: ['a'],
    async deliver(batch) {
      await hold.promise;
      steps.push('delivered');
      return batch.map(() => true);
    },
  });
  const published = bus.publish([event('1', 'a')]);
  const closed = subscription.close(5_000).then(() => steps.push('closed'));
  hold.resolve();
  await Promise.all([published, closed]);
  expect(steps).toEqual(['delivered', 'closed']);
});

test('a service subscribes once', () => {
  const bus = createInProcessBus({ subscribers: [] });
  bus.subscribe(subscriber('one', []).subscription);
  expect(() => bus.subscribe(subscriber('one', []).subscription)).toThrow('one has already subscribed');
});
