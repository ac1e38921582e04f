import { isDeadlock } from '../database/postgres-error.ts';
import { DomainError } from './errors.ts';

/** Most attempts at a change whose row was changed each time between reading and writing. */
const ATTEMPTS_MAX = 8;

/**
 * Reads, decides and writes until the write takes effect. `attempt` does all three and gives undefined when its write
 * found another version than it had read. A write that the database undid because of a deadlock counts the same. Pass
 * `attemptsMax` for a row that many are expected to change at once.
 *
 * @throws DomainError CONFLICT when the row was changed during every attempt.
 */
export async function compareAndSet<T>(attempt: () => Promise<T | undefined>, attemptsMax = ATTEMPTS_MAX): Promise<T> {
  for (let count = 0; count < attemptsMax; count++) {
    const result = await attempt().catch(passOverDeadlock);
    if (result !== undefined) return result;
  }
  throw new DomainError(
    'conflict',
    'CONFLICT',
    'Others changed the resource at the same moment, several times in a row; try again.',
  );
}

function passOverDeadlock(error: unknown): undefined {
  if (!isDeadlock(error)) throw error;
}
