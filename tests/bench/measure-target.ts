import type { Measurement, Mode } from './measurement.ts';
import { connectToOwn } from './numer-databases.ts';
import type { OperationName } from './operations.ts';
import { cpuBetween } from './processes.ts';
import type { RequestSource } from './request-source.ts';
import { runBlock } from './run-block.ts';
import { type RunningTarget, untilQuiet } from './running-target.ts';
import type { Consequences } from './target-file.ts';

/** A target, with everything that measuring it needs. */
export interface Subject {
  readonly target: RunningTarget;
  readonly source: RequestSource;
  readonly dataDir: string;
}

/** What to run. */
export interface BlockPlan {
  readonly operation: OperationName;
  readonly connections: number;
  readonly durationMs: number;
  readonly mode: Mode;
  readonly random: () => number;
  /** A target is quiet when it takes almost no CPU time for so long. */
  readonly quietMs: number;
}

/** Number of invoices that are made for a block of an operation that uses them up. */
const PREPARED = 250;
const READS: readonly OperationName[] = ['get', 'list', 'stats'];

/** Whether an operation has effects to measure besides its requests. */
export function hasConsequences({ target }: Subject, operation: OperationName): boolean {
  return target.file.consequences !== undefined && !READS.includes(operation);
}

/** Runs one block and measures it. */
export async function measureBlock(subject: Subject, plan: BlockPlan): Promise<Measurement> {
  const { target, source } = subject;
  const { operation, connections, mode, random, quietMs } = plan;
  const isRead = READS.includes(operation);
  if (operation === 'send') {
    await source.prepare(Math.min(PREPARED, Math.ceil(plan.durationMs / 4)), random);
    await untilQuiet(target, quietMs);
  }
  const { consequences } = target.file;
  if (mode === 'held' && consequences !== undefined) await runStatements(subject, consequences, 'hold');
  const before = target.read();
  const result = await runBlock({
    address: target.address,
    connections,
    durationMs: plan.durationMs,
    next: source.of(operation, random),
  });
  if (!isRead && mode === 'whole') await untilQuiet(target, quietMs);
  const cpu = cpuBetween(before, target.read());
  if (mode === 'held' && consequences !== undefined) {
    await runStatements(subject, consequences, 'release');
    await untilQuiet(target, quietMs);
  }
  return { target: target.file.name, operation, connections, mode, cpu, ...result };
}

async function runStatements(
  { dataDir }: Subject,
  consequences: Consequences,
  which: 'hold' | 'release',
): Promise<void> {
  const sql = connectToOwn(dataDir, consequences.database);
  try {
    for (const statement of consequences[which]) await sql.unsafe(statement);
  } finally {
    await sql.end({ timeout: 1 });
  }
}
