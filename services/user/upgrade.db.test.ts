import { expect, test } from 'vitest';
import { closeDatabase, openDatabase } from '../../runtime/database/database.ts';
import { migrate } from '../../runtime/database/migrate.ts';
import { migrationsOf } from '../../runtime/process/start-service.ts';
import { migrationsBefore } from '../../runtime/testing/migrations-before.ts';
import { createTestDatabase } from '../../runtime/testing/postgres.ts';
import { userService } from './service.ts';
import { prepareListCustomers } from './store/list-customers.ts';

const OWNER = '019ab3f0-0000-7000-8000-000000000001';

test.each([
  ['0007_fold_all_letters', '0009_wait_for_former_words', ['Ærø', 'Привет', '☕Café']],
  ['0008_separate_words_by_symbols', '0011_wait_for_words_with_symbols', ['☕Café']],
])(
  'an upgrade from before %s indexes the customers anew whose words are others, in a database of locale C as well',
  async (runtime, own, others) => {
    const migrations = migrationsBefore(userService, { runtime, own });
    const database = await createTestDatabase({ migrations, locale: 'C' });
    const db = openDatabase({ url: database.url, applicationName: 'test', connectionsMax: 2 });
    const sql = db.$client;
    await sql`
    insert into users (id, email, email_normalized, password_hash, name, company_name, address, tax_id, locale, time_zone,
      default_currency_code, create_time, update_time, version)
    values (${OWNER}, 'a@example.com', 'a@example.com', '', 'Ada', '', '{}', '', 'en', 'UTC', 'EUR', now(), now(), 1)`;
    for (const name of ['Ada & Söhne', 'Привет', 'Ærø', '☕Café']) {
      await sql`
      insert into customers (id, owner_id, name, email, phone, address, tax_id, locale, notes, create_time, update_time, version)
      values (gen_random_uuid(), ${OWNER}, ${name}, '', '', '{}', '', '', '', now(), now(), 1)`;
    }
    const versions = () => sql<{ name: string; version: string }[]>`
    select name, customer_search.xmin::text as version from customer_search join customers on id = customer_id order by name collate "C"`;
    const before = await versions();
    await migrate(database.url, migrationsOf(userService));
    const after = await versions();
    const changed = after.filter(({ version }, index) => version !== before[index]?.version);
    expect(changed.map(({ name }) => name)).toEqual(others);

    const list = prepareListCustomers(db);
    const find = async (text: string) => {
      const terms = { text, tags: [], metadataKey: '', metadataValue: '' };
      const filters = { terms, reference: undefined };
      const { rows } = await list({ ownerId: OWNER, filters, cursor: undefined, limit: 10 });
      return rows.map(({ name }) => name);
    };
    expect([await find('sohne'), await find('ПРИВЕТ'), await find('aero'), await find('cafe')]).toEqual([
      ...[['Ada & Söhne'], ['Привет'], ['Ærø'], ['☕Café']],
    ]);
    await closeDatabase(db);
    await database.drop();
  },
);
