import type { Api, Json } from './api.ts';

interface Group {
  count: number;
  totalMinor: bigint;
  dueMinor: bigint;
}

const GROUPS = ['draft', 'unpaid', 'overdue', 'paid', 'voided', 'uncollectible'] as const;
const GROUP_BY_STATE: Readonly<Record<string, (typeof GROUPS)[number]>> = {
  DRAFT: 'draft',
  OPEN: 'unpaid',
  PAID: 'paid',
  VOID: 'voided',
  UNCOLLECTIBLE: 'uncollectible',
};

/**
 * What the statistics must say, counted anew from all pages of the invoices. It assumes that every payment is of this
 * month.
 */
export async function recount(api: Api): Promise<Json[]> {
  const byCurrency = Map.groupBy(await api.list('/invoices', 'invoices'), ({ currencyCode }) => String(currencyCode));
  return [...byCurrency]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([currencyCode, invoices]) => recountCurrency(currencyCode, invoices));
}

function recountCurrency(currencyCode: string, invoices: readonly Json[]): Json {
  const groups = new Map<string, Group>(GROUPS.map((name) => [name, { count: 0, totalMinor: 0n, dueMinor: 0n }]));
  const add = (name: string, invoice: Json) => {
    const group = groups.get(name);
    if (group === undefined) throw new Error(`there is no group for ${JSON.stringify(invoice)}`);
    group.count += 1;
    group.totalMinor += BigInt(invoice.totalMinor);
    group.dueMinor += BigInt(invoice.dueMinor);
  };
  for (const invoice of invoices) {
    add(GROUP_BY_STATE[invoice.state] ?? invoice.state, invoice);
    if (invoice.overdue) add('overdue', invoice);
  }
  const paidMinor = invoices.reduce((sum, invoice) => sum + BigInt(invoice.paidMinor), 0n);
  return {
    currencyCode,
    ...Object.fromEntries(
      [...groups].map(([name, { count, totalMinor, dueMinor }]) => [
        name,
        { count, totalMinor: String(totalMinor), dueMinor: String(dueMinor) },
      ]),
    ),
    dueMinor: String(groups.get('unpaid')?.dueMinor),
    paidThisMonthMinor: String(paidMinor),
  };
}
