import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { openBenchPlace } from './bench-place.ts';
import { signInAll } from './callers.ts';
import { hasConsequences, measureBlock, type Subject } from './measure-target.ts';
import { cpuPerRequest, type Footprint, type Measurement } from './measurement.ts';
import { OPERATION_NAMES } from './operations.ts';
import { readOptions } from './options.ts';
import { memoryOf } from './processes.ts';
import { createRequestSource } from './request-source.ts';
import { requestTables } from './request-tables.ts';
import { type RunningTarget, startTarget, untilQuiet } from './running-target.ts';
import { createRandom } from './statistics.ts';
import { readTargetFile, type TargetFile } from './target-file.ts';
import { writeResults } from './write-results.ts';

/** Connections of the two kinds of block. */
const FEW = 1;
const MANY = 32;
/** Warming up goes on while the latest so many blocks are cheaper than all earlier ones by so much. */
const WARM_UP = { blocks: 3, gain: 0.05 } as const;
/** So many times as long as a target is quiet, it rests before its memory is read, to return memory that only its start needed. */
const REST = 3;

/** A subject, with its footprint so far and a function that renews its tokens. */
interface Candidate extends Subject {
  readonly footprint: Footprint;
  refresh(): Promise<void>;
}

const options = readOptions();
const files = [
  ...options.targets.map((name) => join(import.meta.dirname, 'targets', `${name}.json`)),
  ...options.targetFiles,
].map(readTargetFile);
const place = openBenchPlace(options.size);
const candidates: Candidate[] = [];
const running: RunningTarget[] = [];
try {
  for (const file of files) {
    const candidate = await open(file);
    if (candidate !== undefined) candidates.push(candidate);
  }
  await warmUp();
  const measurements: Measurement[] = [];
  for (let round = 0; round < options.rounds; round++) {
    measurements.push(...(await measureRound(round)));
    say(`round ${round + 1} of ${options.rounds} done`);
  }
  const footprints = candidates.map(({ footprint, target }) => ({ ...footprint, later: memoryOf(target.read()) }));
  writeResults(
    options.out,
    'requests',
    { options, files, measurements, footprints },
    requestTables(measurements, footprints, files),
  );
} finally {
  for (const target of running) await target.stop();
  await place.close();
}

/** Loads a target and starts it twice, because the first start on a folder has more to do. */
async function open(file: TargetFile): Promise<Candidate | undefined> {
  say(`loading and starting ${file.name}`);
  const where = await place.placeOf(file);
  if (where === undefined) {
    say(`${file.name} is left out: it needs RabbitMQ, which is not installed`);
    return undefined;
  }
  const first = await startTarget(file, where);
  await first.stop();
  const target = await startTarget(file, where);
  running.push(target);
  await untilQuiet(target, options.quietMs);
  await setTimeout(REST * options.quietMs);
  const idle = memoryOf(target.read());
  const callers = await signInAll(target, options.size, options.quietMs);
  return {
    target,
    source: createRequestSource(target, options.size, callers),
    dataDir: where.dataDir,
    footprint: { target: file.name, startMs: target.startMs, idle, later: [] },
    refresh: callers.refresh,
  };
}

/**
 * Runs every operation until it no longer gets cheaper, so that compiled code and warm caches are measured. How long that takes
 * depends on how much code a target has.
 */
async function warmUp(): Promise<void> {
  for (const candidate of candidates) {
    const blocks: number[] = [];
    for (const operation of OPERATION_NAMES) {
      const { blockMs: durationMs, quietMs } = options;
      const plan = { operation, connections: MANY, durationMs, quietMs, mode: 'whole' } as const;
      const costs: number[] = [];
      while (isWarming(costs)) {
        await candidate.refresh();
        costs.push(
          cpuPerRequest(await measureBlock(candidate, { ...plan, random: createRandom(costs.length) }), 'application'),
        );
      }
      blocks.push(costs.length);
    }
    say(`${candidate.target.file.name} is warm after ${blocks.join(', ')} blocks of ${OPERATION_NAMES.join(', ')}`);
  }
}

/** Whether the latest blocks were still cheaper than all earlier ones. */
function isWarming(costs: readonly number[]): boolean {
  if (costs.length >= options.warmUpBlocks) return false;
  if (costs.length < 2 * WARM_UP.blocks) return true;
  return Math.min(...costs.slice(-WARM_UP.blocks)) < (1 - WARM_UP.gain) * Math.min(...costs.slice(0, -WARM_UP.blocks));
}

/** Runs one block of each kind for each target in turn, so that a busy machine affects all targets alike. */
async function measureRound(round: number): Promise<Measurement[]> {
  const found: Measurement[] = [];
  for (const [place, operation] of OPERATION_NAMES.entries()) {
    for (const connections of [FEW, MANY]) {
      const durationMs = connections === FEW ? options.blockMs / 2 : options.blockMs;
      for (const candidate of turned(candidates, round + place)) {
        const plan = { operation, connections, durationMs, quietMs: options.quietMs };
        const seed = round * 100 + place;
        await candidate.refresh();
        found.push(await measureBlock(candidate, { ...plan, mode: 'whole', random: createRandom(seed) }));
        if (connections === MANY && hasConsequences(candidate, operation)) {
          found.push(await measureBlock(candidate, { ...plan, mode: 'held', random: createRandom(seed + 50) }));
        }
      }
    }
  }
  return found;
}

/** The same items, starting with another one. */
function turned<Item>(items: readonly Item[], by: number): Item[] {
  const start = by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
