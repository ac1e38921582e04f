/** `make generate`: writes gen/subscriptions.ts. `node proto/write-subscriptions.ts <target>` */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SERVICES } from '../cli/services.ts';
import { topicOf } from '../runtime/events/event.ts';
import { subscriptionDigestOf } from '../runtime/events/subscription-digest.ts';
import { ROOT } from './registry/image.ts';

const target = process.argv[2] ?? join(ROOT, 'gen/subscriptions.ts');

const lines = SERVICES.flatMap(({ name, consumers }) => {
  const topics = consumers.flatMap(({ events }) => events.map(topicOf));
  return topics.length === 0 ? [] : [`  ${name}: '${subscriptionDigestOf(topics)}',`];
});

await writeFile(
  target,
  `// Made from the services by make generate. Do not edit.

/** The services that consume events, each with the digest of its topics (runtime/events/subscription-digest.ts). */
export const SUBSCRIPTIONS = {
${lines.join('\n')}
} as const;
`,
);
