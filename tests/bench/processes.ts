import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { relative, resolve } from 'node:path';

/** What a process belongs to. */
export type ProcessKind = 'application' | 'database' | 'broker';

/** The state of a process at one moment. */
export interface ProcessReading {
  readonly pid: number;
  /** The script or program it runs: `services/invoice`, `cli/numer.mjs`, `postgres`. */
  readonly name: string;
  readonly kind: ProcessKind;
  /** CPU time since its start, including that of its children that have ended. */
  readonly cpuMs: number;
}

interface Stat {
  readonly pid: number;
  readonly parent: number;
  readonly program: string;
  readonly endedChildrenMs: number;
}

/** Linux counts the CPU time of ended children in hundredths of a second, whatever the processor. */
const TICK_MS = 10;

/** All processes below `roots`, these included. Linux only: it reads /proc. */
export function readProcesses(roots: readonly number[]): ProcessReading[] {
  const stats = readdirSync('/proc').flatMap((entry) => (/^\d+$/.test(entry) ? (readStat(Number(entry)) ?? []) : []));
  const children = Map.groupBy(stats, ({ parent }) => parent);
  const found: Stat[] = [];
  let level = stats.filter(({ pid }) => roots.includes(pid));
  while (level.length > 0) {
    found.push(...level);
    level = level.flatMap(({ pid }) => children.get(pid) ?? []);
  }
  return found.map(({ pid, program, endedChildrenMs }) => {
    const kind = kindOf(program);
    const name = kind === 'application' ? scriptOf(pid, program) : kind === 'database' ? 'postgres' : 'rabbitmq';
    return { pid, name, kind, cpuMs: endedChildrenMs + ownCpuMs(pid) };
  });
}

/** Memory of the processes of one name. */
export interface ProcessMemory {
  readonly name: string;
  readonly kind: ProcessKind;
  readonly bytes: number;
}

/** Resident memory by name. For Postgres, each process counts its share of the memory they have in common. */
export function memoryOf(readings: readonly ProcessReading[]): ProcessMemory[] {
  return [...Map.groupBy(readings, ({ name }) => name)].map(([name, group]) => ({
    name,
    kind: group[0]?.kind ?? 'application',
    bytes: group.reduce((sum, reading) => sum + residentBytes(reading), 0),
  }));
}

function residentBytes({ pid, kind }: ProcessReading): number {
  const [file, pattern] =
    kind === 'database'
      ? (['smaps_rollup', /^Pss: +(\d+) kB/m] as const)
      : (['status', /^VmRSS:\s+(\d+) kB/m] as const);
  return Number(pattern.exec(readProc(pid, file))?.[1] ?? 0) * 1024;
}

/** CPU time between two readings in milliseconds, by the name of the process. */
export function cpuBetween(
  before: readonly ProcessReading[],
  after: readonly ProcessReading[],
): ReadonlyMap<string, { readonly kind: ProcessKind; readonly cpuMs: number }> {
  const earlier = new Map(before.map(({ pid, cpuMs }) => [pid, cpuMs]));
  const byName = new Map<string, { kind: ProcessKind; cpuMs: number }>();
  for (const { pid, name, kind, cpuMs } of after) {
    const entry = byName.get(name) ?? { kind, cpuMs: 0 };
    entry.cpuMs += cpuMs - (earlier.get(pid) ?? 0);
    byName.set(name, entry);
  }
  return byName;
}

function readStat(pid: number): Stat | undefined {
  const text = readProc(pid, 'stat');
  const [, program, rest] = /^\d+ \((.*)\) (.*)$/s.exec(text) ?? [];
  if (program === undefined || rest === undefined) return undefined;
  const fields = rest.split(' ');
  // The fields from the third of proc(5) on: state, parent, ...; the 16th and 17th are the times of ended children.
  return {
    pid,
    parent: Number(fields[1]),
    program,
    endedChildrenMs: (Number(fields[13]) + Number(fields[14])) * TICK_MS,
  };
}

/** CPU time of all threads, to the nanosecond; the usual fields are rounded to 10 ms. */
function ownCpuMs(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/task`).reduce((sum, thread) => {
      const [nanoseconds] = readProc(pid, `task/${thread}/schedstat`).split(' ');
      return sum + Number(nanoseconds) / 1e6;
    }, 0);
  } catch {
    return 0;
  }
}

function kindOf(program: string): ProcessKind {
  if (program === 'postgres') return 'database';
  return /^(beam\.smp|erl_child_setup|inet_gethost|epmd)$/.test(program) ? 'broker' : 'application';
}

/** What a process runs: for Node its script, relative to its folder and without `/main.ts`; for others the program. */
function scriptOf(pid: number, program: string): string {
  const [, ...words] = readProc(pid, 'cmdline').split('\0');
  const script = words.find((word) => word !== '' && !word.startsWith('-'));
  if (script === undefined || !/\.[cm]?[jt]s$/.test(script)) return program;
  const folder = folderOf(pid);
  return relative(folder, resolve(folder, script)).replace(/\/main\.[cm]?[jt]s$/, '');
}

function folderOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '/';
  }
}

function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    // The process has just ended.
    return '';
  }
}
