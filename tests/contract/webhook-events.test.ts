import { getOption } from '@bufbuild/protobuf';
import { expect, test } from 'vitest';
import { event } from '../../gen/numer/options/v1/options_pb.ts';
import { OPEN_EVENTS, OPEN_TOPICS } from '../../services/notification/open-events.ts';
import { messages } from './contracts.ts';

const events = messages
  .map((message) => ({ message, ...getOption(message, event) }))
  .filter(({ topic }) => topic !== '');

test('webhooks get every event that the contracts do not except', () => {
  const open = events.filter(({ withoutWebhooks }) => !withoutWebhooks).map(({ message }) => message.typeName);
  expect(OPEN_EVENTS.map(({ typeName }) => typeName).toSorted()).toEqual(open.toSorted());
});

test('the contracts except sign-ins, credentials, links, the account and the webhooks themselves, and nothing else', () => {
  const nouns = new Set(events.filter(({ topic }) => !OPEN_TOPICS.has(topic)).map(({ topic }) => topic.split('.')[0]));
  expect([...nouns].toSorted()).toEqual([
    'api-key',
    'document-link',
    'password-reset',
    'session',
    'user',
    'webhook-endpoint',
  ]);
});
