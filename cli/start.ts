import { connect } from 'node:net';
import { resolve as resolvePath } from 'node:path';
import { amqpAddress } from '../runtime/events/amqp-address.ts';
import { httpUrl } from '../runtime/http-url.ts';
import { serveMetrics } from '../runtime/metrics/metrics-server.ts';
import { findListenError } from '../runtime/process/free-port.ts';
import { createLog } from '../runtime/process/log.ts';
import { releaseStartMemory, stopOnSignal } from '../runtime/process/process-life.ts';
import { SERVICE_NAMES } from '../runtime/process/service.ts';
import { readStartConfig, type StartConfig } from './config.ts';
import { dataDirError } from './data-dir.ts';
import { DEMO_USER } from './demo-user.ts';
import { type LocalEnvironment, openLocalEnvironment } from './environment.ts';
import { requireSameKeys } from './same-keys.ts';
import type { RunningSystem } from './start-system.ts';

/** The options of a start. */
interface StartOptions {
  readonly split: boolean;
  readonly demo: boolean;
}

const PORT_MAX = 65_535;

/** Time limit for checking whether RabbitMQ can be reached. */
const REACH_TIMEOUT_MS = 1_000;

/** `numer start`: the whole system in this process, or with `--split` one process per service. */
export async function start({ split, demo }: StartOptions): Promise<void> {
  const config = readStartConfig();
  await requireFreePort(config.HOST, config.PORT);
  if (config.METRICS_PORT !== 0) await requireFreeMetricsPorts(config, split ? 1 + SERVICE_NAMES.length : 1);
  // Loading the modules takes as long as starting Postgres, so both happen at once.
  const load = () => (split ? import('./split.ts') : importEmbedded());
  const environment = await openLocalEnvironment(config, () => void load().catch(() => undefined));
  let system: RunningSystem | undefined;
  const stop = async () => {
    await system?.stop();
    await environment.close();
  };
  try {
    // With the embedded Postgres, the keys are stored next to the data.
    if (config.DATABASE_URL !== '') await requireSameKeys(environment, config.DATA_DIR);
    system = await (split ? startSplit(environment) : startEmbedded(environment, config.DATABASE_URL === ''));
    const hasDemo = demo || ['1', 'true', 'yes'].includes(process.env.DEMO ?? '');
    if (hasDemo) await (await import('./demo.ts')).seedDemo(system.url);
    const log = createLog('numer', config.LOG_LEVEL);
    releaseStartMemory(log);
    stopOnSignal(log, stop);
    const events = await describeEvents(environment.amqpUrl);
    const metrics = describeMetrics(environment, split);
    // Printed last, because whoever reads it may stop the system at once.
    process.stdout.write(
      banner(system.url, environment, { data: describeData(config), events, metrics, hasDemo, signUp: config.SIGN_UP }),
    );
  } catch (error) {
    await stop();
    // From here on, the embedded Postgres notices a full disk, or the full disk is that of another server.
    throw config.DATABASE_URL === '' ? dataDirError(resolvePath(config.DATA_DIR), error) : error;
  }
}

async function startSplit(environment: LocalEnvironment): Promise<RunningSystem> {
  const { startSplit: start } = await import('./split.ts');
  return start(environment);
}

/** `isAlone`: whether the Postgres belongs to this process, so that no other one runs services on it. */
async function startEmbedded(environment: LocalEnvironment, isAlone: boolean): Promise<RunningSystem> {
  const [{ startSystem }, { servicesOptionsOf }] = await importEmbedded();
  const { host, port, metricsPort } = environment;
  const served = metricsPort === undefined ? undefined : await serveMetrics(host, metricsPort);
  const system = await startSystem({
    ...servicesOptionsOf(environment),
    host,
    port,
    metrics: served?.metrics,
    isAlone,
  });
  return {
    url: system.url,
    async stop() {
      await system.stop();
      await served?.stop();
    },
  };
}

function importEmbedded() {
  return Promise.all([import('./start-system.ts'), import('./services-options.ts')]);
}

/** @throws Error naming the variable to change when the port cannot be used */
export async function requireFreePort(host: string, port: number): Promise<void> {
  const error = await findListenError(host, port);
  if (error === undefined) return;
  switch (error.code) {
    case 'EADDRINUSE':
      throw new Error(`Port ${port} is taken. Choose another with PORT, e.g. PORT=${port + 1} make start`);
    case 'EACCES':
      throw new Error(`Port ${port} needs more privileges. Choose one above 1023 with PORT, e.g. PORT=8080 make start`);
    default:
      throw new Error(`Cannot listen on ${host}:${port} (${error.code}). Change HOST or PORT.`);
  }
}

/** @throws Error naming the variable to change unless consecutive ports are free for the metrics of all processes */
async function requireFreeMetricsPorts({ HOST, PORT, METRICS_PORT }: StartConfig, processes: number): Promise<void> {
  for (let port = METRICS_PORT; port < METRICS_PORT + processes; port++) {
    if (port <= PORT_MAX && port !== PORT && (await findListenError(HOST, port)) === undefined) continue;
    const problem = port > PORT_MAX ? 'is too high' : 'is taken';
    throw new Error(`Port ${port} for metrics ${problem}. Choose another with METRICS_PORT.`);
  }
}

function describeData({ DATABASE_URL, DATA_DIR }: StartConfig): string {
  return DATABASE_URL === '' ? resolvePath(DATA_DIR) : `Postgres at ${new URL(DATABASE_URL).host} (DATABASE_URL)`;
}

/** The URL of the metrics. @returns undefined when nothing is measured */
function describeMetrics({ host, metricsPort }: LocalEnvironment, split: boolean): string | undefined {
  if (metricsPort === undefined) return undefined;
  const url = `${httpUrl(host, metricsPort)}/metrics`;
  return split ? `${url} for the gateway, the ports after it for the services` : url;
}

/** The broker of the events. @returns undefined when events stay in this process */
async function describeEvents(amqpUrl: string | undefined): Promise<string | undefined> {
  if (amqpUrl === undefined) return undefined;
  const { host, port } = amqpAddress(amqpUrl);
  const broker = `RabbitMQ at ${new URL(amqpUrl).hostname}:${port}`;
  return (await canConnect(host, port)) ? broker : `${broker} (AMQP_URL) cannot be reached; events wait until it can`;
}

function canConnect(host: string, port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect({ host, port, timeout: REACH_TIMEOUT_MS });
  socket.once('connect', () => resolve(true));
  for (const event of ['error', 'timeout'] as const) socket.once(event, () => resolve(false));
  return promise.finally(() => socket.destroy());
}

/** The facts to print once the system runs. */
interface BannerOptions {
  readonly data: string;
  readonly events: string | undefined;
  readonly metrics: string | undefined;
  readonly hasDemo: boolean;
  readonly signUp: StartConfig['SIGN_UP'];
}

function banner(url: string, environment: LocalEnvironment, options: BannerOptions): string {
  const { data, events, metrics, hasDemo } = options;
  const facts = [
    ['API', `${url}  (REST, Connect, gRPC-web and gRPC)`],
    ['Docs', `${url}/docs`],
    ...(environment.variables.MAIL_DIR ? [['Mail', `${url}/dev/mail (caught, not sent)`]] : []),
    ['Data', data],
    ...(events === undefined ? [] : [['Events', events]]),
    ...(metrics === undefined ? [] : [['Metrics', metrics]]),
    ...(hasDemo ? [['Demo', `${DEMO_USER.email} / ${DEMO_USER.password}`]] : []),
  ];
  return `
  Numer is running.

${facts.map(([name = '', fact]) => `  ${name.padEnd(8)}${fact}`).join('\n')}

  Try it:

${firstSteps(url, options)}

  The README continues from there. Ctrl-C stops everything; the data stays.

`;
}

/** Shell commands to copy and paste. */
function firstSteps(url: string, { hasDemo, signUp }: Pick<BannerOptions, 'hasDemo' | 'signUp'>): string {
  const { email, password } = hasDemo ? DEMO_USER : { email: 'me@example.com', password: 'correct horse' };
  const post = (path: string, body: object) =>
    `curl -sS ${url}${path} -H 'content-type: application/json' \\\n    -d '${JSON.stringify(body)}'`;
  const account =
    signUp === 'open'
      ? `  # Sign up.\n  ${post('/users', { email, password, name: 'Me' })}\n\n`
      : `  # Add an account.\n  echo '${password}' | npx numer create-user ${email} Me\n\n`;
  return `${hasDemo ? '' : account}  # Sign in and get the statistics.
  TOKEN=$(${post('/sessions', { email, password })} \\
    | node -pe 'JSON.parse(fs.readFileSync(0)).accessToken')
  curl -sS ${url}/stats -H "authorization: Bearer $TOKEN"`;
}
