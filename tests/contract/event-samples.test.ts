import { existsSync, globSync, readFileSync } from 'node:fs';
import { type DescMessage, fromBinary, fromJson, toBinary, toJson } from '@bufbuild/protobuf';
import { describe, expect, test } from 'vitest';
import { type EventSample, events, readEventSamples, SAMPLES } from './event-samples.ts';

const samples = readEventSamples();
const ADD = 'run node tests/contract/add-event-samples.ts and commit what it writes';

function schemaOf({ topic }: EventSample): DescMessage {
  const schema = events.get(topic);
  if (schema === undefined) throw new Error(`there is no event ${topic}`);
  return schema;
}

describe('samples of events', () => {
  test('there is one for each event', () => {
    const missing = [...events.keys()].filter((topic) => !samples.some((sample) => sample.topic === topic));
    expect(missing, 'add tests/contract/events/<topic>.json').toEqual([]);
  });

  test('each is there as JSON and as bytes', () => {
    expect(
      samples.filter(({ binaryPath }) => !existsSync(binaryPath)).map(({ name }) => name),
      ADD,
    ).toEqual([]);
    expect(globSync('*', { cwd: SAMPLES })).toHaveLength(2 * samples.length);
  });

  test.each(samples.map((sample) => [sample.name, sample] as const))(
    '%s is still decoded from its bytes',
    (_, sample) => {
      const message = fromBinary(schemaOf(sample), readFileSync(sample.binaryPath));
      expect(toJson(schemaOf(sample), message)).toEqual(sample.json);
    },
  );

  test.each(samples.map((sample) => [sample.name, sample] as const))(
    '%s is still encoded to its bytes',
    (_, sample) => {
      const message = fromJson(schemaOf(sample), sample.json);
      const bytes = Buffer.from(toBinary(schemaOf(sample), message)).toString('hex');
      expect(bytes).toBe(readFileSync(sample.binaryPath).toString('hex'));
    },
  );
});
