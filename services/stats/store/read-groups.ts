import { eq, sql } from 'drizzle-orm';
import type { LocalDate } from '../../../runtime/calendar.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { AGEING_BUCKETS } from '../domain/ageing.ts';
import type { StoredRate } from '../domain/conversion.ts';
import { latestRate } from './latest-rate.ts';
import { accounts, invoiceTotals, monthlyTotals, type ProjectedState } from './schema.ts';

/** Invoices of one currency and state, the payments of the month, or the credit notes. Amounts and counts are whole numbers as text. */
export interface Group {
  readonly currencyCode: string;
  readonly kind: Exclude<ProjectedState, 'DELETED'> | 'PAYMENT' | 'CREDIT_NOTE';
  /** Which of the ageing buckets, counted from 1, overdue invoices are in; 0 for all others. */
  readonly bucket: number;
  readonly count: string;
  /** The totals of the invoices, or the payments. */
  readonly totalMinor: string;
  readonly dueMinor: string;
  readonly paidMinor: string;
  readonly creditedMinor: string;
  readonly writtenOffMinor: string;
  /** Of the credit notes. */
  readonly taxMinor: string;
  /** How many of the invoices were paid by payments, and of these the days it took. */
  readonly paidCount: string;
  readonly daysToPay: string;
}

/** What is known of an account. */
export interface AccountGroups {
  /** Time of the newest event that is part of it. */
  readonly updateTime: Date | undefined;
  /** By currency. Empty groups are left out. */
  readonly groups: readonly Group[];
  /** The rates with which the currencies of the groups are converted, as far as the account has any for the day. */
  readonly rates: ReadonlyMap<string, StoredRate>;
}

/** Whose numbers, on which day of the user, and the currency that rates are looked for. */
export interface GroupsParameters {
  readonly ownerId: string;
  readonly today: LocalDate;
  readonly targetCurrencyCode: string;
}

/** The query of an account's numbers, without the values of its parameters. */
export function groupsQuery(db: Database) {
  const ownerId = sql.placeholder('ownerId');
  const today = sql`${sql.placeholder('today')}::date`;
  const thresholds = sql.raw(`array[${AGEING_BUCKETS.map(({ daysFrom }) => daysFrom).join(', ')}]`);
  const groups = db
    .$with('groups', {
      currencyCode: sql<string>`currency_code`.as('currency_code'),
      kind: sql<Group['kind']>`kind`.as('kind'),
      bucket: sql<number>`bucket`.as('bucket'),
      count: sql<string>`count`.as('count'),
      totalMinor: sql<string>`total_minor`.as('total_minor'),
      dueMinor: sql<string>`due_minor`.as('due_minor'),
      paidMinor: sql<string>`paid_minor`.as('paid_minor'),
      creditedMinor: sql<string>`credited_minor`.as('credited_minor'),
      writtenOffMinor: sql<string>`written_off_minor`.as('written_off_minor'),
      taxMinor: sql<string>`tax_minor`.as('tax_minor'),
      paidCount: sql<string>`paid_count`.as('paid_count'),
      daysToPay: sql<string>`days_to_pay`.as('days_to_pay'),
    })
    .as(sql`
      select currency_code, state as kind,
        case state when 'OPEN' then width_bucket(${today} - due_date, ${thresholds}) else 0 end as bucket,
        sum(count)::text as count, sum(total_minor)::text as total_minor, sum(due_minor)::text as due_minor,
        sum(paid_minor)::text as paid_minor, sum(credited_minor)::text as credited_minor,
        sum(written_off_minor)::text as written_off_minor, '0' as tax_minor, sum(paid_count)::text as paid_count, sum(days_to_pay)::text as days_to_pay
      from ${invoiceTotals} where owner_id = ${ownerId}
      group by 1, 2, 3
      union all
      select currency_code, 'PAYMENT', 0, payment_count::text, paid_minor::text, '0', '0', '0', '0', '0', '0', '0'
      from ${monthlyTotals}
      where owner_id = ${ownerId} and month = date_trunc('month', ${today}::timestamp)::date and payment_count > 0
      union all
      select currency_code, 'CREDIT_NOTE', 0, sum(credited_count)::text, sum(credited_total_minor)::text, '0', '0', '0', '0',
        sum(credited_tax_minor)::text, '0', '0'
      from ${monthlyTotals} where owner_id = ${ownerId} and credited_count > 0
      group by 1
    `);
  const rates = db
    .$with('rates', {
      // Another name than that of the groups, which the query goes by without their table.
      ratedCurrencyCode: sql<string>`rated_currency_code`.as('rated_currency_code'),
      rate: sql<string>`rate`.as('rate'),
      rateDate: sql<LocalDate>`rate_date`.as('rate_date'),
    })
    .as(sql`
      select used.currency_code as rated_currency_code, latest.rate, latest.rate_date
      from (select distinct currency_code from ${groups}) as used
      cross join ${latestRate({ ownerId: sql`${ownerId}::uuid`, currencyCode: sql`used.currency_code`, day: today })} as latest
    `);
  return db
    .with(groups, rates)
    .select({
      updateTime: accounts.updateTime,
      ...groups._.selectedFields,
      rate: rates.rate,
      rateDate: rates.rateDate,
    })
    .from(accounts)
    .leftJoin(groups, sql`true`)
    .leftJoin(rates, eq(rates.ratedCurrencyCode, groups.currencyCode))
    .where(eq(accounts.ownerId, ownerId))
    .orderBy(groups.currencyCode);
}

/**
 * Prepares the reading of an account's numbers on a day, which is the user's local one. It reads totals alone, so it takes
 * as long for a million invoices as for ten.
 */
export function prepareReadGroups(db: Database): (parameters: GroupsParameters) => Promise<AccountGroups> {
  const statement = groupsQuery(db).prepare('read_groups');
  return async (parameters) => {
    const rows = await statement.execute({ ...parameters });
    const rates = new Map<string, StoredRate>();
    const groups: Group[] = [];
    for (const { updateTime: _, rate, rateDate, currencyCode, ...group } of rows) {
      // The join gives one row of nulls when there are no groups.
      if (currencyCode === null) continue;
      groups.push({ currencyCode, ...group });
      if (rate !== null && rateDate !== null) rates.set(currencyCode, { rate, rateDate });
    }
    return { updateTime: rows[0]?.updateTime ?? undefined, groups, rates };
  };
}
