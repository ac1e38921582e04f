import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { getCompileCacheDir } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { httpUrl } from '../runtime/http-url.ts';
import { freePort } from '../runtime/process/free-port.ts';
import { SERVICE_URL_VARIABLES } from '../runtime/process/process-config.ts';
import { SERVICE_NAMES } from '../runtime/process/service.ts';
import type { LocalEnvironment } from './environment.ts';
import type { RunningSystem } from './start-system.ts';

const READY_TIMEOUT_MS = 60_000;
const READY_POLL_MS = 100;
const STOP_TIMEOUT_MS = 8_000;
/** Pause before a process that ended is started again. */
const RESTART_MS = 500;

/** One process of the system, started again whenever it ends. */
interface Keeper {
  stop(): Promise<void>;
}

/**
 * Starts each service and the gateway in a process of its own, with the same commands as the containers. They use gRPC over loopback
 * and RabbitMQ for events. Resolves when the gateway says that all of them are ready.
 *
 * @throws Error when AMQP_URL is not set, or the processes are not ready in time
 */
export async function startSplit(environment: LocalEnvironment): Promise<RunningSystem> {
  if (environment.amqpUrl === undefined) {
    throw new Error('--split needs RabbitMQ between the processes: set AMQP_URL, e.g. AMQP_URL=amqp://localhost');
  }
  const { metricsPort } = environment;
  const ports = await findFreePorts(SERVICE_NAMES.length + 1);
  const gatewayPort = environment.port === 0 ? (ports.at(-1) ?? 0) : environment.port;
  const urls = SERVICE_NAMES.map((name, index) => [SERVICE_URL_VARIABLES[name], `http://127.0.0.1:${ports[index]}`]);
  const shared: NodeJS.ProcessEnv = {
    ...environment.variables,
    ...Object.fromEntries(urls),
    LOG_LEVEL: environment.logLevel,
    DATABASE_URL: environment.databaseUrl,
    AMQP_URL: environment.amqpUrl,
    // Needed before they load their first file.
    NODE_COMPILE_CACHE: getCompileCacheDir(),
  };
  const services = SERVICE_NAMES.map((name, index) =>
    keepRunning(name, `../services/${name}/main.ts`, {
      ...shared,
      HOST: '127.0.0.1',
      PORT: String(ports[index]),
      // The first port is that of the gateway.
      ...(metricsPort !== undefined && { METRICS_PORT: String(metricsPort + 1 + index) }),
    }),
  );
  const gateway = keepRunning('gateway', '../gateway/main.ts', {
    ...shared,
    HOST: environment.host,
    PORT: String(gatewayPort),
  });
  const stop = async () => {
    // The gateway stops first, because the requests that it finishes call the services.
    await gateway.stop();
    await Promise.all(services.map((service) => service.stop()));
  };
  const url = httpUrl(environment.host, gatewayPort);
  try {
    await untilReady(url);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}

/** Runs a script as a process of its own, prints its process id, and starts it again whenever it ends without being told to. */
function keepRunning(name: string, script: string, variables: NodeJS.ProcessEnv): Keeper {
  let isStopping = false;
  let child: ChildProcess;
  let restart: NodeJS.Timeout | undefined;
  const run = () => {
    child = spawn(process.execPath, [fileURLToPath(new URL(script, import.meta.url))], {
      env: variables,
      // The channel lets a child notice that this process was killed, so that it ends too.
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      // A process group of its own makes Ctrl-C reach only this process, which stops the others in order.
      detached: true,
    });
    process.stdout.write(`Started ${name} as process ${child.pid}.\n`);
    child.once('exit', (code, signal) => {
      if (isStopping) return;
      process.stderr.write(`The ${name} process ended (${signal ?? code}); it is started again.\n`);
      restart = setTimeout(run, RESTART_MS);
    });
  };
  run();
  return {
    async stop() {
      isStopping = true;
      clearTimeout(restart);
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      const cut = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
      await exited;
      clearTimeout(cut);
    },
  };
}

async function untilReady(url: string): Promise<void> {
  const deadline = AbortSignal.timeout(READY_TIMEOUT_MS);
  for (;;) {
    const isReady = await fetch(`${url}/readyz`, { signal: deadline }).then(
      (answer) => answer.ok,
      () => false,
    );
    if (isReady) return;
    if (deadline.aborted) throw new Error(`The processes were not ready within ${READY_TIMEOUT_MS / 1_000} s.`);
    await sleep(READY_POLL_MS);
  }
}

/** As many different ports that are free now. */
async function findFreePorts(count: number): Promise<readonly number[]> {
  const free = new Set<number>();
  while (free.size < count) free.add(await freePort());
  return [...free];
}
