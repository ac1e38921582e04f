import { create } from '@bufbuild/protobuf';
import { expect } from 'vitest';
import {
  ConvertedTotalSchema,
  CurrencyStatsSchema,
  CustomerStatsSchema,
  MonthlyStatsSchema,
} from '../../../gen/numer/stats/v1/stats_pb.ts';
import { StatsService } from '../../../gen/numer/stats/v1/stats_service_pb.ts';
import { localDate } from '../../../runtime/calendar.ts';
import type { TestService, testUser } from '../../../runtime/testing/start-test-service.ts';
import { latestRate, type Rate, sumAmounts, toConverted, toConvertedMonth } from './conversion.ts';
import { dueOf, type LedgerInvoice, payableOf } from './ledger.ts';

/** Few, so that there are several pages. */
const PAGE_SIZE = 3;

/** Expects everything the service tells a user to equal a count over the invoices, converted with the user's rates. */
export async function expectRecount(
  service: TestService,
  invoices: readonly LedgerInvoice[],
  user: ReturnType<typeof testUser>,
  rates: readonly Rate[] = [],
): Promise<void> {
  const client = service.client(StatsService, user);
  const today = localDate(service.clock.now(), user.timeZone);
  const { currencies, convertedTotal } = await client.getStats({});
  const months = await readPages(async (pageToken) => {
    const page = await client.listMonthlyStats({ pageSize: PAGE_SIZE, pageToken });
    return { rows: page.months, nextPageToken: page.nextPageToken };
  });
  const customers = await readPages(async (pageToken) => {
    const page = await client.listCustomerStats({ pageSize: PAGE_SIZE, pageToken });
    return { rows: page.customers, nextPageToken: page.nextPageToken };
  });
  const { userId, defaultCurrencyCode: target } = user;
  const counted = recount(invoices, userId, today).map((one) => ({
    ...one,
    ...toConverted(one, target, latestRate(rates, one.currencyCode, target, today)),
  }));
  expect({ currencies, convertedTotal, months, customers }).toEqual({
    currencies: counted.map((one) => create(CurrencyStatsSchema, clip(one))),
    convertedTotal: create(ConvertedTotalSchema, clip(sumAmounts(counted, target))),
    months: recountMonths(invoices, userId).map((one) => {
      const lastDay = lastDayOf(one.month);
      const rate = latestRate(rates, one.currencyCode, target, lastDay < today ? lastDay : today);
      return create(MonthlyStatsSchema, clip({ ...one, ...toConvertedMonth(one, target, rate) }));
    }),
    customers: recountCustomers(invoices, userId, today).map((counted) => create(CustomerStatsSchema, counted)),
  });
}

const INT64_MAX = 2n ** 63n - 1n;

/** The same with every amount clipped to what an int64 can hold. */
function clip<Value>(value: Value): Value {
  const clipped = (one: unknown): unknown => {
    if (typeof one === 'bigint') return one > INT64_MAX ? INT64_MAX : one < -INT64_MAX ? -INT64_MAX : one;
    if (Array.isArray(one)) return one.map(clipped);
    if (typeof one !== 'object' || one === null) return one;
    return Object.fromEntries(Object.entries(one).map(([name, part]) => [name, clipped(part)]));
  };
  return clipped(value) as Value; // has the same fields
}

function lastDayOf(month: string): string {
  const [year, number] = month.split('-').map(Number);
  return new Date(Date.UTC(year ?? 0, number ?? 0, 0)).toISOString().slice(0, 10);
}

/** The rows of all pages of a list. */
async function readPages<Row>(
  read: (pageToken: string) => Promise<{ readonly rows: readonly Row[]; readonly nextPageToken: string }>,
): Promise<Row[]> {
  const found: Row[] = [];
  let pageToken = '';
  do {
    const page = await read(pageToken);
    found.push(...page.rows);
    pageToken = page.nextPageToken;
  } while (pageToken !== '');
  return found;
}

/** The invoices of an account; deleted drafts are gone. */
function ownedBy(invoices: readonly LedgerInvoice[], ownerId: string): LedgerInvoice[] {
  return invoices.filter((invoice) => invoice.ownerId === ownerId && invoice.state !== 'DELETED');
}

function sumOf<Row>(rows: readonly Row[], amountOf: (row: Row) => bigint): bigint {
  return rows.reduce((sum, row) => sum + amountOf(row), 0n);
}

function isInvoiced({ state }: LedgerInvoice): boolean {
  return state === 'OPEN' || state === 'PAID' || state === 'UNCOLLECTIBLE';
}

/** The payments of an invoice, without reversed ones. A write-off is not a payment. */
function paymentsOf({ payments }: LedgerInvoice) {
  return payments.filter(({ kind, isReversed }) => kind !== 'WRITE_OFF' && !isReversed);
}

/** What was written off an invoice, without reversed write-offs. */
function writeOffsOf({ payments }: LedgerInvoice) {
  return payments.filter(({ kind, isReversed }) => kind === 'WRITE_OFF' && !isReversed);
}

/** The payments of money: those with credit were received earlier. A reversed payment stays, with the amount 0. */
function moneyOf({ payments }: LedgerInvoice) {
  return payments
    .filter(({ kind }) => kind === 'MONEY')
    .map(({ isReversed, paymentDate, amountMinor }) => ({ paymentDate, amountMinor: isReversed ? 0n : amountMinor }));
}

function daysFrom(earlier: string, later: string): number {
  return (Date.parse(later) - Date.parse(earlier)) / 86_400_000;
}

/** The numbers of an account counted one by one, in the form of GetStats. */
function recount(invoices: readonly LedgerInvoice[], ownerId: string, today: string) {
  const byCurrency = Map.groupBy(ownedBy(invoices, ownerId), ({ currencyCode }) => currencyCode);
  return [...byCurrency]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([currencyCode, ofCurrency]) => {
      const group = (fits: (invoice: LedgerInvoice) => boolean) => groupOf(ofCurrency.filter(fits));
      const unpaid = group(({ state }) => state === 'OPEN');
      const overdueBy = (from: number, to: number) =>
        group(({ state, dueDate }) => {
          const days = daysFrom(dueDate, today);
          return state === 'OPEN' && days >= from && days <= to;
        });
      const payments = ofCurrency.flatMap(moneyOf);
      return {
        currencyCode,
        draft: group(({ state }) => state === 'DRAFT'),
        unpaid,
        overdue: group(({ state, dueDate }) => state === 'OPEN' && dueDate < today),
        paid: group(({ state }) => state === 'PAID'),
        voided: group(({ state }) => state === 'VOID'),
        uncollectible: group(({ state }) => state === 'UNCOLLECTIBLE'),
        dueMinor: unpaid.dueMinor,
        paidThisMonthMinor: sumOf(
          payments.filter(({ paymentDate }) => paymentDate.slice(0, 7) === today.slice(0, 7)),
          ({ amountMinor }) => amountMinor,
        ),
        overdueAgeing: [
          { daysFrom: 1, daysTo: 30, invoices: overdueBy(1, 30) },
          { daysFrom: 31, daysTo: 60, invoices: overdueBy(31, 60) },
          { daysFrom: 61, daysTo: 90, invoices: overdueBy(61, 90) },
          { daysFrom: 91, invoices: overdueBy(91, Number.POSITIVE_INFINITY) },
        ],
        credited: documentsOf(ofCurrency.flatMap(({ creditNotes }) => creditNotes)),
        ...averageDays(ofCurrency),
      };
    });
}

function groupOf(invoices: readonly LedgerInvoice[]) {
  return {
    count: invoices.length,
    totalMinor: sumOf(invoices, ({ totalMinor }) => totalMinor),
    dueMinor: sumOf(invoices, dueOf),
    paidMinor: sumOf(invoices.flatMap(paymentsOf), ({ appliedMinor }) => appliedMinor),
    creditedMinor: sumOf(invoices, ({ creditedMinor }) => creditedMinor),
    writtenOffMinor: sumOf(invoices.flatMap(writeOffsOf), ({ appliedMinor }) => appliedMinor),
    payableMinor: sumOf(invoices, payableOf),
  };
}

function averageDays(invoices: readonly LedgerInvoice[]) {
  const days = invoices.flatMap((invoice) => {
    const { state, issueDate } = invoice;
    const settling = paymentsOf(invoice).filter(({ appliedMinor }) => appliedMinor > 0n);
    const last = settling
      .map(({ paymentDate }) => paymentDate)
      .toSorted()
      .at(-1);
    return state === 'PAID' && last !== undefined ? [daysFrom(issueDate, last)] : [];
  });
  const sum = days.reduce((all, each) => all + each, 0);
  // Math.round rounds halves up, which for a number above 0 is away from zero.
  const tenths = Math.sign(sum) * Math.round((Math.abs(sum) * 10) / days.length);
  const average = (tenths / 10 + 0).toFixed(1); // never -0.0
  return { paidCount: days.length, ...(days.length === 0 ? {} : { averageDaysToPay: average }) };
}

const NOTHING = { invoice: undefined, note: undefined, paidMinor: 0n };

/** The months of an account counted one by one, in the form of ListMonthlyStats. */
function recountMonths(invoices: readonly LedgerInvoice[], ownerId: string) {
  const own = ownedBy(invoices, ownerId);
  const entries = [
    ...own
      .filter(isInvoiced)
      .map((invoice) => ({ ...NOTHING, key: `${invoice.issueDate.slice(0, 7)} ${invoice.currencyCode}`, invoice })),
    ...own.flatMap(({ currencyCode, creditNotes }) =>
      creditNotes.map((note) => ({ ...NOTHING, key: `${note.issueDate.slice(0, 7)} ${currencyCode}`, note })),
    ),
    ...own.flatMap((invoice) =>
      moneyOf(invoice).map(({ paymentDate, amountMinor }) => ({
        ...NOTHING,
        key: `${paymentDate.slice(0, 7)} ${invoice.currencyCode}`,
        paidMinor: amountMinor,
      })),
    ),
  ];
  return [...Map.groupBy(entries, ({ key }) => key)]
    .map(([key, ofMonth]) => {
      const [month = '', currencyCode = ''] = key.split(' ');
      const invoiced = documentsOf(ofMonth.flatMap(({ invoice }) => invoice ?? []));
      const credited = documentsOf(ofMonth.flatMap(({ note }) => note ?? []));
      return {
        month,
        currencyCode,
        invoiced,
        credited,
        revenueMinor: invoiced.netMinor - credited.netMinor,
        taxMinor: invoiced.taxMinor - credited.taxMinor,
        paidMinor: sumOf(ofMonth, ({ paidMinor }) => paidMinor),
      };
    })
    .toSorted((one, other) => {
      if (one.month !== other.month) return one.month > other.month ? -1 : 1;
      return one.currencyCode < other.currencyCode ? -1 : 1;
    });
}

/** The customers of an account counted one by one, in the form of ListCustomerStats. */
function recountCustomers(invoices: readonly LedgerInvoice[], ownerId: string, today: string) {
  const invoiced = ownedBy(invoices, ownerId).filter(isInvoiced);
  return [...Map.groupBy(invoiced, ({ customerId, currencyCode }) => `${customerId} ${currencyCode}`)]
    .map(([key, ofCustomer]) => {
      const [customerId = '', currencyCode = ''] = key.split(' ');
      const open = ofCustomer.filter(({ state }) => state === 'OPEN');
      return {
        customerId,
        currencyCode,
        invoiced: documentsOf(ofCustomer),
        paidMinor: sumOf(ofCustomer.flatMap(paymentsOf), ({ appliedMinor }) => appliedMinor),
        credited: documentsOf(ofCustomer.flatMap(({ creditNotes }) => creditNotes)),
        dueMinor: sumOf(open, dueOf),
        overdueMinor: sumOf(
          open.filter(({ dueDate }) => dueDate < today),
          dueOf,
        ),
        writtenOffMinor: sumOf(ofCustomer.flatMap(writeOffsOf), ({ appliedMinor }) => appliedMinor),
      };
    })
    .toSorted((one, other) => {
      if (one.currencyCode !== other.currencyCode) return one.currencyCode < other.currencyCode ? -1 : 1;
      const difference = other.invoiced.totalMinor - one.invoiced.totalMinor;
      if (difference !== 0n) return difference < 0n ? -1 : 1;
      return one.customerId < other.customerId ? -1 : 1;
    });
}

function documentsOf(invoices: readonly { readonly totalMinor: bigint; readonly taxMinor: bigint }[]) {
  return {
    count: invoices.length,
    netMinor: sumOf(invoices, ({ totalMinor, taxMinor }) => totalMinor - taxMinor),
    taxMinor: sumOf(invoices, ({ taxMinor }) => taxMinor),
    totalMinor: sumOf(invoices, ({ totalMinor }) => totalMinor),
  };
}
