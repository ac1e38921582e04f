import { readArguments, readNumber } from './arguments.ts';
import type { DatasetSize } from './dataset.ts';

/** The options of `make bench`. */
export interface BenchOptions {
  readonly size: DatasetSize;
  /** Names of the built-in targets to measure. */
  readonly targets: readonly string[];
  /** Further target files. */
  readonly targetFiles: readonly string[];
  readonly rounds: number;
  /** Length of a block over many connections; one over a single connection is half as long. */
  readonly blockMs: number;
  /** Maximum number of blocks of an operation before the first one that counts. */
  readonly warmUpBlocks: number;
  /** A target that takes almost no CPU time for so long has finished all effects of a block. */
  readonly quietMs: number;
  /** Folder for the results. */
  readonly out: string;
}

/** The built-in targets, each a file in targets/. All are compared with the first. */
export const BUILT_IN = ['floor', 'embedded', 'split'] as const;

const INVOICES_MAX = 10_000_000;

const OPTIONS = {
  users: { type: 'string', default: '100', description: 'Users' },
  invoices: { type: 'string', default: '100000', description: 'Invoices of all users together' },
  targets: { type: 'string', default: BUILT_IN.join(','), description: 'Built-in systems to measure' },
  target: { type: 'string', multiple: true, description: 'File of a further system; may be repeated' },
  rounds: { type: 'string', default: '5', description: 'Rounds in which each operation of each system has its turn' },
  seconds: { type: 'string', default: '1', description: 'Length of a block' },
  'warm-up': { type: 'string', default: '24', description: 'Most blocks of an operation before those that count' },
  quiet: { type: 'string', default: '1.1', description: 'Seconds without work after which a block is over' },
  out: { type: 'string', default: 'bench-results', description: 'Folder of the results' },
} as const;

/** Reads the command line; a mistake ends the process. */
export function readOptions(): BenchOptions {
  return readArguments(OPTIONS, (values) => {
    const targets = values.targets.split(',').filter((name) => name !== '');
    const unknown = targets.find((name) => !BUILT_IN.some((known) => known === name));
    if (unknown !== undefined)
      throw new Error(`--targets: there is no target ${unknown}; there are ${BUILT_IN.join(', ')}.`);
    const users = readNumber('users', values.users, 1, 100_000);
    return {
      size: { users, invoices: readNumber('invoices', values.invoices, users * 10, INVOICES_MAX) },
      targets,
      targetFiles: values.target ?? [],
      rounds: readNumber('rounds', values.rounds, 1, 1_000),
      blockMs: readNumber('seconds', values.seconds, 0.01, 60) * 1_000,
      warmUpBlocks: readNumber('warm-up', values['warm-up'], 0, 1_000),
      quietMs: readNumber('quiet', values.quiet, 0.1, 60) * 1_000,
      out: values.out,
    };
  });
}
