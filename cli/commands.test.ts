import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { join } from 'node:path';
import { Code } from '@connectrpc/connect';
import { connectNodeAdapter } from '@connectrpc/connect-node';
import { afterAll, afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { UserService } from '../gen/numer/user/v1/user_service_pb.ts';
import { type ErrorReasonName, errorWithReason } from '../runtime/call/errors.ts';
import { connectionError } from '../runtime/database/ensure-database.ts';
import { openPort } from '../runtime/process/open-port.ts';
import { explain } from '../runtime/process/process-life.ts';
import { makeScratchDir } from '../runtime/testing/scratch-dir.ts';
import { UsageError } from './command.ts';
import { runCommand } from './commands.ts';

const scratch = makeScratchDir('numer-commands');
afterAll(() => scratch.remove());
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const NAMES = [
  'start',
  'migrate',
  'seed',
  'backup',
  'rebuild-stats',
  'verify-activities',
  'dead-letters',
  'republish',
  'create-user',
  'reset-password',
  'bounce',
  'keys',
  'doctor',
  'version',
  'help',
];

/** Runs a command; gives what it printed. */
async function print(...args: string[]): Promise<string> {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  await runCommand(args);
  return write.mock.calls.map(([text]) => String(text)).join('');
}

describe('the help', () => {
  test.each([[], ['help'], ['--help'], ['-h']])('of `numer %s` lists all commands', async (...args) => {
    const lines = (await print(...args)).split('\n').filter((line) => line.startsWith('  '));
    expect(lines.map((line) => line.trim().split(' ')[0])).toEqual(NAMES);
  });

  test.each(NAMES)('of %s is printed in place of running it, wherever --help stands', async (name) => {
    for (const args of [
      [name, '--help'],
      [name, '-h'],
      [name, 'x', '--y', '--help'],
      ['help', name],
    ]) {
      expect(await print(...args)).toMatch(new RegExp(`^Usage: npx numer ${name}\\b.*\n\n[^\n]+\\.\n`));
    }
  });
});

test.each(['version', '--version', '-v'])('`numer %s` prints the versions', async (word) => {
  expect(await print(word)).toMatch(/^numer \d+\.\d+\.\d+, Node v\d+\.\d+\.\d+\n$/);
});

describe('a mistake in the arguments is told with the usage, and nothing is done:', () => {
  test.each([
    ['keys --foo', "Unknown option '--foo'."],
    ['keys foo', "Unexpected argument 'foo'."],
    ['keys --compose=yes', "Option '--compose' does not take an argument."],
    ['start --port 3', "Unknown option '--port'."],
    ['start foo', "Unexpected argument 'foo'."],
    ['migrate foo', "Unexpected argument 'foo'."],
    ['doctor foo', "Unexpected argument 'foo'."],
    ['seed foo', '"foo" is not a URL such as http://127.0.0.1:8080.'],
    ['verify-activities --heads', "Option '--heads <value>' argument missing."],
    ['dead-letters foo', 'There is no action "foo"; use list, resend or drop.'],
    ['dead-letters resend', /^Name a service \(user, .*\), rabbitmq or all\./],
    ['dead-letters drop', /^Name a service \(user, .*\), rabbitmq or all\./],
    ['dead-letters resend user all', "Unexpected argument 'all'."],
    ['republish --since yesterday', "'yesterday' is not a time like 2026-01-31T09:00:00Z."],
    ['republish --since 2026-01-31', "'2026-01-31' is not a time like"],
    ['republish --since 2026-13-31T09:00Z', "'2026-13-31T09:00Z' is not a time like"],
    ['dead-letters list user 01a229ef-169e-73a1-8b25-3da2baa56ab6', "Unexpected argument '01a229ef-"],
    ['bounce foo', "Unexpected argument 'foo'."],
    ['create-user ada@example.com', 'Name the email address and the name of the user.'],
    ['reset-password', 'Name the email address of the account.'],
    ['help foo', 'There is no command "foo".'],
  ])('%s', async (line, message) => {
    vi.stubEnv('PORT', '');
    const [name = '', ...args] = line.split(' ');
    const error: unknown = await runCommand([name, ...args]).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(UsageError);
    expect(error).toHaveProperty('message', expect.stringMatching(`\n\nUsage: npx numer ${name}\\b`));
    await expect(runCommand([name, ...args])).rejects.toThrow(message);
  });

  test.each(['foo', 'constructor', ''])('a command "%s" that does not exist', async (name) => {
    await expect(runCommand([name])).rejects.toThrow(
      new UsageError(`There is no command "${name}". \`npx numer help\` lists them.`),
    );
  });

  test.each([
    ['backup', ''],
    ['create-user', 'ada@example.com', ''],
    ['verify-activities', '--heads', ''],
    ['verify-activities', '--against='],
  ])('%s with an empty argument, as of a variable that is not set', async (...words) => {
    await expect(runCommand(words)).rejects.toThrow(/^An argument is empty\.\n\nUsage: /);
  });
});

/** Opens a server for the duration of a test; gives its URL. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  onTestFinished(() => void server.close());
  return openPort(server, '127.0.0.1', 0);
}

test('seed says when what answers is not Numer', async () => {
  const url = await serve((_, response) => response.writeHead(404).end('<html>'));
  await expect(runCommand(['seed', url])).rejects.toThrow(`The server at ${url} is not Numer.`);
});

/** Opens a server that acts like a Numer whose sign-up fails; gives its URL. */
function serveRefusal(code: Code, reason: ErrorReasonName, text: string): Promise<string> {
  const createUser = () => {
    throw errorWithReason(code, reason, text);
  };
  return serve(connectNodeAdapter({ routes: (router) => router.service(UserService, { createUser }) }));
}

test('seed tells what Numer says when a part of it is away, and not that nothing answers', async () => {
  const text = 'A part of the system cannot be reached at the moment; try again.';
  const url = await serveRefusal(Code.Unavailable, 'UNAVAILABLE', text);
  await expect(runCommand(['seed', url])).rejects.toThrow(text);
});

test('seed says that it adds nothing when the demo user is there', async () => {
  const url = await serveRefusal(Code.AlreadyExists, 'EMAIL_TAKEN', 'An account with this email address exists.');
  expect(await print('seed', url)).toMatch(/^The demo user already exists, so nothing was added: demo@/);
});

describe('without data', () => {
  const COMMANDS = ['migrate', 'rebuild-stats', 'verify-activities', 'dead-letters', 'republish'];

  test.each(COMMANDS)('%s says so, and makes none', async (name) => {
    const dataDir = join(scratch.path, 'missing');
    vi.stubEnv('DATA_DIR', dataDir);
    await expect(runCommand([name])).rejects.toThrow(`There is no data in ${dataDir}. Set DATA_DIR`);
    expect(existsSync(dataDir)).toBe(false);
  });

  test.each(COMMANDS)('%s does not take data that it may not look at for none', async (name) => {
    // A loop of links, which not even root can follow to an end.
    const dataDir = join(scratch.path, name);
    symlinkSync(dataDir, dataDir);
    vi.stubEnv('DATA_DIR', dataDir);
    await expect(runCommand([name])).rejects.toThrow('ELOOP');
  });

  test('a command says that the folder is of another Postgres', async () => {
    const dataDir = join(scratch.path, 'other');
    mkdirSync(join(dataDir, 'postgres/cluster'), { recursive: true });
    vi.stubEnv('DATA_DIR', dataDir);
    await expect(runCommand(['dead-letters'])).rejects.toThrow(/was made by PostgreSQL something else/);
  });
});

test('a file that is not there is told by the one that wanted it, and not taken for the socket of a server', () => {
  const missing = Object.assign(new Error('ENOENT'), { code: 'ENOENT', errno: -2, syscall: 'open', path: '/missing' });
  expect(connectionError(missing, 'postgres://localhost/postgres')).toBe(missing);
  expect(explain(missing)).toBe('/missing: no such file or directory (ENOENT).');
});

test('a server that cannot be reached is named with its variable, but for its password', async () => {
  vi.stubEnv('DATABASE_URL', 'postgres://numer:secret@127.0.0.1:1/postgres');
  const reason = 'Postgres at 127.0.0.1:1 (DATABASE_URL) cannot be reached (ECONNREFUSED).';
  for (const name of ['migrate', 'dead-letters', 'republish', 'verify-activities', 'rebuild-stats']) {
    await expect(runCommand([name])).rejects.toThrow(new Error(reason));
  }
});
