import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { OPERATION_NAMES } from './operations.ts';

const out = mkdtempSync(join(tmpdir(), 'numer-bench-results-'));
afterAll(() => rmSync(out, { recursive: true }));

interface Results {
  readonly measurements: readonly {
    readonly target: string;
    readonly operation: string;
    readonly connections: number;
    readonly requests: number;
    readonly bodyBytes: number;
  }[];
}

/** A run that is too small for measuring, to see that all measurements work. */
test('floor and system do the same, and answer as much', { timeout: 300_000 }, async () => {
  const sizes = ['--users', '4', '--invoices', '400', '--rounds', '1'];
  const times = ['--seconds', '0.05', '--warm-up', '0', '--quiet', '0.2'];
  const args = ['tests/bench/measure-requests.ts', ...sizes, ...times, '--targets', 'floor,embedded', '--out', out];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: join(import.meta.dirname, '../..') });
  expect(stdout).toContain('Geometric mean');

  const json = readdirSync(out).find((name) => name.endsWith('.json')) ?? '';
  const { measurements }: Results = JSON.parse(readFileSync(join(out, json), 'utf8'));
  for (const operation of OPERATION_NAMES) {
    const bytesOf = (target: string) => {
      const blocks = measurements.filter((each) => each.target === target && each.operation === operation);
      const requests = blocks.reduce((sum, block) => sum + block.requests, 0);
      expect(requests, `${operation} of ${target}`).toBeGreaterThan(0);
      return blocks.reduce((sum, block) => sum + block.bodyBytes, 0) / requests;
    };
    const ratio = bytesOf('floor') / bytesOf('embedded');
    expect(ratio, `bytes of ${operation}`).toBeGreaterThan(0.6);
    expect(ratio, `bytes of ${operation}`).toBeLessThan(1.5);
  }
});
