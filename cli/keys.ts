import { randomBytes } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Names of the variables that hold keys. */
const KEY_VARIABLES = ['INTERNAL_TOKEN_KEY', 'ACCESS_TOKEN_KEY'] as const;

/** The variables that hold keys, with fresh ones. */
export function makeKeys(): Record<string, string> {
  return Object.fromEntries(KEY_VARIABLES.map((name) => [name, randomBytes(32).toString('base64url')]));
}

/** The variables that hold passwords of the servers in compose.yaml, with fresh ones. */
export function makePasswords(): Record<string, string> {
  return Object.fromEntries(
    ['POSTGRES_PASSWORD', 'RABBITMQ_PASSWORD'].map((name) => [name, randomBytes(24).toString('base64url')]),
  );
}

/** The keys of a data directory, made at its first start and kept in `keys.json`, which only its owner may read. */
export async function keysOf(dataDir: string): Promise<Record<string, string>> {
  const file = join(dataDir, 'keys.json');
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text !== undefined) return JSON.parse(text) as Record<string, string>; // written below; its values are checked as any variable's
  const keys = makeKeys();
  await writeFile(`${file}.new`, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
  return keys;
}

/** `numer keys`: prints fresh keys as an env file; with `--compose` also the passwords of the servers in compose.yaml. */
export async function printKeys([option]: readonly string[]): Promise<void> {
  const variables = { ...makeKeys(), ...(option === '--compose' ? makePasswords() : {}) };
  for (const [name, value] of Object.entries(variables)) process.stdout.write(`${name}=${value}\n`);
}
