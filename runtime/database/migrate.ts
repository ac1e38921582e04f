import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Sql } from 'postgres';
import { openConnection } from './open-connection.ts';
import { isDeadlock, isLockTimeout, postgresErrorOf, violatesUnique } from './postgres-error.ts';

/** One forward step of a database's schema. */
export interface Migration {
  /** `<folder above "migrations">/<file without .sql>`, such as `invoice/0001_create_invoices`. */
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of `sql` in hexadecimal. */
  readonly checksum: string;
}

/**
 * Migrations are named by number and intent. The name goes into SQL unescaped, so only these characters are allowed.
 */
const FILE_NAME = /^(\d{4})_[a-z0-9_]+\.sql$/;
const NAMESPACE = /^[a-z0-9_-]+$/i;

/** Key of the advisory lock that all migrators of one database share; any fixed number does. */
const LOCK_KEY = 7_241_904_116;

/** Longest wait for another migrator, or for a table in use. */
const WAIT_MAX_MS = 600_000;

/** Longest single wait for a lock: whoever comes to the table meanwhile queues behind it. */
const LOCK_TIMEOUT_MS = 2_000;

/** Pause before the next wait. */
const RETRY_MS = 3_000;

/** Longest time that a migration takes, whatever the server allows other statements: it may read and write whole tables. */
const STATEMENT_TIMEOUT_MS = 3_600_000;

/**
 * Brings a database to the newest schema: applies the migrations of the folders that are missing, in the order given
 * and by name within a folder. Safe to run from any number of processes at once, and quick when there is nothing to do.
 *
 * Each file goes to the server together with its record in `schema_migrations` as one message, which Postgres runs as
 * one transaction: it is applied whole and once, or not at all, whatever happens to the connection. Hence a file holds
 * no `begin` or `commit`, and nothing that refuses to run in a transaction.
 *
 * @param pool an open pool of the same database; if it shows that nothing is missing, no connection is opened
 * @returns the names of those applied by this call
 * @throws Error naming the file that failed (earlier ones stay applied), that was changed after it was applied, or
 *   whose name is wrong or taken; or naming the database, when it cannot hold texts of all alphabets
 */
export async function migrate(databaseUrl: string, folders: readonly URL[], pool?: Sql): Promise<readonly string[]> {
  const migrations = readMigrations(folders);
  if (pool !== undefined && missingOf(migrations, await readApplied(pool)).length === 0) return [];
  const sql = openConnection(databaseUrl, {
    connection: {
      application_name: 'numer-migrate',
      lock_timeout: LOCK_TIMEOUT_MS,
      statement_timeout: STATEMENT_TIMEOUT_MS,
    },
  });
  try {
    return await applyMissing(sql, migrations);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/**
 * Reads the migrations of the folders, in the order in which they are applied.
 *
 * @throws Error naming a file whose name is wrong, or two with the same number or name
 */
export function readMigrations(folders: readonly URL[]): readonly Migration[] {
  const migrations = folders.flatMap(readFolder);
  const names = new Set<string>();
  for (const { name } of migrations) {
    if (names.has(name)) throw new Error(`Two migrations are named ${name}; the folders they are in must differ.`);
    names.add(name);
  }
  return migrations;
}

function readFolder(folder: URL): Migration[] {
  const path = fileURLToPath(folder);
  const namespace = basename(dirname(path.replace(/\/$/, '')));
  if (!NAMESPACE.test(namespace)) throw new Error(`The folder above ${path} must have a plain name.`);
  let previousNumber = '';
  return readdirSync(path)
    .sort()
    .map((file) => {
      const number = FILE_NAME.exec(file)?.[1];
      if (number === undefined) throw new Error(`${path}${file} must be named like 0001_create_invoices.sql.`);
      if (number === previousNumber) throw new Error(`Two migrations of ${path} have the number ${number}.`);
      previousNumber = number;
      const sql = readFileSync(new URL(file, asFolder(folder)), 'utf8');
      const checksum = createHash('sha256').update(sql).digest('hex');
      return { name: `${namespace}/${basename(file, '.sql')}`, sql, checksum };
    });
}

function asFolder(folder: URL): URL {
  return folder.pathname.endsWith('/') ? folder : new URL(`${folder.href}/`);
}

async function applyMissing(sql: Sql, migrations: readonly Migration[]): Promise<readonly string[]> {
  const applied = await readApplied(sql);
  const missing = missingOf(migrations, applied);
  if (applied === undefined) await createRecords(sql);
  const appliedNow: string[] = [];
  for (const migration of missing) {
    if (await apply(sql, migration)) appliedNow.push(migration.name);
  }
  return appliedNow;
}

/** Those that were not applied. @throws Error when one has been changed since it was applied. */
function missingOf(migrations: readonly Migration[], applied: ReadonlyMap<string, string> | undefined): Migration[] {
  return migrations.filter((migration) => {
    const checksum = applied?.get(migration.name);
    if (checksum !== undefined) checkUnchanged(migration, checksum);
    return checksum === undefined;
  });
}

/**
 * Checksums by name, or undefined when the database has never been migrated.
 *
 * @throws Error when it is not in UTF-8
 */
async function readApplied(sql: Sql): Promise<ReadonlyMap<string, string> | undefined> {
  const [found] = await sql<{ database: string; encoding: string; hasTable: boolean }[]>`
    select current_database() as database, current_setting('server_encoding') as encoding,
      to_regclass('schema_migrations') is not null as "hasTable"`;
  if (found !== undefined && found.encoding !== 'UTF8') {
    throw new Error(
      `The database ${found.database} has the encoding ${found.encoding}, in which not every text can be stored. ` +
        `Create it anew: create database ${found.database} encoding 'UTF8' template template0`,
    );
  }
  if (found?.hasTable !== true) return undefined;
  const rows = await sql<{ name: string; checksum: string }[]>`select name, checksum from schema_migrations`;
  return new Map(rows.map((row) => [row.name, row.checksum]));
}

async function createRecords(sql: Sql): Promise<void> {
  // Under the lock, since even "if not exists" fails when two connections create the table at the same moment.
  const statements = `
    select pg_advisory_xact_lock(${LOCK_KEY});
    create table if not exists schema_migrations (
      name text primary key,
      checksum text not null,
      apply_time timestamptz(3) not null default now()
    )`;
  await send(sql, statements);
}

/** Sends statements as one transaction, and again when they get no lock in time or end in a deadlock. */
async function send(sql: Sql, statements: string): Promise<void> {
  const endMs = performance.now() + WAIT_MAX_MS;
  for (;;) {
    try {
      await sql.unsafe(statements);
      return;
    } catch (error) {
      if (performance.now() > endMs || !(isLockTimeout(error) || isDeadlock(error))) throw error;
    }
    await sleep(RETRY_MS);
  }
}

/** Applies one migration; false when another migrator did so in the meantime. */
async function apply(sql: Sql, migration: Migration): Promise<boolean> {
  const { name, checksum } = migration;
  const claim =
    `select pg_advisory_xact_lock(${LOCK_KEY}); ` +
    `insert into schema_migrations (name, checksum) values ('${name}', '${checksum}');\n`;
  try {
    await send(sql, claim + migration.sql);
    return true;
  } catch (error) {
    if (violatesUnique(error, 'schema_migrations_pkey')) {
      const applied = await readApplied(sql);
      checkUnchanged(migration, applied?.get(name) ?? checksum);
      return false;
    }
    throw new Error(`Migration ${name} failed${whereOf(error, claim, migration)}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

function checkUnchanged(migration: Migration, appliedChecksum: string): void {
  if (migration.checksum === appliedChecksum) return;
  throw new Error(
    `Migration ${migration.name} was changed after it had been applied. Undo the change and add a new migration.`,
  );
}

/** ` in line 3` when Postgres tells the place. */
function whereOf(error: unknown, claim: string, migration: Migration): string {
  const position = Number(postgresErrorOf(error)?.position ?? 0) - claim.length;
  if (!(position > 0)) return '';
  return ` in line ${Array.from(migration.sql).slice(0, position).join('').split('\n').length}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
