import type { Sql } from 'postgres';
import { expect, test } from 'vitest';
import { closeDatabase, type Database, openDatabase } from '../../runtime/database/database.ts';
import { migrate } from '../../runtime/database/migrate.ts';
import { migrationsOf } from '../../runtime/process/start-service.ts';
import { migrationsBefore } from '../../runtime/testing/migrations-before.ts';
import { createTestDatabase } from '../../runtime/testing/postgres.ts';
import { userService } from './service.ts';
import { prepareListCustomers } from './store/list-customers.ts';

const OWNER = '019ab3f0-0000-7000-8000-000000000001';

async function addCustomers(sql: Sql, names: readonly string[]): Promise<void> {
  await sql`
    insert into users (id, email, email_normalized, password_hash, name, company_name, address, tax_id, locale, time_zone,
      default_currency_code, create_time, update_time, version)
    values (${OWNER}, 'a@example.com', 'a@example.com', '', 'Ada', '', '{}', '', 'en', 'UTC', 'EUR', now(), now(), 1)`;
  for (const name of names) {
    await sql`
      insert into customers (id, owner_id, name, email, phone, address, tax_id, locale, notes, create_time, update_time, version)
      values (gen_random_uuid(), ${OWNER}, ${name}, '', '', '{}', '', '', '', now(), now(), 1)`;
  }
}

function versions(sql: Sql) {
  return sql<{ name: string; version: string }[]>`
    select name, customer_search.xmin::text as version from customer_search join customers on id = customer_id order by name collate "C"`;
}

/** The names of the customers whose search words were written since. */
async function changedSince(sql: Sql, before: readonly { readonly version: string }[]): Promise<string[]> {
  const after = await versions(sql);
  return after.filter(({ version }, index) => version !== before[index]?.version).map(({ name }) => name);
}

function finder(db: Database): (text: string) => Promise<string[]> {
  const list = prepareListCustomers(db);
  return async (text) => {
    const terms = { text, tags: [], metadataKey: '', metadataValue: '' };
    const filters = { terms, reference: undefined };
    const { rows } = await list({ ownerId: OWNER, filters, cursor: undefined, limit: 10 });
    return rows.map(({ name }) => name);
  };
}

test.each([
  ['0007_fold_all_letters', '0009_wait_for_former_words', ['Ada & Söhne', 'Ærø', 'Привет', '☕Café']],
  ['0008_separate_words_by_symbols', '0011_wait_for_words_with_symbols', ['Ada & Söhne', 'Ærø', '☕Café']],
  ['0012_spell_out_umlauts', '0023_spell_out_umlauts', ['Ada & Söhne', 'Ærø']],
])(
  'an upgrade from before %s indexes the customers anew whose words are others, in a database of locale C as well',
  async (runtime, own, others) => {
    const migrations = migrationsBefore(userService, { runtime, own });
    const database = await createTestDatabase({ migrations, locale: 'C' });
    const db = openDatabase({ url: database.url, applicationName: 'test', connectionsMax: 2 });
    const sql = db.$client;
    await addCustomers(sql, ['Ada & Söhne', 'Привет', 'Ærø', '☕Café']);
    const before = await versions(sql);
    await migrate(database.url, migrationsOf(userService));
    expect(await changedSince(sql, before)).toEqual(others);
    const find = finder(db);
    expect([
      await find('sohne'),
      await find('soehne'),
      await find('ПРИВЕТ'),
      await find('aero'),
      await find('cafe'),
    ]).toEqual([...[['Ada & Söhne'], ['Ada & Söhne'], ['Привет'], ['Ærø'], ['☕Café']]]);
    await closeDatabase(db);
    await database.drop();
  },
);

test('an upgrade to a version that finds customers by those who get copies indexes the customers that have some', async () => {
  const before = { runtime: '0011_index_dead_letters_by_owner', own: '0021_find_customers_by_copies' };
  const database = await createTestDatabase({ migrations: migrationsBefore(userService, before) });
  const db = openDatabase({ url: database.url, applicationName: 'test', connectionsMax: 2 });
  const sql = db.$client;
  await addCustomers(sql, ['Ada', 'Grace']);
  await sql`update customers set cc_emails = '["cfo@example.com", "it@example.org"]' where name = 'Grace'`;
  const indexed = await versions(sql);
  await migrate(database.url, migrationsOf(userService));
  expect(await changedSince(sql, indexed)).toEqual(['Grace']);
  const find = finder(db);
  expect([await find('cfo@example.com'), await find('it@ex'), await find('ada')]).toEqual([
    ['Grace'],
    ['Grace'],
    ['Ada'],
  ]);
  await closeDatabase(db);
  await database.drop();
});
