import { Code, ConnectError } from '@connectrpc/connect';
import { destination, type LevelWithSilent, type Logger, pino } from 'pino';

export type { Logger } from 'pino';

/** Levels that LOG_LEVEL may name. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** Keys whose values are never printed, wherever in a log record they stand, up to two levels deep. */
const SECRET_KEYS = [
  'password',
  'token',
  'accessToken',
  'refreshToken',
  'secret',
  'authorization',
  'cookie',
  'parameters',
  'query',
];

/** Most bytes that wait to be written to standard error. */
const WAITING_BYTES_MAX = 64 * 1024;

/**
 * A structured log, one JSON object a line, on standard error so that standard output stays free for what a command
 * prints. Bodies, parameters and credentials are never logged; the redaction catches any that slips through.
 */
export function createLog(name: string, level: LevelWithSilent): Logger {
  return pino(
    {
      name,
      level,
      redact: { paths: SECRET_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: '[redacted]' },
      serializers: { err: describeError },
    },
    openDestination(),
  );
}

/**
 * Standard error. While it cannot be written to, e.g. because a disk is full, the process runs on and records are lost.
 */
function openDestination() {
  const stream = destination({ dest: 2, sync: true, maxLength: WAITING_BYTES_MAX });
  stream.on('error', () => undefined);
  return stream;
}

/** A log that keeps nothing, for tests. */
export function silentLog(): Logger {
  return pino({ level: 'silent' });
}

/**
 * Codes of failures that another process is to blame for. Where it was noticed tells nothing, and an outage causes
 * many.
 */
const OUTAGES = new Set([Code.Unavailable, Code.DeadlineExceeded]);

/**
 * An error as the log shows it: name, message, code and stack of the error and of its causes. It has no stacks when
 * another process is unavailable. The message of Drizzle's wrapper is left out because it holds every parameter of the
 * statement.
 */
export function describeError(error: unknown): unknown {
  return describe(error, true);
}

function describe(error: unknown, showsStack: boolean): unknown {
  if (!(error instanceof Error)) return { message: String(error) };
  const holdsParameters = error.constructor.name === 'DrizzleQueryError';
  const isOutage = error instanceof ConnectError && OUTAGES.has(error.code);
  const hasStack = showsStack && !isOutage;
  return {
    type: error.constructor.name,
    ...(holdsParameters ? {} : { message: error.message, ...(hasStack ? { stack: error.stack } : {}) }),
    ...('code' in error ? { code: error.code } : {}),
    ...(error.cause === undefined ? {} : { cause: describe(error.cause, hasStack) }),
  };
}
