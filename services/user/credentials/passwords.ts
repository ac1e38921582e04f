import { hash, verify } from '@node-rs/argon2';
import { createBoundedQueue, type QueueLimits } from './bounded-queue.ts';
import { createSecret } from './secrets.ts';

/** Hashes and checks passwords. Both throw RATE_LIMITED when too many are waiting for their turn. */
export interface Passwords {
  /** The hash of a new password, in PHC format. */
  hash(password: string): Promise<string>;
  /** Whether the password is the one that was hashed. Without a hash it takes just as long and gives false. */
  verify(passwordHash: string | undefined, password: string): Promise<boolean>;
}

/**
 * Argon2id with the parameters that are the first choice of OWASP: 19 MiB, two passes, one lane. It takes some 15 ms.
 */
const ARGON2ID = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/**
 * Fewer hashes at once than libuv has threads (4), so that the process still reads files and looks up names, and no
 * more waiting than can be done within a second or so.
 */
const QUEUE_LIMITS: QueueLimits = { runningMax: 3, waitingMax: 100 };

/** Makes the hasher. It hashes once, so that there is something to check against when an account does not exist. */
export async function createPasswords(limits: QueueLimits = QUEUE_LIMITS): Promise<Passwords> {
  const enqueue = createBoundedQueue(limits);
  const hashOfNobody = await hash(createSecret(), ARGON2ID);
  return {
    hash: (password) => enqueue(() => hash(canonical(password), ARGON2ID)),
    async verify(passwordHash, password) {
      const isRight = await enqueue(() => verify(passwordHash ?? hashOfNobody, canonical(password)));
      return passwordHash !== undefined && isRight;
    },
  };
}

/** Keyboards and systems encode the same character differently; a password must not depend on which one typed it. */
function canonical(password: string): string {
  return password.normalize('NFKC');
}
