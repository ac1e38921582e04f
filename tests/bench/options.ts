import { parseArgs } from 'node:util';
import type { DatasetSize } from './dataset.ts';

/** What `make bench` is asked for. */
export interface BenchOptions {
  readonly size: DatasetSize;
  /** Names of the built-in targets to measure. */
  readonly targets: readonly string[];
  /** Further target files. */
  readonly targetFiles: readonly string[];
  readonly rounds: number;
  /** Length of a block over many connections; one over a single connection is half as long. */
  readonly blockMs: number;
  /** Most blocks of an operation before the first one that counts. */
  readonly warmUpBlocks: number;
  /** Folder that the results go to. */
  readonly out: string;
}

/** The built-in targets, each a file in targets/. The first is what all are compared with. */
export const BUILT_IN = ['floor', 'embedded', 'split'] as const;

const INVOICES_MAX = 10_000_000;

/** Reads the command line. @throws Error naming the option at fault */
export function readOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      users: { type: 'string', default: '100' },
      invoices: { type: 'string', default: '100000' },
      targets: { type: 'string', default: BUILT_IN.join(',') },
      target: { type: 'string', multiple: true, default: [] },
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '1' },
      'warm-up': { type: 'string', default: '24' },
      out: { type: 'string', default: 'bench-results' },
    },
  });
  const targets = values.targets.split(',').filter((name) => name !== '');
  const unknown = targets.find((name) => !(BUILT_IN as readonly string[]).includes(name));
  if (unknown !== undefined)
    throw new Error(`--targets: there is no target ${unknown}; there are ${BUILT_IN.join(', ')}.`);
  const users = readNumber('users', values.users, 1, 100_000);
  return {
    size: { users, invoices: readNumber('invoices', values.invoices, users * 10, INVOICES_MAX) },
    targets,
    targetFiles: values.target,
    rounds: readNumber('rounds', values.rounds, 1, 1_000),
    blockMs: readNumber('seconds', values.seconds, 0.01, 60) * 1_000,
    warmUpBlocks: readNumber('warm-up', values['warm-up'], 1, 1_000),
    out: values.out,
  };
}

function readNumber(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (!(value >= min && value <= max)) throw new Error(`--${name} must be a number from ${min} to ${max}.`);
  return value;
}
