import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, test } from 'vitest';
import { type Question, REQUEST_NAMES, WAYS } from './testing/bench-question.ts';

/** How much is measured: blocks of calls, one way after the other, so that a busy machine is unfair to none. */
const RUN = { blocks: 12, callsPerBlock: 1_500, atOnce: 32, warmUpCalls: 20_000 } as const;

const processes = WAYS.map((way) => ({ way, child: fork(join(import.meta.dirname, 'testing/bench-way.ts'), [way]) }));
afterAll(() => {
  for (const { child } of processes) child.disconnect();
});

async function ask(child: ChildProcess, question: Question): Promise<number> {
  child.send(question);
  const [microseconds]: unknown[] = await once(child, 'message');
  return Number(microseconds);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

test.for(REQUEST_NAMES)('the hop with %s', { timeout: 300_000 }, async (request) => {
  const costs = processes.map(({ way, child }) => ({ way, child, values: [] as number[] }));
  for (const { child } of costs) await ask(child, { request, count: RUN.warmUpCalls, atOnce: RUN.atOnce });
  for (let block = 0; block < RUN.blocks; block++) {
    for (const { child, values } of costs) {
      values.push(await ask(child, { request, count: RUN.callsPerBlock, atOnce: RUN.atOnce }));
    }
  }
  const bare = median(costs[0]?.values ?? []);
  const rows = costs.map(({ way, values }) => {
    const cost = median(values);
    return `  ${way.padEnd(30)} ${cost.toFixed(1).padStart(8)} us ${(cost / bare).toFixed(2).padStart(6)}x`;
  });
  process.stdout.write(`\nCPU of both ends per call with ${request}:\n${rows.join('\n')}\n`);
});
