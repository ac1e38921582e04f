import { join } from 'node:path';
import type { Sql } from 'postgres';
import { waitUntil } from '../../runtime/testing/wait-until.ts';
import { readArguments, readNumber } from './arguments.ts';
import { openBenchPlace } from './bench-place.ts';
import { signInAll } from './callers.ts';
import { type ClaimCost, measureClaims } from './measure-claims.ts';
import { type NumerDatabases, openNumerDatabases } from './numer-databases.ts';
import { cpuBetween, type ProcessKind, type ProcessReading } from './processes.ts';
import { createRequestSource } from './request-source.ts';
import { runBlock } from './run-block.ts';
import { type RunningTarget, startTarget, untilQuiet } from './running-target.ts';
import { type SampleEvents, sampleEvents } from './sample-events.ts';
import { createRandom, median, percentile } from './statistics.ts';
import { readTargetFile } from './target-file.ts';
import { markdownTable, writeResults } from './write-results.ts';

/** The services in which a change of an invoice has an effect. */
const AFFECTED = ['activity', 'stats', 'reminder'] as const;
const WARM_UP_EVENTS = 5_000;
const TIMEOUT_MS = 300_000;
/** More would not fit on a disk. */
const COUNT_MAX = 100_000_000;

/** CPU milliseconds an event. */
type Cpu = Readonly<Record<ProcessKind, number>>;

/** A pass. */
interface Drained {
  readonly durationMs: number;
  readonly cpu: Cpu;
}

/** The measurements of one target. */
interface PipelineResult {
  readonly target: string;
  readonly events: number;
  /** For each pass, from releasing the events to the last effect in the last service. */
  readonly passesMs: readonly number[];
  /** The median of the passes. */
  readonly cpu: Cpu;
  readonly latenciesMs: readonly number[];
  readonly reminders: number;
  readonly remindersMs: number;
}

const { targets, events, passes, samples, reminders, published, out } = readArguments(
  {
    targets: { type: 'string', default: 'embedded,split', description: 'Built-in systems to measure' },
    events: { type: 'string', default: '20000', description: 'Events of a pass' },
    passes: { type: 'string', default: '3', description: 'Passes' },
    samples: { type: 'string', default: '200', description: 'Events whose way is timed one by one' },
    reminders: { type: 'string', default: '10000', description: 'Reminders that are due' },
    published: { type: 'string', default: '1000000', description: 'Published events beside which batches are claimed' },
    out: { type: 'string', default: 'bench-results', description: 'Folder of the results' },
  },
  (values) => ({
    targets: values.targets.split(','),
    events: readNumber('events', values.events, 1, COUNT_MAX),
    passes: readNumber('passes', values.passes, 1, COUNT_MAX),
    samples: readNumber('samples', values.samples, 1, COUNT_MAX),
    reminders: readNumber('reminders', values.reminders, 1, COUNT_MAX),
    published: readNumber('published', values.published, 0, COUNT_MAX),
    out: values.out,
  }),
);
// Three in ten invoices are open. Three in four of those still need reminders once a user has one for each of 90 due dates.
const size = { users: 100, invoices: Math.max(9_000, reminders * 6) };
const place = openBenchPlace(size);
const results: PipelineResult[] = [];
try {
  for (const name of targets) {
    const result = await measure(name);
    if (result !== undefined) results.push(result);
    say(pipelineTable(results));
  }
} finally {
  await place.close();
}
const claims = await measureClaims(published, say);
writeResults(out, 'pipeline', { size, results, claims }, [pipelineTable(results), claimTable(claims)].join('\n\n'));

async function measure(name: string): Promise<PipelineResult | undefined> {
  const file = readTargetFile(join(import.meta.dirname, 'targets', `${name}.json`));
  say(`loading and starting ${name}`);
  const where = await place.placeOf(file);
  if (where === undefined) {
    say(`${name} is left out: it needs RabbitMQ, which is not installed`);
    return undefined;
  }
  const target = await startTarget(file, where);
  const databases = openNumerDatabases(where.dataDir);
  try {
    const sample = await takeSample(target, databases);
    await drain(target, databases, sample, WARM_UP_EVENTS);
    const drained: Drained[] = [];
    for (let pass = 0; pass < passes; pass++) {
      const latest = await drain(target, databases, sample, events);
      drained.push(latest);
      say(`${name}: ${((events / latest.durationMs) * 1_000).toFixed(0)} events/s`);
    }
    const passesMs = drained.map(({ durationMs }) => durationMs);
    const cpuOf = (kind: ProcessKind) => median(drained.map(({ cpu }) => cpu[kind]));
    const cpu = { application: cpuOf('application'), database: cpuOf('database'), broker: cpuOf('broker') };
    const latenciesMs = await measureLatency(databases, sample);
    const remindersMs = await measureReminders(databases);
    return { target: name, events, passesMs, cpu, latenciesMs, reminders, remindersMs };
  } finally {
    await databases.close();
    await target.stop();
  }
}

/** Makes and changes an invoice, and takes the events of both as samples. */
async function takeSample(target: RunningTarget, databases: NumerDatabases): Promise<SampleEvents> {
  const { consequences } = target.file;
  if (consequences === undefined) throw new Error(`${target.file.name} does not say how to hold events back.`);
  const source = createRequestSource(target, size, await signInAll(target, size));
  return sampleEvents(databases.of('invoice'), consequences, async () => {
    await source.prepare(1, createRandom(1));
    const updates = [source.of('update', createRandom(1))()];
    await runBlock({ address: target.address, connections: 1, durationMs: 10_000, next: () => updates.pop() });
  });
}

/** Lets so many events take effect, and measures from the moment when relays see them. */
async function drain(
  target: RunningTarget,
  databases: NumerDatabases,
  sample: SampleEvents,
  count: number,
): Promise<Drained> {
  const firstId = await sample.write(count);
  await untilQuiet(target);
  const inboxes = AFFECTED.map((service) => databases.of(service));
  const isApplied = async (sql: Sql) =>
    Number((await sql`select count(*) as count from inbox where event_id >= ${firstId}`)[0]?.count) >= count;
  const isDone = async () => (await Promise.all(inboxes.map(isApplied))).every((isTrue) => isTrue);
  await sample.release();
  const startTime = performance.now();
  const before = target.read();
  await waitUntil(isDone, { timeoutMs: TIMEOUT_MS, intervalMs: 50, what: 'all events to take effect' });
  const durationMs = performance.now() - startTime;
  await untilQuiet(target);
  return { durationMs, cpu: cpuPerEvent(before, target.read(), count) };
}

function cpuPerEvent(before: readonly ProcessReading[], after: readonly ProcessReading[], count: number): Cpu {
  const total = { application: 0, database: 0, broker: 0 };
  for (const { kind, cpuMs } of cpuBetween(before, after).values()) total[kind] += cpuMs / count;
  return total;
}

/** Measures the time from the insert of an event to its effect, one event at a time. */
async function measureLatency(databases: NumerDatabases, sample: SampleEvents): Promise<number[]> {
  const activity = databases.of('activity');
  const latenciesMs: number[] = [];
  for (let count = 0; count < samples; count++) {
    await new Promise((resolve) => setTimeout(resolve, 20 + Math.random() * 60));
    const startTime = performance.now();
    const id = await sample.writeOne();
    const hasEffect = async () => (await activity`select 1 from inbox where event_id = ${id}`).length > 0;
    while (!(await hasEffect()));
    latenciesMs.push(performance.now() - startTime);
  }
  return latenciesMs;
}

/** Measures the time from the moment when reminders are due until all of them are handed over. */
async function measureReminders(databases: NumerDatabases): Promise<number> {
  const sql = databases.of('reminder');
  // They have a time of their own, because moved reminders of a plan go back to the plan before they are sent.
  const due = await sql`
    update reminders set planned = false, offset_days = null, due_date = null, step = now()::text, fixed_time = now(), remind_time = now()
    where id in (
      select id from reminders where state = 'SCHEDULED' and offset_days = 7 order by id limit ${reminders}
    ) returning id`;
  if (due.length < reminders) throw new Error(`Only ${due.length} reminders were loaded.`);
  const startTime = performance.now();
  const isDone = async () =>
    (await sql`select 1 from reminders where state = 'SCHEDULED' and remind_time <= now() limit 1`).length === 0;
  await waitUntil(isDone, { timeoutMs: TIMEOUT_MS, intervalMs: 50, what: 'all reminders to be handed over' });
  const durationMs = performance.now() - startTime;
  const [sent] =
    await sql`select count(*)::integer as count from reminders where id = any(${due.map(({ id }) => id)}::uuid[]) and state = 'SENT'`;
  if (sent?.count !== reminders) throw new Error(`${sent?.count} of ${reminders} reminders were sent.`);
  return durationMs;
}

function pipelineTable(found: readonly PipelineResult[]): string {
  const rows = found.map(({ target, passesMs, cpu, latenciesMs, ...result }) => [
    target,
    ((result.events / median(passesMs)) * 1_000).toFixed(0),
    passesMs.map((ms) => ((result.events / ms) * 1_000).toFixed(0)).join(', '),
    cpu.application.toFixed(3),
    cpu.database.toFixed(3),
    cpu.broker.toFixed(3),
    percentile(latenciesMs, 0.5).toFixed(1),
    percentile(latenciesMs, 0.99).toFixed(1),
    (result.remindersMs / 1_000).toFixed(1),
  ]);
  const head = [
    'target',
    'events/s',
    'each pass',
    'application CPU ms an event',
    'Postgres',
    'broker',
    'idle: p50 ms to the effect',
    'p99 ms',
    `s for ${reminders} due reminders`,
  ];
  return `## Outbox to effects in ${AFFECTED.join(', ')}\n\n${markdownTable(head, rows)}`;
}

function claimTable(costs: readonly ClaimCost[]): string {
  const rows = costs.map((cost) => [
    String(cost.published),
    cost.claimMs.toFixed(1),
    cost.removeMs.toFixed(1),
    (cost.tableBytes / 1024 / 1024).toFixed(0),
  ]);
  const head = ['published before', 'ms to claim 500', 'ms to remove 500', 'MB of the outbox'];
  return `## A relay with published events behind it\n\n${markdownTable(head, rows)}`;
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
