import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../runtime/process/free-port.ts';
import { waitUntil } from '../../runtime/testing/wait-until.ts';
import { fillTemplate, type PlaceholderValues } from './fill-template.ts';
import { type ProcessReading, readProcesses } from './processes.ts';
import type { TargetFile } from './target-file.ts';

/** The resources that a target runs on. */
export interface TargetPlace {
  /** A folder of its own; Postgres keeps its data in `postgres` in it. */
  readonly dataDir: string;
  /** Server that was started for it; undefined when it starts its own. */
  readonly databaseUrl: string | undefined;
  readonly amqpUrl: string | undefined;
}

/** A target that is ready. */
export interface RunningTarget {
  readonly file: TargetFile;
  readonly address: string;
  /** Time from starting the command to the first successful response. */
  readonly startMs: number;
  /** All of its processes, the database and the broker included. */
  read(): ProcessReading[];
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 20_000;
const QUIET = { cores: 0.06, timeoutMs: 60_000 } as const;
const QUIET_MS = 1_100;

/** Starts a target and waits until it is ready. @throws Error with its output when that takes too long or it ends */
export async function startTarget(file: TargetFile, place: TargetPlace): Promise<RunningTarget> {
  const values = {
    port: String(await freePort()),
    dataDir: place.dataDir,
    ...(place.databaseUrl === undefined ? {} : { databaseUrl: place.databaseUrl }),
    ...(place.amqpUrl === undefined ? {} : { amqpUrl: place.amqpUrl }),
  };
  const address = fillTemplate(file.address, values);
  const startTime = performance.now();
  const { child, output } = run(file, values);
  const isReady = async () => {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
    return (await fetch(address + file.ready)).ok;
  };
  try {
    await waitUntil(isReady, { timeoutMs: START_TIMEOUT_MS, intervalMs: 10, what: `${file.name} to be ready` });
  } catch (error) {
    child.kill('SIGKILL');
    throw new Error(`${file.name} did not start:\n${output()}`, { cause: error });
  }
  const startMs = performance.now() - startTime;
  const roots = [child.pid ?? -1, ...(place.databaseUrl === undefined ? [] : [postmasterOf(place.dataDir)])];
  return {
    file,
    address,
    startMs,
    read: () => [
      ...readProcesses(roots),
      ...(file.rabbitmq ? readProcesses([process.pid]).filter(({ kind }) => kind === 'broker') : []),
    ],
    stop: () => end(child),
  };
}

/**
 * Waits until the target has nothing more to do, so that all effects of earlier requests have happened: its own processes
 * take almost no CPU time for so long.
 */
export async function untilQuiet(target: RunningTarget, quietMs = QUIET_MS): Promise<void> {
  const isQuiet = async () => {
    const before = applicationCpuMs(target.read());
    await new Promise((resolve) => setTimeout(resolve, quietMs));
    return applicationCpuMs(target.read()) - before < QUIET.cores * quietMs;
  };
  await waitUntil(isQuiet, { timeoutMs: QUIET.timeoutMs, intervalMs: 1, what: `${target.file.name} to be quiet` });
}

/** Runs a command of a target file to its end. @throws Error with its output when it fails */
export async function runCommand(
  file: TargetFile,
  command: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  const [program = '', ...words] = command;
  const child = spawn(program, words, { cwd: file.folder, env: { ...process.env, ...environment }, stdio: 'pipe' });
  const output = collect(child);
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${command.join(' ')} of ${file.name} ended with ${code}:\n${output()}`);
}

function run(file: TargetFile, values: PlaceholderValues): { child: ChildProcess; output: () => string } {
  const [program = '', ...words] = file.start;
  const environment = Object.entries(file.environment).map(([name, text]) => [name, fillTemplate(text, values)]);
  const child = spawn(program, words, {
    cwd: file.folder,
    env: { ...process.env, ...Object.fromEntries(environment) },
    stdio: 'pipe',
  });
  return { child, output: collect(child) };
}

/** The end of the output of a child. */
function collect(child: ChildProcess): () => string {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-10_000);
    });
  }
  return () => output;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const cut = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(cut);
}

function applicationCpuMs(readings: readonly ProcessReading[]): number {
  return readings.reduce((sum, { kind, cpuMs }) => (kind === 'application' ? sum + cpuMs : sum), 0);
}

function postmasterOf(dataDir: string): number {
  return Number.parseInt(readFileSync(join(dataDir, 'postgres', 'cluster', 'postmaster.pid'), 'utf8'), 10);
}
