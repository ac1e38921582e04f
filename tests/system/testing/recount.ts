import type { Api, Json } from './api.ts';

const GROUPS = ['draft', 'unpaid', 'overdue', 'paid', 'voided', 'uncollectible'] as const;
const GROUP_BY_STATE: Readonly<Record<string, (typeof GROUPS)[number]>> = {
  DRAFT: 'draft',
  OPEN: 'unpaid',
  PAID: 'paid',
  VOID: 'voided',
  UNCOLLECTIBLE: 'uncollectible',
};

/** First and last day overdue of each bucket; the last bucket has no end. */
const AGEING = [[1, 30], [31, 60], [61, 90], [91]] as const;

/**
 * The expected statistics, recounted from all pages of the invoices. It assumes that every payment is of this month and is
 * dated on the day on which it was recorded.
 */
export async function recount(api: Api): Promise<Json[]> {
  const byCurrency = Map.groupBy(await api.list('/invoices', 'invoices'), ({ currencyCode }) => String(currencyCode));
  return [...byCurrency]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([currencyCode, invoices]) => recountCurrency(currencyCode, invoices));
}

function recountCurrency(currencyCode: string, invoices: readonly Json[]): Json {
  const groups = new Map<string, Json[]>(GROUPS.map((name) => [name, []]));
  for (const invoice of invoices) {
    groups.get(GROUP_BY_STATE[invoice.state] ?? '')?.push(invoice);
    if (invoice.overdue) groups.get('overdue')?.push(invoice);
  }
  const daysOverdue = ({ dueDate }: Json) => daysFrom(dueDate, new Date().toISOString());
  return {
    currencyCode,
    ...Object.fromEntries([...groups].map(([name, group]) => [name, sumsOf(group)])),
    dueMinor: sumsOf(groups.get('unpaid') ?? []).dueMinor,
    paidThisMonthMinor: String(sumOf(invoices, 'paidMinor')),
    overdueAgeing: AGEING.map(([first, last]) => ({
      daysFrom: first,
      ...(last === undefined ? {} : { daysTo: last }),
      invoices: sumsOf(
        (groups.get('overdue') ?? []).filter(
          (invoice) => daysOverdue(invoice) >= first && daysOverdue(invoice) <= (last ?? Number.POSITIVE_INFINITY),
        ),
      ),
    })),
    // No test that counts issues credit notes.
    credited: { count: 0, netMinor: '0', taxMinor: '0', totalMinor: '0' },
    ...averageOf((groups.get('paid') ?? []).map(({ issueDate, payTime }) => daysFrom(issueDate, payTime))),
  };
}

function sumsOf(group: readonly Json[]): Json {
  return {
    count: group.length,
    totalMinor: String(sumOf(group, 'totalMinor')),
    dueMinor: String(sumOf(group, 'dueMinor')),
    paidMinor: String(sumOf(group, 'paidMinor')),
    creditedMinor: String(sumOf(group, 'creditedMinor') - sumOf(group, 'writtenOffMinor')),
    writtenOffMinor: String(sumOf(group, 'writtenOffMinor')),
    payableMinor: String(sumOf(group, 'payableMinor')),
  };
}

function sumOf(invoices: readonly Json[], field: string): bigint {
  return invoices.reduce((sum, invoice) => sum + BigInt(invoice[field]), 0n);
}

function daysFrom(date: string, time: string): number {
  return (Date.parse(time.slice(0, 10)) - Date.parse(date)) / 86_400_000;
}

function averageOf(days: readonly number[]): Json {
  const sum = days.reduce((all, each) => all + each, 0);
  return {
    ...(days.length === 0 ? {} : { averageDaysToPay: (Math.round((10 * sum) / days.length) / 10).toFixed(1) }),
    paidCount: days.length,
  };
}
