import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { USE_OWN_SERVER } from './binaries.ts';

/** The account that Postgres programs run under, and the command words that get them there. */
export interface RunAs {
  /** Words put before the program's own. May be empty. */
  readonly prefix: readonly string[];
  /** Owner of the cluster's files as this process sees it. */
  readonly uid: number;
  /** Group of the cluster's files as this process sees it. */
  readonly gid: number;
}

/** "nobody": an account without rights that needs no entry anywhere. */
const NOBODY = 65534;

const ATTEMPT_TIMEOUT_MS = 10_000;

/** The kernel sends the server a fast shutdown when this process dies, `kill -9` included. Linux only. */
const END_WITH_PARENT = ['setpriv', '--pdeathsig', 'SIGINT'];

/** In a user namespace, root's files belong to "nobody". So Postgres, which refuses to run as root, can use them. */
const AS_NOBODY_IN_NAMESPACE = ['unshare', '-U', `--map-user=${NOBODY}`, `--map-group=${NOBODY}`, ...END_WITH_PARENT];

/**
 * Chooses how to run Postgres so that it is not root and may read and write its folder.
 *
 * An ordinary user runs it directly. Root runs it as the owner of the folder. In a folder that root owns, root runs it
 * inside a user namespace or, where the kernel forbids that (as in most containers), as "nobody". No account is made,
 * and nothing above the folder needs to be readable by others.
 *
 * @param homeDir the folder that holds the cluster
 * @param program any of the Postgres programs, run with `--version` to try a way
 * @throws Error when the folder is another user's, or with the system's reason when no way works
 */
export function chooseRunAs(homeDir: string, program: string): RunAs {
  const uid = process.getuid?.() ?? 0;
  const gid = process.getgid?.() ?? 0;
  const owner = statSync(homeDir);
  if (uid === 0) {
    if (owner.uid !== 0) return firstThatWorks([asUser(owner.uid, owner.gid)], homeDir, program);
    return firstThatWorks([{ prefix: AS_NOBODY_IN_NAMESPACE, uid, gid }, asUser(NOBODY, NOBODY)], homeDir, program);
  }
  if (owner.uid !== uid) {
    throw new Error(`${homeDir} belongs to another user (uid ${owner.uid}). Run as that user, or set DATA_DIR.`);
  }
  const direct = { prefix: [], uid, gid };
  return firstThatWorks([{ ...direct, prefix: END_WITH_PARENT }, direct], homeDir, program);
}

/**
 * Runs as another account, with one of root's rights: to pass through closed folders such as /root to the programs and
 * the cluster.
 */
function asUser(uid: number, gid: number): RunAs {
  const account = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
  const passFolders = ['--inh-caps=+dac_override', '--ambient-caps=+dac_override'];
  return { prefix: [...END_WITH_PARENT, ...account, ...passFolders], uid, gid };
}

function firstThatWorks(ways: readonly RunAs[], homeDir: string, program: string): RunAs {
  const failures: string[] = [];
  for (const way of ways) {
    const failure = failureOf(way, homeDir, program);
    if (failure === undefined) return way;
    failures.push(failure);
  }
  throw new Error(`The embedded PostgreSQL does not run on this machine: ${failures.join('; ')}. ${USE_OWN_SERVER}`);
}

/** The program must run and the folder be reachable: either may lie in a home that is closed to that account. */
const ATTEMPT = ['sh', '-c', '"$1" --version && ls "$2"', 'sh'];

function failureOf(way: RunAs, homeDir: string, program: string): string | undefined {
  const [command = '', ...args] = [...way.prefix, ...ATTEMPT, program, homeDir];
  const result = spawnSync(command, args, { encoding: 'utf8', timeout: ATTEMPT_TIMEOUT_MS });
  if (result.status === 0) return undefined;
  return result.error?.message ?? result.stderr.trim();
}
