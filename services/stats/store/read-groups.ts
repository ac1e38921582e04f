import { eq, sql } from 'drizzle-orm';
import type { LocalDate } from '../../../runtime/calendar.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { accounts, invoiceTotals, paymentTotals } from './schema.ts';

/** Invoices of one currency and state, or the payments of the month. Amounts and counts are whole numbers as text. */
export interface Group {
  readonly currencyCode: string;
  /** A state, `OVERDUE` for the part of `OPEN` that is overdue (and is left out there), or `PAYMENT`. */
  readonly kind: string;
  readonly count: string;
  /** The totals of the invoices, or the payments. */
  readonly totalMinor: string;
  readonly dueMinor: string;
}

/** What is known of an account. */
export interface AccountGroups {
  /** Time of the newest event that is part of it. */
  readonly updateTime: Date | undefined;
  /** By currency. Empty groups are left out. */
  readonly groups: readonly Group[];
}

/**
 * Prepares the reading of an account's numbers on a day, which is the user's local one. It reads totals alone, so it takes
 * as long for a million invoices as for ten.
 */
export function prepareReadGroups(db: Database) {
  const ownerId = sql.placeholder('ownerId');
  const today = sql`${sql.placeholder('today')}::date`;
  const groups = db
    .$with('groups', {
      currencyCode: sql<string>`currency_code`.as('currency_code'),
      kind: sql<string>`kind`.as('kind'),
      count: sql<string>`count`.as('count'),
      totalMinor: sql<string>`total_minor`.as('total_minor'),
      dueMinor: sql<string>`due_minor`.as('due_minor'),
    })
    .as(sql`
      select currency_code, case when state = 'OPEN' and due_date < ${today} then 'OVERDUE' else state end as kind,
        sum(count)::text as count, sum(total_minor)::text as total_minor, sum(due_minor)::text as due_minor
      from ${invoiceTotals} where owner_id = ${ownerId}
      group by 1, 2
      union all
      select currency_code, 'PAYMENT', count::text, amount_minor::text, '0'
      from ${paymentTotals}
      where owner_id = ${ownerId} and payment_month = date_trunc('month', ${today}::timestamp)::date
    `);
  const statement = db
    .with(groups)
    .select({
      updateTime: accounts.updateTime,
      currencyCode: groups.currencyCode,
      kind: groups.kind,
      count: groups.count,
      totalMinor: groups.totalMinor,
      dueMinor: groups.dueMinor,
    })
    .from(accounts)
    .leftJoin(groups, sql`true`)
    .where(eq(accounts.ownerId, ownerId))
    .orderBy(groups.currencyCode)
    .prepare('read_groups');

  return async (parameters: { readonly ownerId: string; readonly today: LocalDate }): Promise<AccountGroups> => {
    const rows = await statement.execute(parameters);
    return {
      updateTime: rows[0]?.updateTime ?? undefined,
      groups: rows.flatMap(({ currencyCode, kind, count, totalMinor, dueMinor }) =>
        currencyCode === null || kind === null || count === null || totalMinor === null || dueMinor === null
          ? []
          : [{ currencyCode, kind, count, totalMinor, dueMinor }],
      ),
    };
  };
}
