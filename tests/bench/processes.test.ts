import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { cpuBetween, memoryOf, readProcesses } from './processes.ts';

const own = (pid: number) => readProcesses([pid]).filter((reading) => reading.pid === pid);

test.runIf(existsSync('/proc/self/schedstat'))('tells how much CPU time a process took, and its memory', () => {
  const before = own(process.pid);
  const usage = process.cpuUsage();
  const until = performance.now() + 200;
  while (performance.now() < until);
  const { user, system } = process.cpuUsage(usage);
  const [[, { kind, cpuMs }] = ['', { kind: '', cpuMs: 0 }]] = cpuBetween(before, own(process.pid));
  expect(kind).toBe('application');
  expect(cpuMs).toBeGreaterThan(((user + system) / 1_000) * 0.8);
  expect(cpuMs).toBeLessThan(((user + system) / 1_000) * 1.2 + 20);
  expect(memoryOf(before)[0]?.bytes).toBeGreaterThan(process.memoryUsage().rss * 0.7);
});

test('finds nothing of a process that is gone', () => {
  expect(readProcesses([2 ** 22 + 1])).toEqual([]);
});
