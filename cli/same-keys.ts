import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { addressOf, databaseUrlOf, withDatabase } from '../runtime/database/ensure-database.ts';
import { migrate } from '../runtime/database/migrate.ts';
import { openConnection } from '../runtime/database/open-connection.ts';
import { postgresErrorOf } from '../runtime/database/postgres-error.ts';
import { migrationsOf } from '../runtime/process/start-service.ts';
import type { LocalEnvironment } from './environment.ts';
import { KEY_VARIABLES, KEYS_FILE } from './keys.ts';

/** SQLSTATE of a missing table. */
const MISSING_TABLE = '42P01';

/**
 * Makes sure that a system which shares its Postgres server with others has the same keys as they have. With other keys it would refuse
 * their tokens, and its webhook signatures and document links would differ from theirs. The database knows which keys came first. Keys
 * in the environment may differ from those: that is how an operator changes keys, and they count from then on.
 *
 * @throws Error saying what to do when the keys of the data directory are not the ones that count
 */
export async function requireSameKeys({ databaseUrl, variables }: LocalEnvironment, dataDir: string): Promise<void> {
  const note = () => noteKeys(databaseUrlOf(databaseUrl, 'user'), variables);
  const others = await withDatabase(databaseUrl, 'user', async () => {
    try {
      return await note();
    } catch (error) {
      if (postgresErrorOf(error)?.code !== MISSING_TABLE) throw error;
      // Imported only here, because most starts do not need the services yet.
      const { userService } = await import('../services/user/service.ts');
      await migrate(databaseUrlOf(databaseUrl, 'user'), migrationsOf(userService));
      return note();
    }
  });
  if (others.length === 0) return;
  const file = join(resolve(dataDir), KEYS_FILE);
  throw new Error(
    `Postgres at ${addressOf(databaseUrl)} (DATABASE_URL) has data of a system whose keys differ from those in ${file} (${others.join(', ')}). ` +
      `Copy the ${KEYS_FILE} of its data directory there, or set the variables to the values that it has. ` +
      'To keep the keys in this file instead, set the variables to them: the values that are set count from then on. ' +
      'If the keys to keep are lost, set fresh ones; `npx numer keys` prints them.',
  );
}

/**
 * Records keys that are the first, or that the environment gives. Gives the names of keys that are neither; if there are any, it records
 * nothing, so that a refused start changes nothing for the others.
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
    // Usually there is nothing to record, and finding that out must work on a read-only server too.
    const { unknown, others } = await compare();
    if (unknown.length === 0 || others.length > 0) return others;
    await sql`
      insert into key_digests (name, digest)
      select name, digest from jsonb_to_recordset(${sql.json(keys)}) as key (name text, digest text) order by name
      on conflict (name) do update set digest = excluded.digest where ${sql.json(given)}::jsonb ? key_digests.name`;
    // A separate statement sees what another start has recorded at the same moment.
    return (await compare()).others;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

/** Keys are random, so a digest does not reveal them. */
function digestOf(key: string): string {
  return createHash('sha256').update(key).digest('base64url');
}
