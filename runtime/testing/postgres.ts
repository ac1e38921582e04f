import { createHash, randomUUID } from 'node:crypto';
import type { Sql } from 'postgres';
import { migrate, readMigrations } from '../database/migrate.ts';
import { openConnection } from '../database/open-connection.ts';
import { askFixture } from './ask-fixture.ts';

/** What a test's database starts with. */
export interface TestDatabaseOptions {
  /** Folders of migrations, as for `migrate`. */
  readonly migrations: readonly URL[];
  /** The locale, as the server's administrator may have chosen it. Default: that of the embedded Postgres. */
  readonly locale?: 'C';
}

/** A database of one test file. */
export interface TestDatabase {
  /** Its connection string. */
  readonly url: string;
  /** Removes it, ending connections that are still open. Call it in `afterAll`. */
  drop(): Promise<void>;
}

/** Any fixed number; it keeps workers from making the same template at the same moment. */
const TEMPLATE_LOCK_KEY = 7_241_904_117;

/**
 * Makes a migrated database on the run's throw-away Postgres, which the first caller starts. It is a copy of a template
 * made once per set of migrations, and takes some 30 ms.
 */
export async function createTestDatabase(options: TestDatabaseOptions): Promise<TestDatabase> {
  const serverUrl = await askFixture('postgres');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await withServer(serverUrl, async (sql) => {
    const template = await ensureTemplate(sql, serverUrl, options);
    await sql`create database ${sql(name)} template ${sql(template)} strategy file_copy`;
  });
  return {
    url: withDatabase(serverUrl, name),
    drop: () =>
      withServer(serverUrl, async (sql) => {
        await sql`drop database if exists ${sql(name)} with (force)`;
      }),
  };
}

async function ensureTemplate(sql: Sql, serverUrl: string, options: TestDatabaseOptions): Promise<string> {
  const digest = createHash('sha256').update(options.locale ?? '');
  for (const { name, checksum } of readMigrations(options.migrations)) digest.update(`${name} ${checksum}\n`);
  const template = `template_${digest.digest('hex').slice(0, 32)}`;
  await sql`select pg_advisory_lock(${TEMPLATE_LOCK_KEY})`; // Ends with this connection.
  const [found] = await sql`select 1 from pg_database where datname = ${template}`;
  if (found === undefined) {
    // Under another name until it is whole, so that a failed migration leaves no half-made template.
    const draft = `${template}_draft`;
    await sql`drop database if exists ${sql(draft)} with (force)`;
    const locale = options.locale === 'C' ? sql`template template0 locale_provider libc locale 'C'` : sql``;
    await sql`create database ${sql(draft)} ${locale} strategy file_copy`;
    await migrate(withDatabase(serverUrl, draft), options.migrations);
    // Nothing may be connected to a template that is copied, not even an autovacuum worker.
    await sql`alter database ${sql(draft)} with allow_connections false`;
    await sql`alter database ${sql(draft)} rename to ${sql(template)}`;
  }
  await sql`select pg_advisory_unlock(${TEMPLATE_LOCK_KEY})`;
  return template;
}

async function withServer<T>(serverUrl: string, use: (sql: Sql) => Promise<T>): Promise<T> {
  const sql = openConnection(serverUrl);
  try {
    return await use(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

function withDatabase(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}
