import { statfs } from 'node:fs/promises';
import { resolve } from 'node:path';
import { addressOf, connectionError } from '../runtime/database/ensure-database.ts';
import { openConnection } from '../runtime/database/open-connection.ts';
import { findPostgresBinaries } from '../runtime/embedded-postgres/binaries.ts';
import { clusterDirOf, hasCluster } from '../runtime/embedded-postgres/cluster.ts';
import { findRunningPostgres } from '../runtime/embedded-postgres/running-postgres.ts';
import { countDeadMessages } from '../runtime/events/amqp-dead-messages.ts';
import { type Backlog, prepareReadBacklog } from '../runtime/events/backlog.ts';
import { httpUrl } from '../runtime/http-url.ts';
import { SERVICE_NAMES } from '../runtime/process/service.ts';
import { useBroker } from './broker.ts';
import { readStartConfig, type StartConfig } from './config.ts';
import { count } from './count.ts';
import { nearestFolder, requireWritable } from './data-dir.ts';
import { postgresDirOf, usesDataDir } from './environment.ts';
import { useServiceDatabase } from './service-database.ts';
import { requireFreePort } from './start.ts';

const CONNECT_TIMEOUT_MS = 5_000;
/** More than the three seconds that the gateway waits for its services. */
const READY_TIMEOUT_MS = 5_000;
const DISK_FREE_MIN_BYTES = 512 * 1024 * 1024;
const NODE_MAJOR_MIN = 24;
/** Longest time in seconds that an event waits to be published while nothing is wrong. */
const WAITING_SECONDS_MAX = 60;

/** What to do about dead letters and dead messages. */
const RESEND_HINT = 'and `npx numer dead-letters resend all` sends them again once the cause is fixed';

/** One condition to check. `check` gives what it found, or throws an Error that says what is wrong. */
interface Check {
  readonly name: string;
  readonly check: () => Promise<string>;
}

/** `numer doctor`: checks what the system needs to run here, and says what to do about each failure. */
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
    { name: 'Data directory', check: () => checkDataDir(config) },
    { name: 'Port', check: () => checkPort(config.HOST, config.PORT) },
    {
      name: 'Postgres',
      check: () => (config.DATABASE_URL === '' ? checkEmbedded(config.DATA_DIR) : checkDatabase(config.DATABASE_URL)),
    },
    {
      name: 'RabbitMQ',
      check: async () =>
        config.AMQP_URL === '' ? 'not used: events stay in the process' : checkBroker(config.AMQP_URL),
    },
    { name: 'Waiting events', check: () => checkBacklogs(config, describeWaiting, 'none for long') },
    { name: 'Dead letters', check: () => checkBacklogs(config, describeDeadLetters, 'none') },
  ];
}

function checkNode(): string {
  if (Number(process.versions.node.split('.')[0]) < NODE_MAJOR_MIN) {
    throw new Error(`${process.version} is too old; run npm ci, which brings Node ${NODE_MAJOR_MIN}`);
  }
  return process.version;
}

async function checkDataDir(config: StartConfig): Promise<string> {
  if (!usesDataDir(config)) return 'not used: servers and keys are given';
  const directory = resolve(config.DATA_DIR);
  const existing = await nearestFolder(directory);
  await requireWritable(existing);
  const { bavail, bsize } = await statfs(existing);
  if (bavail * bsize < DISK_FREE_MIN_BYTES) {
    throw new Error(`${existing} has less than 512 MiB free; make room on its disk, or change DATA_DIR`);
  }
  return existing === directory ? directory : `${directory}, which the first start creates`;
}

async function checkPort(host: string, port: number): Promise<string> {
  const unready = port === 0 ? undefined : await findUnready(`${httpUrl(host, port)}/readyz`);
  if (unready === undefined) {
    await requireFreePort(host, port);
    return `${host}:${port} is free`;
  }
  if (unready.length > 0) throw new Error(`Numer runs on ${host}:${port}, without ${unready.join(', ')}; see its log`);
  return `Numer runs on ${host}:${port} and is ready`;
}

/** The services that a running Numer cannot reach; undefined when no Numer answers. */
async function findUnready(url: string): Promise<readonly string[] | undefined> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(READY_TIMEOUT_MS) });
    const { status, unready = [] }: { status?: string; unready?: readonly string[] } = JSON.parse(await answer.text());
    return status === 'ok' || status === 'unavailable' ? unready : undefined;
  } catch {
    return undefined;
  }
}

async function checkEmbedded(dataDir: string): Promise<string> {
  const { postgres: program } = findPostgresBinaries();
  const isFirst = !hasCluster(clusterDirOf(postgresDirOf(resolve(dataDir))));
  return `embedded, ${program}${isFirst ? ', without data yet' : ''}`;
}

/** What a Postgres server is asked for. */
interface Server {
  readonly version: string;
  readonly number: number;
  readonly role: string;
  readonly mayCreate: boolean;
  /** It is a standby, or was told to accept no changes. */
  readonly isReadOnly: boolean;
  readonly databases: readonly string[];
}

async function checkDatabase(url: string): Promise<string> {
  const sql = openConnection(url, { connect_timeout: CONNECT_TIMEOUT_MS / 1_000 });
  try {
    const [row] = await sql<Server[]>`
      select current_setting('server_version') version, current_setting('server_version_num')::integer number, rolname role,
        rolcreatedb or rolsuper "mayCreate", current_setting('transaction_read_only') = 'on' "isReadOnly",
        (select jsonb_agg(datname) from pg_database) databases
      from pg_roles where rolname = current_user`;
    if (row === undefined || row.number < 140_000)
      throw new Error(`Postgres ${row?.version} is too old; 14 or newer is required`);
    if (row.isReadOnly) {
      const reason = 'it is a standby, or default_transaction_read_only is on';
      throw new Error(`Postgres at ${addressOf(url)} (DATABASE_URL) accepts no changes: ${reason}`);
    }
    const missing = SERVICE_NAMES.map((service) => `numer_${service}`).filter((name) => !row.databases.includes(name));
    if (missing.length > 0 && !row.mayCreate) {
      throw new Error(`"${row.role}" may not create ${missing.join(', ')}; allow it, or create them by hand`);
    }
    return row.version;
  } catch (error) {
    throw connectionError(error, url);
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/**
 * Fails with what `describe` says about the events of all services; if that is nothing, gives `none`. Looks only at databases that can
 * be reached: another check reports those that cannot, or they do not exist yet.
 */
async function checkBacklogs(
  { DATABASE_URL, DATA_DIR }: StartConfig,
  describe: (backlogs: ReadonlyMap<string, Backlog>) => string | undefined,
  none: string,
): Promise<string> {
  const databaseUrl = DATABASE_URL || findRunningPostgres(postgresDirOf(resolve(DATA_DIR)))?.url('postgres');
  if (databaseUrl === undefined) return 'not checked: no running Postgres was found';
  const backlogs = new Map<string, Backlog>();
  for (const service of SERVICE_NAMES) {
    const backlog = await useServiceDatabase({ databaseUrl }, service, (db) => prepareReadBacklog(db)()).catch(
      (error: Error) => error,
    );
    if (backlog instanceof Error) return `cannot be checked: ${backlog.message}`;
    backlogs.set(service, backlog);
  }
  const problem = describe(backlogs);
  if (problem !== undefined) throw new Error(problem);
  return none;
}

/** What to say about events that wait to be published for longer than a busy system needs. */
function describeWaiting(backlogs: ReadonlyMap<string, Backlog>): string | undefined {
  const found = [...backlogs].flatMap(([service, { waiting, oldestSeconds }]) =>
    oldestSeconds > WAITING_SECONDS_MAX
      ? [`${waiting} of ${service}, the oldest for ${Math.round(oldestSeconds)} s`]
      : [],
  );
  if (found.length === 0) return undefined;
  return `${found.join(', ')}; they are published once RabbitMQ and all services run, whose logs say what is missing`;
}

function describeDeadLetters(backlogs: ReadonlyMap<string, Backlog>): string | undefined {
  const found = [...backlogs].flatMap(([service, { deadLetters }]) =>
    deadLetters > 0 ? [`${deadLetters} of ${service}`] : [],
  );
  if (found.length === 0) return undefined;
  return `${found.join(', ')}; \`npx numer dead-letters\` lists them with the reason, ${RESEND_HINT}`;
}

async function checkBroker(url: string): Promise<string> {
  const dead = await useBroker(url, countDeadMessages);
  if (dead === 0) return 'reached';
  throw new Error(
    `reached, but it gave up ${count(dead, 'message')}; \`npx numer dead-letters list rabbitmq\` lists them, ${RESEND_HINT}`,
  );
}
