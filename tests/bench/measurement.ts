import type { OperationName } from './operations.ts';
import type { ProcessKind, ProcessMemory } from './processes.ts';

/** How a block runs. */
export type Mode =
  /** Everything runs; the CPU time includes all effects of the requests. */
  | 'whole'
  /** The effects of the requests are held back: the CPU time is that of the requests alone. */
  | 'held';

/** One block of requests. */
export interface Measurement {
  readonly target: string;
  readonly operation: OperationName;
  readonly connections: number;
  readonly mode: Mode;
  readonly requests: number;
  readonly durationMs: number;
  readonly latenciesMs: readonly number[];
  readonly bodyBytes: number;
  /** CPU time of the block by process. */
  readonly cpu: ReadonlyMap<string, { readonly kind: ProcessKind; readonly cpuMs: number }>;
}

/** What a target needs besides serving requests. */
export interface Footprint {
  readonly target: string;
  readonly startMs: number;
  /** Memory when it has just started. */
  readonly idle: readonly ProcessMemory[];
  /** Memory after all requests. */
  readonly later: readonly ProcessMemory[];
}

/** CPU milliseconds of a request in a block, for all processes of a kind. */
export function cpuPerRequest({ cpu, requests }: Measurement, kind: ProcessKind): number {
  let total = 0;
  for (const entry of cpu.values()) if (entry.kind === kind) total += entry.cpuMs;
  return total / requests;
}
