/**
 * `node tests/contract/add-event-samples.ts`: writes the bytes of samples that exist only as JSON so far. Existing bytes stay as
 * they are, because what was once sent cannot change its form.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { fromJson, toBinary } from '@bufbuild/protobuf';
import { events, readEventSamples } from './event-samples.ts';

for (const { name, topic, json, binaryPath } of readEventSamples()) {
  const schema = events.get(topic);
  if (schema === undefined) throw new Error(`${name}.json belongs to no event: there is no topic ${topic}`);
  if (!existsSync(binaryPath)) writeFileSync(binaryPath, toBinary(schema, fromJson(schema, json)));
}
