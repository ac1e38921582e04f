import { getOption, hasOption, ScalarType } from '@bufbuild/protobuf';
import { describe, expect, test } from 'vitest';
import { event } from '../../gen/numer/options/v1/options_pb.ts';
import { contractFiles, fieldAt, messages } from './contracts.ts';

const events = contractFiles.filter((file) => file.name.endsWith('_events')).flatMap((file) => file.messages);

describe('events', () => {
  test('exactly the messages of *_events.proto say where they are published', () => {
    const marked = messages.filter((message) => hasOption(message, event));
    expect(marked.map(String).toSorted()).toEqual(events.map(String).toSorted());
  });

  test('topics are <noun>.<past participle>, each for one event', () => {
    const topics = events.map((message) => getOption(message, event).topic);
    expect(topics.filter((topic) => !/^[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*$/.test(topic))).toEqual([]);
    expect(topics.filter((topic, index) => topics.indexOf(topic) !== index)).toEqual([]);
  });

  test('the subject names a field that holds an id', () => {
    const wrong = events.filter((message) => {
      return fieldAt(message, getOption(message, event).subject)?.scalar !== ScalarType.STRING;
    });
    expect(wrong.map(String)).toEqual([]);
  });
});
