import { Code, ConnectError } from '@connectrpc/connect';

const UNIT_MS: Readonly<Record<string, number>> = {
  H: 3_600_000,
  M: 60_000,
  S: 1_000,
  m: 1,
  u: 1e-3,
  n: 1e-6,
};

/** The largest number of the header: it has at most eight digits. */
const VALUE_MAX = 99_999_999;

/** The milliseconds of a `grpc-timeout` header; undefined when it is malformed. */
export function timeoutOf(value: string): number | undefined {
  const [, digits = '', unit = ''] = /^([0-9]{1,8})([HMSmun])$/.exec(value) ?? [];
  const unitMs = UNIT_MS[unit];
  return unitMs === undefined ? undefined : Number(digits) * unitMs;
}

/**
 * The milliseconds of a `grpc-timeout` header; undefined without one.
 *
 * @throws ConnectError INVALID_ARGUMENT when it is malformed or over the limit.
 */
export function parseTimeout(value: string | undefined, maxMs: number): number | undefined {
  if (value === undefined) return undefined;
  const timeoutMs = timeoutOf(value);
  if (timeoutMs === undefined) throw new ConnectError('protocol error: invalid grpc-timeout', Code.InvalidArgument);
  requireTimeout(timeoutMs, maxMs);
  return timeoutMs;
}

/** @throws ConnectError INVALID_ARGUMENT when a caller asks for a longer deadline than it may. */
export function requireTimeout(timeoutMs: number | undefined, maxMs: number): void {
  if (timeoutMs === undefined || timeoutMs <= maxMs) return;
  throw new ConnectError(`timeout ${timeoutMs}ms must be <= ${maxMs}`, Code.InvalidArgument);
}

/**
 * The `grpc-timeout` header for a time in milliseconds: never shorter than that, in the finest unit that can hold it.
 */
export function formatTimeout(timeoutMs: number): string {
  for (const unit of ['m', 'S', 'M'] as const) {
    const value = Math.max(0, Math.ceil(timeoutMs / (UNIT_MS[unit] ?? 1)));
    if (value <= VALUE_MAX) return `${value}${unit}`;
  }
  return `${VALUE_MAX}H`;
}
