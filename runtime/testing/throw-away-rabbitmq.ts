import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '../process/free-port.ts';
import { makeScratchDir, type ScratchDir } from './scratch-dir.ts';
import { waitUntil } from './wait-until.ts';

/** A RabbitMQ broker of its own, on loopback, that can have an outage. */
export interface ThrowAwayRabbitmq {
  /** Connection string of a virtual host that nobody got before. The same before and after an outage. */
  nextUrl(): string;
  /** Begins an outage: stops the broker; what is durable is kept. */
  stop(): Promise<void>;
  /** Ends an outage: starts the broker again on the same port and data. Takes some 10 s. */
  start(): Promise<void>;
  /** Stops the broker for good and removes its data. */
  remove(): Promise<void>;
}

/** Each test file gets a virtual host, because exchanges and queues have fixed names. Room for a few runs in watch mode. */
const VIRTUAL_HOSTS_MAX = 16;

/** Largest message that the broker takes: a quarter of the default of RabbitMQ 4, so that tests of too large ones are fast. */
export const MESSAGE_BYTES_MAX = 4 * 1024 * 1024;

const START_TIMEOUT_MS = 90_000;
const STOP_TIMEOUT_MS = 10_000;

/** Where packages put the server's script; `rabbitmq-server` on the PATH of Debian insists on an account of its own. */
const PACKAGED_SCRIPT = '/usr/lib/rabbitmq/bin/rabbitmq-server';

/** Path of the broker's script, or undefined when RabbitMQ is not installed on this machine. */
export function findRabbitmqProgram(): string | undefined {
  if (onPath('epmd') === undefined) return undefined;
  return existsSync(PACKAGED_SCRIPT) ? PACKAGED_SCRIPT : onPath('rabbitmq-server');
}

function onPath(program: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path));
}

/**
 * Starts a broker with its own node name, ports, cookie and data, without plugins. It does not outlive this process.
 *
 * @param program from `findRabbitmqProgram`
 * @throws Error with the broker's last lines when it does not start
 */
export async function startThrowAwayRabbitmq(program: string): Promise<ThrowAwayRabbitmq> {
  const broker = await makeThrowAwayRabbitmq(program, VIRTUAL_HOSTS_MAX);
  try {
    await broker.start();
  } catch (error) {
    await broker.remove();
    throw error;
  }
  return broker;
}

/**
 * The same, but not started, so that it begins with an outage.
 *
 * @param hosts how many virtual hosts it has; each one more makes its start slower
 */
export async function makeThrowAwayRabbitmq(program: string, hosts: number): Promise<ThrowAwayRabbitmq> {
  const scratch = makeScratchDir('numer-test-rabbitmq');
  const [port, distributionPort, epmdPort] = [await freePort(), await freePort(), await freePort()];
  const virtualHosts = Array.from({ length: hosts }, (_, n) => `test-${n + 1}`);
  const env = writeConfig(scratch.path, virtualHosts, port, distributionPort, epmdPort);
  const epmd = spawn('epmd', ['-address', '127.0.0.1', '-port', String(epmdPort)], { stdio: 'ignore', detached: true });
  const left = [...virtualHosts];
  let broker: ChildProcess | undefined;

  const start = async () => {
    broker = await startBroker(program, env, scratch, epmd);
  };
  const stop = async () => {
    if (broker !== undefined) await end(broker, 'SIGTERM');
    broker = undefined;
  };
  const remove = async () => {
    if (broker !== undefined) await end(broker, 'SIGKILL');
    await end(epmd, 'SIGKILL');
    scratch.remove();
  };

  try {
    // The broker would start an epmd of its own, one that stays, if this one did not answer yet.
    await waitUntil(() => accepts(epmdPort), { what: 'epmd to answer' });
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    nextUrl() {
      const virtualHost = left.shift();
      if (virtualHost === undefined) throw new Error(`There are only ${hosts} virtual hosts for tests.`);
      return `amqp://guest:guest@127.0.0.1:${port}/${virtualHost}`;
    },
    stop,
    start,
    remove,
  };
}

/** Writes the broker's files and gives its environment. */
function writeConfig(
  dir: string,
  virtualHosts: readonly string[],
  port: number,
  distributionPort: number,
  epmdPort: number,
): NodeJS.ProcessEnv {
  const write = (name: string, content: string) => {
    writeFileSync(join(dir, name), content);
    return join(dir, name);
  };
  const definitions = write('definitions.json', JSON.stringify(definitionsOf(virtualHosts)));
  const config = [
    `listeners.tcp.1 = 127.0.0.1:${port}`,
    'distribution.listener.interface = 127.0.0.1',
    `load_definitions = ${definitions}`,
    'disk_free_limit.absolute = 50MB',
    `max_message_size = ${MESSAGE_BYTES_MAX}`,
    'log.console = true',
    'log.file = false',
  ];
  return {
    PATH: process.env.PATH,
    HOME: dir, // The cookie is kept there.
    ERL_EPMD_ADDRESS: '127.0.0.1',
    ERL_EPMD_PORT: String(epmdPort),
    RABBITMQ_NODENAME: 'numer-test@localhost',
    RABBITMQ_DIST_PORT: String(distributionPort),
    RABBITMQ_CONFIG_FILE: write('rabbitmq.conf', `${config.join('\n')}\n`),
    RABBITMQ_ADVANCED_CONFIG_FILE: write('advanced.config', '[].\n'),
    RABBITMQ_CONF_ENV_FILE: write('rabbitmq-env.conf', ''),
    RABBITMQ_ENABLED_PLUGINS_FILE: write('enabled_plugins', '[].\n'),
    RABBITMQ_MNESIA_BASE: join(dir, 'mnesia'),
    RABBITMQ_LOG_BASE: join(dir, 'log'),
    // Idle schedulers sleep instead of spinning on the cores that the tests need.
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '+sbwt none +sbwtdcpu none +sbwtdio none',
    RABBITMQ_ALLOW_INPUT: '1', // Makes the script become the broker, so that its process id is the broker's.
  };
}

function definitionsOf(virtualHosts: readonly string[]): unknown {
  const salt = Buffer.from('salt');
  const digest = createHash('sha256').update(salt).update('guest').digest();
  const everything = { configure: '.*', write: '.*', read: '.*' };
  return {
    users: [
      {
        name: 'guest',
        password_hash: Buffer.concat([salt, digest]).toString('base64'),
        hashing_algorithm: 'rabbit_password_hashing_sha256',
        tags: 'administrator',
      },
    ],
    vhosts: virtualHosts.map((name) => ({ name })),
    permissions: virtualHosts.map((vhost) => ({ user: 'guest', vhost, ...everything })),
  };
}

async function startBroker(
  program: string,
  env: NodeJS.ProcessEnv,
  scratch: ScratchDir,
  epmd: ChildProcess,
): Promise<ChildProcess> {
  const stdio: ('ignore' | 'pipe')[] = ['ignore', 'pipe', 'pipe'];
  const broker = spawn(program, ['-noinput'], { env, stdio, cwd: scratch.path, detached: true });
  // Their own children end when the pipes to them do.
  scratch.guard([broker.pid, epmd.pid].filter((pid) => pid !== undefined));
  const lastLines: string[] = [];
  const started = Promise.withResolvers<boolean>();
  const listenTo = (stream: NodeJS.ReadableStream | null) => {
    if (stream === null) return;
    createInterface({ input: stream }).on('line', (line) => {
      lastLines.push(line);
      if (lastLines.length > 30) lastLines.shift();
      if (line.includes('Server startup complete')) started.resolve(true);
    });
  };
  listenTo(broker.stdout);
  listenTo(broker.stderr);
  broker.once('error', (error) => lastLines.push(error.message)).once('close', () => started.resolve(false));
  const timer = setTimeout(() => broker.kill('SIGKILL'), START_TIMEOUT_MS);
  const isStarted = await started.promise;
  clearTimeout(timer);
  if (!isStarted) throw new Error(`RabbitMQ did not start:\n${lastLines.join('\n')}`);
  return broker;
}

async function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await ended;
  clearTimeout(timer);
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1');
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}
