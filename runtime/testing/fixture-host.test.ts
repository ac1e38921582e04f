import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createConnection } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import { type FixtureHost, openFixtureHost } from './fixture-host.ts';

let host: FixtureHost | undefined;
afterEach(() => host?.close());

async function ask(name: string): Promise<unknown> {
  const socket = createConnection(host?.socketPath ?? '');
  socket.write(`${name}\n`);
  return JSON.parse(await text(socket));
}

test('starts a fixture when it is first asked for, once, and stops it at the end', async () => {
  const seen: string[] = [];
  let answers = 0;
  const start = async () => {
    seen.push('started');
    return {
      answer: () => `answer ${++answers}`,
      stop: async () => {
        seen.push('stopped');
      },
    };
  };
  host = await openFixtureHost({ wanted: start, unwanted: () => Promise.reject(new Error('started')) });
  expect(seen).toEqual([]);
  const replies = await Promise.all([ask('wanted'), ask('wanted'), ask('wanted')]);
  expect(replies).toEqual(
    expect.arrayContaining([{ answer: 'answer 1' }, { answer: 'answer 2' }, { answer: 'answer 3' }]),
  );
  await host.close();
  expect(seen).toEqual(['started', 'stopped']);
  expect(existsSync(host.socketPath)).toBe(false);
});

test('tells every caller why a fixture did not start', async () => {
  host = await openFixtureHost({ broken: () => Promise.reject(new Error('no disk')) });
  expect(await ask('broken')).toEqual({ failure: 'no disk' });
  expect(await ask('broken')).toEqual({ failure: 'no disk' });
  expect(await ask('none')).toEqual({ failure: 'there is no fixture named none' });
});

test('survives a worker that goes away without waiting for its answer', async () => {
  const slow = Promise.withResolvers<{ answer(): string; stop(): Promise<void> }>();
  host = await openFixtureHost({ slow: () => slow.promise });
  const socket = createConnection(host.socketPath);
  socket.write('slow\n');
  await once(socket, 'connect');
  socket.destroy();
  slow.resolve({ answer: () => 'late', stop: async () => undefined });
  expect(await ask('slow')).toEqual({ answer: 'late' });
});
