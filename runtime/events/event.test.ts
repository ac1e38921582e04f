import { create } from '@bufbuild/protobuf';
import { StringValueSchema } from '@bufbuild/protobuf/wkt';
import { expect, test } from 'vitest';
import { subjectOf, topicOf } from './event.ts';
import { CounterRaisedSchema } from './testing/counter-events.ts';

test('topic and subject of an event come from its option', () => {
  const message = create(CounterRaisedSchema, { counterId: 'c1' });
  expect(topicOf(CounterRaisedSchema)).toBe('counter.raised');
  expect(subjectOf(CounterRaisedSchema, message)).toBe('c1');
});

test('a message that is no event has no topic', () => {
  expect(() => topicOf(StringValueSchema)).toThrow('google.protobuf.StringValue has no');
});

test('an event without the id of its aggregate is refused', () => {
  expect(() => subjectOf(CounterRaisedSchema, create(CounterRaisedSchema))).toThrow('has no id at');
});
