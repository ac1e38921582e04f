import { eq, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import type { UserRow } from '../convert.ts';
import { users } from './schema.ts';

/** The columns of an account that make it known to its user. */
export const userRowColumns = {
  id: users.id,
  email: users.email,
  name: users.name,
  companyName: users.companyName,
  address: users.address,
  taxId: users.taxId,
  locale: users.locale,
  timeZone: users.timeZone,
  defaultCurrencyCode: users.defaultCurrencyCode,
  paymentAccount: users.paymentAccount,
  electronicAddress: users.electronicAddress,
  contact: users.contact,
  legalRegistration: users.legalRegistration,
  taxRegistration: users.taxRegistration,
  logo: users.logo,
  createTime: users.createTime,
  updateTime: users.updateTime,
  version: users.version,
};

/** Prepares the query for one account by its id. */
export function prepareFindUser(db: Database): (id: string) => Promise<UserRow | undefined> {
  const statement = db
    .select(userRowColumns)
    .from(users)
    .where(eq(users.id, sql.placeholder('id')))
    .prepare('find_user');
  return async (id) => (await statement.execute({ id }))[0];
}
