import { eq, sql } from 'drizzle-orm';
import type { LocalDate } from '../../../runtime/calendar.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { AGEING_BUCKETS } from '../domain/ageing.ts';
import type { StoredRate } from '../domain/conversion.ts';
import { latestRate } from './latest-rate.ts';
import { accounts, invoiceTotals, monthlyTotals, type ProjectedState } from './schema.ts';

/**
 * The invoices of one currency, state and bucket, or the payments of the month or the credit notes of one currency.
 * Amounts and counts are whole numbers as text.
 */
export interface Group {
  readonly currencyCode: string;
  readonly kind: Exclude<ProjectedState, 'DELETED'> | 'PAYMENT' | 'CREDIT_NOTE';
  /** The ageing bucket of overdue invoices, counted from 1; 0 for all other groups. */
  readonly bucket: number;
  readonly count: string;
  /** The sum of the totals of the invoices or credit notes, or of the payments. */
  readonly totalMinor: string;
  readonly dueMinor: string;
  readonly paidMinor: string;
  readonly creditedMinor: string;
  readonly writtenOffMinor: string;
  /** The tax of the credit notes; 0 for all other groups. */
  readonly taxMinor: string;
  /** How many of the invoices were paid by payments, and the sum of the days that this took. */
  readonly paidCount: string;
  readonly daysToPay: string;
}

/** The numbers of an account. */
export interface AccountGroups {
  /** Time of the newest event that is part of the numbers. */
  readonly updateTime: Date | undefined;
  /** Ordered by currency. Empty groups are left out. */
  readonly groups: readonly Group[];
  /** The rates that convert the currencies of the groups, by currency, where the account has one for the day. */
  readonly rates: ReadonlyMap<string, StoredRate>;
}

/** Whose numbers to read, the day in the user's time zone, and the currency to convert to. */
export interface GroupsParameters {
  readonly ownerId: string;
  readonly today: LocalDate;
  readonly targetCurrencyCode: string;
}

/** The query of an account's numbers. Its parameters are placeholders. */
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
      // Not the name of the groups' column, which the query refers to without its table.
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
 * Prepares the query for an account's numbers on a day in the user's time zone. It reads totals only, so it takes as
 * long for a million invoices as for ten.
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
