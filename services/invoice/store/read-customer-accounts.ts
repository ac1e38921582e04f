import { and, asc, eq, sql } from 'drizzle-orm';
import type { Database } from '../../../runtime/database/database.ts';
import { customerAccounts } from './ledger-schema.ts';

/** What a customer owes on invoices and has in credit, in one currency. */
export interface CustomerAccount {
  readonly currencyCode: string;
  readonly dueMinor: bigint;
  readonly creditMinor: bigint;
}

/** Prepares the statement that reads what a customer of an owner owes and has in credit, by currency. */
export function prepareListCustomerAccounts(
  db: Database,
): (ownerId: string, customerId: string) => Promise<CustomerAccount[]> {
  const statement = db
    .select({
      currencyCode: customerAccounts.currencyCode,
      dueMinor: customerAccounts.dueMinor,
      creditMinor: customerAccounts.creditMinor,
    })
    .from(customerAccounts)
    .where(
      and(
        eq(customerAccounts.ownerId, sql.placeholder('ownerId')),
        eq(customerAccounts.customerId, sql.placeholder('customerId')),
      ),
    )
    .orderBy(asc(sql`${customerAccounts.currencyCode} collate "C"`))
    .prepare('list_customer_accounts');
  return async (ownerId, customerId) =>
    (await statement.execute({ ownerId, customerId })).map(({ currencyCode, dueMinor, creditMinor }) => ({
      currencyCode,
      dueMinor: BigInt(dueMinor),
      creditMinor: BigInt(creditMinor),
    }));
}
