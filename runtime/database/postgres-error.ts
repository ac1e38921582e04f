import postgres from 'postgres';

/**
 * The Postgres error behind a failed statement, or undefined when the failure is something else.
 * Drizzle wraps it in an error whose message holds every parameter; that wrapper must never be logged or shown.
 */
export function postgresErrorOf(error: unknown): postgres.PostgresError | undefined {
  let current = error;
  while (current instanceof Error) {
    if (current instanceof postgres.PostgresError) return current;
    current = current.cause;
  }
  return undefined;
}

/** True when the statement was refused by the named unique constraint or index, and so changed nothing. */
export function violatesUnique(error: unknown, constraint: string): boolean {
  const cause = postgresErrorOf(error);
  return cause?.code === '23505' && cause.constraint_name === constraint;
}

/** True when the statement was refused by the named check constraint, and so changed nothing. */
export function violatesCheck(error: unknown, constraint: string): boolean {
  const cause = postgresErrorOf(error);
  return cause?.code === '23514' && cause.constraint_name === constraint;
}

/**
 * The server's detail when the statement was refused by the named exclusion constraint, or by the trigger that stands
 * for one, and so changed nothing; undefined when the failure is something else.
 */
export function detailOfExclusion(error: unknown, constraint: string): string | undefined {
  const cause = postgresErrorOf(error);
  return cause?.code === '23P01' && cause.constraint_name === constraint ? cause.detail : undefined;
}

/** True when Postgres undid the statement to end a deadlock, so that the others could go on. */
export function isDeadlock(error: unknown): boolean {
  return postgresErrorOf(error)?.code === '40P01';
}

/** True when the statement was undone because a lock that it waited for was not free in time. */
export function isLockTimeout(error: unknown): boolean {
  return postgresErrorOf(error)?.code === '55P03';
}

/** Statement timeout, serialization failure, deadlock, lock timeout. */
const TRANSIENT_CODES = new Set(['57014', '40001', '40P01', '55P03']);

/**
 * True when the server undid the statement because of what others were doing: the same statement may succeed a moment
 * later.
 */
export function isTransient(error: unknown): boolean {
  return TRANSIENT_CODES.has(postgresErrorOf(error)?.code ?? '');
}

/**
 * SQLSTATE classes of trouble with the server or the way to it, not with the statement: connections, credentials,
 * resources, an operator, the system.
 */
const UNAVAILABLE_CLASSES = new Set(['08', '28', '53', '57', '58']);

/** The server takes no changes: it is, or has become, a standby, or an operator has protected it. */
const READ_ONLY_CODE = '25006';

/**
 * Codes of a connection that broke or could not be made, from postgres.js and from the system, and the code of
 * limit-waiting.ts.
 */
const CONNECTION_CODES = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'CONNECT_TIMEOUT',
  'EADDRNOTAVAIL',
  'ECONNREFUSED',
  'ECONNRESET',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'EMFILE',
  'ENETUNREACH',
  'ENFILE',
  'ENOENT',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  'QUEUE_FULL',
]);

/**
 * True when the database could not be reached, went away or takes no changes. The outcome of a write is then unknown.
 * To settle it, run the same statement again under the same idempotency key or ids; never assume that it failed.
 */
export function isDatabaseUnavailable(error: unknown): boolean {
  for (let current = error; current instanceof Error; current = current.cause) {
    const code = 'code' in current && typeof current.code === 'string' ? current.code : '';
    // File errors have some of these codes too, but also a path.
    if (CONNECTION_CODES.has(code) && !('path' in current)) return true;
    if (current instanceof postgres.PostgresError) {
      return code === READ_ONLY_CODE || (UNAVAILABLE_CLASSES.has(code.slice(0, 2)) && code !== '57014');
    }
  }
  return false;
}
