import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DescMessage, getOption, type JsonValue } from '@bufbuild/protobuf';
import { event } from '../../gen/numer/options/v1/options_pb.ts';
import { messages } from './contracts.ts';

/** The folder of the samples: `<topic>.json` or, for a further one, `<topic>.<what is special>.json`, with the bytes beside it. */
export const SAMPLES = join(import.meta.dirname, 'events');

/** Every event by its topic. */
export const events: ReadonlyMap<string, DescMessage> = new Map(
  messages.map((message) => [getOption(message, event).topic, message] as const).filter(([topic]) => topic !== ''),
);

/** The payload of an event as it was once sent, as JSON and as bytes. */
export interface EventSample {
  /** Name of its files, without the extension. */
  readonly name: string;
  readonly topic: string;
  readonly json: JsonValue;
  /** Path of its bytes. */
  readonly binaryPath: string;
}

/** Reads all samples. */
export function readEventSamples(): EventSample[] {
  const names = globSync('*.json', { cwd: SAMPLES }).map((path) => path.replace(/\.json$/, ''));
  return names.toSorted().map((name) => ({
    name,
    topic: name.split('.', 2).join('.'),
    json: JSON.parse(readFileSync(join(SAMPLES, `${name}.json`), 'utf8')),
    binaryPath: join(SAMPLES, `${name}.binpb`),
  }));
}
