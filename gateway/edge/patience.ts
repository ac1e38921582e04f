import type { IncomingRequest } from './http-message.ts';

/** Timers cannot wait longer; Node fires one that should at once. */
const TIMER_MAX_MS = 2 ** 31 - 1;

/** Milliseconds of the units of `grpc-timeout`. */
const UNIT_MS: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1_000, m: 1, u: 1e-3, n: 1e-6 };

/** Takes a deadline away that is further off than a timer can be set to: such patience is no bound. */
export function dropEndlessDeadline({ headers }: IncomingRequest): void {
  const [, grpcCount, grpcUnit = ''] = /^(\d+)([HMSmun])$/.exec(String(headers['grpc-timeout'] ?? '')) ?? [];
  if (Number(grpcCount ?? 0) * (UNIT_MS[grpcUnit] ?? 0) > TIMER_MAX_MS) delete headers['grpc-timeout'];
  if (Number(headers['connect-timeout-ms'] ?? 0) > TIMER_MAX_MS) delete headers['connect-timeout-ms'];
}
