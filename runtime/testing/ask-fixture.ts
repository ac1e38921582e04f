import { createConnection } from 'node:net';
import { text } from 'node:stream/consumers';
import { inject } from 'vitest';
import type { FixtureReply } from './fixture-host.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Path of the socket of the run's fixture host; see tests/global-setup.ts. */
    fixtureSocket: string;
  }
}

/**
 * Gives a fixture's answer, starting the fixture when this is the first test of the run that asks for it.
 *
 * @throws Error when it cannot be started
 */
export async function askFixture(name: string): Promise<string> {
  const socket = createConnection(inject('fixtureSocket'));
  socket.write(`${name}\n`);
  // Written by our own fixture host.
  const reply = JSON.parse(await text(socket)) as FixtureReply;
  if ('failure' in reply) throw new Error(reply.failure);
  return reply.answer;
}
