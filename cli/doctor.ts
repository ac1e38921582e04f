import { access, constants, mkdir, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import postgres from 'postgres';
import { Connection } from 'rabbitmq-client';
import { connectionTarget } from '../runtime/database/connection-target.ts';
import { findPostgresBinaries } from '../runtime/embedded-postgres/binaries.ts';
import { readStartConfig, type StartConfig } from './config.ts';

const CONNECT_TIMEOUT_MS = 5_000;
const DISK_FREE_MIN_BYTES = 512 * 1024 * 1024;
const NODE_MAJOR_MIN = 24;

/** One thing that must be so. `check` gives what it found, or throws an Error that says what is wrong. */
interface Check {
  readonly name: string;
  readonly check: () => Promise<string>;
}

/** `numer doctor`: checks what the system needs to run here, and says of each failure what to do. */
export async function doctor(): Promise<void> {
  const config = readStartConfig();
  let failures = 0;
  for (const { name, check } of checksOf(config)) {
    try {
      process.stdout.write(`ok    ${name}: ${await check()}\n`);
    } catch (error) {
      failures += 1;
      process.stdout.write(`FAIL  ${name}: ${error instanceof Error ? error.message : String(error)}\n`);
    }
  }
  if (failures > 0) throw new Error(`${failures} of the checks failed.`);
}

function checksOf(config: StartConfig): readonly Check[] {
  return [
    { name: 'Node', check: async () => checkNode() },
    { name: 'Data directory', check: () => checkDataDir(config.DATA_DIR) },
    { name: 'Port', check: () => checkPort(config.HOST, config.PORT) },
    {
      name: 'Postgres',
      check: () => (config.DATABASE_URL === '' ? checkEmbedded() : checkDatabase(config.DATABASE_URL)),
    },
    {
      name: 'RabbitMQ',
      check: async () =>
        config.AMQP_URL === '' ? 'not used: events stay in the process' : checkBroker(config.AMQP_URL),
    },
  ];
}

function checkNode(): string {
  if (Number(process.versions.node.split('.')[0]) < NODE_MAJOR_MIN) {
    throw new Error(`${process.version} is too old; run npm ci, which brings Node ${NODE_MAJOR_MIN}`);
  }
  return process.version;
}

async function checkDataDir(path: string): Promise<string> {
  const directory = resolve(path);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await access(directory, constants.W_OK);
  const { bavail, bsize } = await statfs(directory);
  if (bavail * bsize < DISK_FREE_MIN_BYTES) throw new Error(`${directory} has less than 512 MiB free; change DATA_DIR`);
  return directory;
}

async function checkPort(host: string, port: number): Promise<string> {
  const { promise, resolve: free, reject } = Promise.withResolvers<void>();
  const probe = createServer();
  probe.once('error', () => reject(new Error(`${host}:${port} is taken (by a running Numer?); change PORT`)));
  probe.listen(port, host, () => probe.close(() => free()));
  await promise;
  return `${host}:${port} is free`;
}

async function checkEmbedded(): Promise<string> {
  return `embedded, ${findPostgresBinaries().postgres}`;
}

async function checkDatabase(url: string): Promise<string> {
  const target = connectionTarget(url);
  const sql = postgres(target.url, { ...target.options, max: 1, connect_timeout: CONNECT_TIMEOUT_MS / 1_000 });
  try {
    const [row] = await sql<{ version: string; number: number }[]>`
      select current_setting('server_version') version, current_setting('server_version_num')::integer number`;
    if (row === undefined || row.number < 140_000)
      throw new Error(`Postgres ${row?.version} is too old; 14 is the least`);
    return row.version;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

async function checkBroker(url: string): Promise<string> {
  const connection = new Connection({ url, connectionTimeout: CONNECT_TIMEOUT_MS, retryHigh: CONNECT_TIMEOUT_MS });
  const { promise, resolve: connected, reject } = Promise.withResolvers<void>();
  connection.on('connection', () => connected());
  connection.on('error', (error) =>
    reject(new Error(`cannot be reached: ${error instanceof Error ? error.message : ''}`)),
  );
  try {
    await promise;
    return 'reached';
  } finally {
    connection.unsafeDestroy();
  }
}
