import { randomBytes } from 'node:crypto';
import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DirectoryLock, lockFile } from '../runtime/embedded-postgres/directory-lock.ts';

/** The file of a data directory that holds its keys. */
export const KEYS_FILE = 'keys.json';

/** Writing them takes milliseconds. */
const LOCK_TIMEOUT_MS = 5_000;
const LOCK_POLL_MS = 20;

/** Names of the variables that contain keys. */
export const KEY_VARIABLES = ['INTERNAL_TOKEN_KEY', 'ACCESS_TOKEN_KEY', 'WEBHOOK_SECRET_KEY'] as const;

/** The variables that contain keys, with fresh values. */
export function makeKeys(): Record<string, string> {
  return Object.fromEntries(KEY_VARIABLES.map((name) => [name, randomBytes(32).toString('base64url')]));
}

/** The variables that contain passwords of the servers in compose.yaml, with fresh values. */
function makePasswords(): Record<string, string> {
  return Object.fromEntries(
    ['POSTGRES_PASSWORD', 'RABBITMQ_PASSWORD'].map((name) => [name, randomBytes(24).toString('base64url')]),
  );
}

/** The environment, with these values for variables that are missing or empty in it. */
export function completeEnvironment(values: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const missing = Object.entries(values).filter(([name]) => (process.env[name] ?? '') === '');
  return { ...process.env, ...Object.fromEntries(missing) };
}

/**
 * The keys of a data directory, made at its first start and kept in `keys.json`, which only its owner may read. Keys that a later
 * version adds are made when they are first missing. When several processes start at the same moment, the first makes them for all.
 *
 * @throws Error naming the file when it is damaged, or another process does not finish writing it
 */
export async function keysOf(dataDir: string): Promise<Record<string, string>> {
  const file = join(dataDir, KEYS_FILE);
  const kept = await readKeys(file);
  return isComplete(kept) ? kept : completeKeys(dataDir, file);
}

async function completeKeys(dataDir: string, file: string): Promise<Record<string, string>> {
  const lock = await takeLock(dataDir, file);
  try {
    const kept = await readKeys(file);
    if (isComplete(kept)) return kept;
    const keys = { ...makeKeys(), ...kept };
    await writeFile(`${file}.new`, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600 });
    await rename(`${file}.new`, file);
    return keys;
  } finally {
    lock.release();
  }
}

async function takeLock(dataDir: string, file: string): Promise<DirectoryLock> {
  const owner = await stat(dataDir);
  for (const deadline = Date.now() + LOCK_TIMEOUT_MS; Date.now() < deadline; await sleep(LOCK_POLL_MS)) {
    const lock = lockFile(`${file}.lock`, owner);
    if (lock !== undefined) return lock;
  }
  throw new Error(
    `${file} is being written by another process, which does not end. Stop it, or set DATA_DIR to another folder.`,
  );
}

function isComplete(keys: Readonly<Record<string, string>>): boolean {
  return KEY_VARIABLES.every((name) => name in keys);
}

async function readKeys(file: string): Promise<Record<string, string>> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? {} : parseKeys(file, text);
}

function parseKeys(file: string, text: string): Record<string, string> {
  try {
    const keys: Record<string, unknown> = JSON.parse(text);
    // Their values are checked like those of any variable.
    return Object.fromEntries(KEY_VARIABLES.flatMap((name) => (name in keys ? [[name, String(keys[name])]] : [])));
  } catch (cause) {
    throw new Error(
      `${file} is damaged. Restore it, or remove it: fresh keys are then made, clients refresh their sessions, and all webhook secrets and document links change.`,
      { cause },
    );
  }
}

/** `numer keys`: prints fresh keys as an env file; with `--compose` also the passwords of the servers in compose.yaml. */
export function printKeys({ compose }: { readonly compose: boolean }): void {
  const variables = { ...makeKeys(), ...(compose ? makePasswords() : {}) };
  for (const [name, value] of Object.entries(variables)) process.stdout.write(`${name}=${value}\n`);
}
