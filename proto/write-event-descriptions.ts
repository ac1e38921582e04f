/** `make generate`: writes gen/event-descriptions.ts. `node proto/write-event-descriptions.ts <target>` */
import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commentOf, eventsOf, topicOf } from './event-comments.ts';
import { buildImage, ROOT } from './registry/image.ts';

const target = process.argv[2] ?? join(ROOT, 'gen/event-descriptions.ts');

await using scratch = await mkdtempDisposable(join(tmpdir(), 'numer-contracts-'));
const events = eventsOf(await buildImage(join(scratch.path, 'image.binpb')));
const lines = events.map((message) => `  ${JSON.stringify(topicOf(message))}: ${JSON.stringify(commentOf(message))},`);
await writeFile(
  target,
  `// Made from the protos by make generate. Do not edit.

/** When each event is published, by topic. */
export const EVENT_DESCRIPTIONS: Readonly<Record<string, string>> = {
${lines.join('\n')}
};
`,
);
