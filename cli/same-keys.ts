import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { addressOf, databaseUrlOf, withDatabase } from '../runtime/database/ensure-database.ts';
import { migrate } from '../runtime/database/migrate.ts';
import { openConnection } from '../runtime/database/open-connection.ts';
import { postgresErrorOf } from '../runtime/database/postgres-error.ts';
import { migrationsOf } from '../runtime/process/start-service.ts';
import type { LocalEnvironment } from './environment.ts';
import { KEY_VARIABLES, KEYS_FILE } from './keys.ts';

/** SQLSTATE of a table that is not there. */
const MISSING_TABLE = '42P01';

/**
 * Makes sure that a system which shares its Postgres server with others has their keys: with other ones it would refuse their tokens,
 * and sign webhooks and links that its own do not match. The database knows which keys came first. Keys of the environment need not be
 * the first: who changes keys gives them there, and they count from then on.
 *
 * @throws Error with what to do when the keys of the data directory are not those that count
 */
export async function requireSameKeys({ databaseUrl, variables }: LocalEnvironment, dataDir: string): Promise<void> {
  const note = () => noteKeys(databaseUrlOf(databaseUrl, 'user'), variables);
  const others = await withDatabase(databaseUrl, 'user', async () => {
    try {
      return await note();
    } catch (error) {
      if (postgresErrorOf(error)?.code !== MISSING_TABLE) throw error;
      // Only here: at most other starts the services are not needed yet.
      const { userService } = await import('../services/user/service.ts');
      await migrate(databaseUrlOf(databaseUrl, 'user'), migrationsOf(userService));
      return note();
    }
  });
  if (others.length === 0) return;
  const file = join(resolve(dataDir), KEYS_FILE);
  throw new Error(
    `Postgres at ${addressOf(databaseUrl)} (DATABASE_URL) has data of a system with other keys than ${file} (${others.join(', ')}). ` +
      `Copy the ${KEYS_FILE} of its data directory there, or set the variables as they are set for it. ` +
      'If the keys in this file are the ones to keep, set the variables to them: what is set counts from then on. ' +
      'If the keys to keep are lost, set fresh ones, which `npx numer keys` prints.',
  );
}

/**
 * Notes keys that have no others before them, or are given. When one is neither, it notes none, so that a start which is refused changes
 * nothing for the others, and gives the names of such keys.
 */
async function noteKeys(url: string, variables: NodeJS.ProcessEnv): Promise<string[]> {
  const keys = KEY_VARIABLES.map((name) => ({ name, digest: digestOf(variables[name] ?? '') }));
  const given = KEY_VARIABLES.filter((name) => (process.env[name] ?? '') !== '');
  const sql = openConnection(url);
  const compare = async () => {
    const noted = await sql<{ name: string; digest: string }[]>`select name, digest from key_digests`;
    const digests = new Map(noted.map(({ name, digest }) => [name, digest]));
    const unknown = keys.filter(({ name, digest }) => digests.get(name) !== digest).map(({ name }) => name);
    return { unknown, others: unknown.filter((name) => digests.has(name) && !given.includes(name)) };
  };
  try {
    // Most often nothing is to be noted; that must be found out from a server as well that takes no changes now.
    const { unknown, others } = await compare();
    if (unknown.length === 0 || others.length > 0) return others;
    await sql`
      insert into key_digests (name, digest)
      select name, digest from jsonb_to_recordset(${sql.json(keys)}) as key (name text, digest text) order by name
      on conflict (name) do update set digest = excluded.digest where ${sql.json(given)}::jsonb ? key_digests.name`;
    // In a statement of its own, which sees what another start has noted at the same moment.
    return (await compare()).others;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/** The keys are random, so that it does not tell them. */
function digestOf(key: string): string {
  return createHash('sha256').update(key).digest('base64url');
}
