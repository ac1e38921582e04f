import { hash } from '@node-rs/argon2';
import type { Sql } from 'postgres';
import { CUSTOMERS_PER_USER, type DatasetSize, ID_PREFIX, PASSWORD } from '../dataset.ts';

/** Fills the database of the user service with users, who all have the same password, and their customers. */
export async function loadUsers(sql: Sql, { users }: DatasetSize): Promise<void> {
  const passwordHash = await hash(PASSWORD, { memoryCost: 19_456, timeCost: 2, parallelism: 1 });
  await sql`
    insert into users (id, email, email_normalized, password_hash, name, company_name, address, tax_id, locale, time_zone,
      default_currency_code, create_time, update_time, version)
    select (${ID_PREFIX.user} || lpad(to_hex(u), 12, '0'))::uuid, 'user-' || u || '@bench.example',
      'user-' || u || '@bench.example', ${passwordHash}, 'Dana ' || u, 'Dana Design ' || u,
      '{"line1": "Main Street 1", "city": "Berlin", "postalCode": "10115", "countryCode": "DE"}', 'DE123456789', 'en',
      'Europe/Berlin', 'EUR', now(), now(), 1
    from generate_series(0, ${users}::integer - 1) as u`;
  await sql`
    insert into customers (id, owner_id, name, email, phone, address, tax_id, locale, notes, create_time, update_time, version)
    select (${ID_PREFIX.customer} || lpad(to_hex(c), 12, '0'))::uuid,
      (${ID_PREFIX.user} || lpad(to_hex(c / ${CUSTOMERS_PER_USER}::integer), 12, '0'))::uuid,
      'Customer ' || c, 'customer-' || c || '@bench.example', '',
      '{"line1": "Harbour 2", "city": "Hamburg", "postalCode": "20457", "countryCode": "DE"}', 'DE987654321', 'en', '',
      now(), now(), 1
    from generate_series(0, ${users * CUSTOMERS_PER_USER}::integer - 1) as c`;
}
