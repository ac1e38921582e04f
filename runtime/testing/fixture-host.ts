import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { makeScratchDir } from './scratch-dir.ts';

/** What a fixture gives to tests: it is started by the first test that asks for it, and stopped after the run. */
export interface Fixture {
  /** Answer to tests, the same to all of them or one each. */
  answer(): string;
  stop(): Promise<void>;
}

/** Fixtures by the name under which tests ask for them. */
export type FixtureStarters = Readonly<Record<string, () => Promise<Fixture>>>;

/** Serves fixtures to test workers. */
export interface FixtureHost {
  /** Path of the socket to ask at. */
  readonly socketPath: string;
  /** Stops every fixture that was started. */
  close(): Promise<void>;
}

/** What a worker gets for its one line: the fixture's answer, or why there is none. */
export type FixtureReply = { readonly answer: string } | { readonly failure: string };

/**
 * Offers fixtures to all workers of one test run, each started once and only when somebody asks for it, so that a run of
 * pure tests starts nothing.
 */
export async function openFixtureHost(starters: FixtureStarters): Promise<FixtureHost> {
  const scratch = makeScratchDir('numer-test-host');
  const socketPath = join(scratch.path, 'socket');
  const started = new Map<string, Promise<Fixture>>();

  const replyTo = async (name: string): Promise<FixtureReply> => {
    const start = starters[name];
    if (start === undefined) return { failure: `there is no fixture named ${name}` };
    const fixture = started.get(name) ?? start();
    started.set(name, fixture);
    try {
      return { answer: (await fixture).answer() };
    } catch (error) {
      return { failure: error instanceof Error ? error.message : String(error) };
    }
  };
  const server = createServer((socket: Socket) => {
    socket.on('error', () => undefined); // A worker that went away needs no answer.
    const lines = createInterface({ input: socket }).on('error', () => undefined);
    lines.once('line', (name) => {
      void replyTo(name).then((reply) => socket.end(JSON.stringify(reply)));
    });
  });
  await listen(server, socketPath);

  return {
    socketPath,
    async close() {
      server.close();
      const fixtures = await Promise.allSettled(started.values());
      const running = fixtures.filter((result) => result.status === 'fulfilled');
      await Promise.allSettled(running.map((result) => result.value.stop()));
      scratch.remove();
    },
  };
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(path, resolve);
  });
}
