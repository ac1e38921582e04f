import { AGEING_BUCKETS } from './ageing.ts';

/** The groups of invoices. `overdue` is a part of `unpaid`. */
type GroupName = 'draft' | 'unpaid' | 'overdue' | 'paid' | 'voided' | 'uncollectible';

/** Count and amounts of some invoices. */
export interface Sum {
  readonly count: bigint;
  readonly totalMinor: bigint;
  readonly dueMinor: bigint;
  readonly paidMinor: bigint;
  /** What credit notes took off the amount due. */
  readonly creditedMinor: bigint;
  readonly writtenOffMinor: bigint;
}

/** Count and amounts of some documents. */
export interface DocumentSum {
  readonly count: bigint;
  readonly totalMinor: bigint;
  readonly taxMinor: bigint;
}

/** The numbers of an account that can be converted to another currency, in minor units of one currency. */
export interface Amounts {
  readonly groups: Readonly<Record<GroupName, Sum>>;
  /** The credit notes. */
  readonly credited: DocumentSum;
  readonly paidThisMonthMinor: bigint;
}

/** All numbers of an account in one currency, in its minor units. */
export interface Numbers extends Amounts {
  /** The overdue invoices, by bucket of {@link AGEING_BUCKETS}. */
  readonly ageing: readonly Sum[];
  /** How many invoices were paid by payments, and the sum of the days that this took. */
  readonly paidCount: bigint;
  readonly daysToPay: bigint;
}

/** The sum of no invoices. */
export const NOTHING: Sum = {
  count: 0n,
  totalMinor: 0n,
  dueMinor: 0n,
  paidMinor: 0n,
  creditedMinor: 0n,
  writtenOffMinor: 0n,
};

/** The amounts of an account without invoices. */
export const NO_AMOUNTS: Amounts = {
  groups: mapGroups(() => NOTHING),
  credited: { count: 0n, totalMinor: 0n, taxMinor: 0n },
  paidThisMonthMinor: 0n,
};

/** The numbers of an account without invoices. */
export const NO_NUMBERS: Numbers = {
  ...NO_AMOUNTS,
  ageing: AGEING_BUCKETS.map(() => NOTHING),
  paidCount: 0n,
  daysToPay: 0n,
};

/** The sum of both, number by number. Assumes that both are in the same currency. */
export function addAmounts(one: Amounts, other: Amounts): Amounts {
  return {
    groups: mapGroups((name) => addSums(one.groups[name], other.groups[name])),
    credited: addDocuments(one.credited, other.credited),
    paidThisMonthMinor: one.paidThisMonthMinor + other.paidThisMonthMinor,
  };
}

/** The amounts in another currency, each converted by itself. Counts stay the same. */
export function convertAmounts(amounts: Amounts, convert: (amountMinor: bigint) => bigint): Amounts {
  const { groups, credited, paidThisMonthMinor } = amounts;
  return {
    groups: mapGroups((name) => ({
      count: groups[name].count,
      totalMinor: convert(groups[name].totalMinor),
      dueMinor: convert(groups[name].dueMinor),
      paidMinor: convert(groups[name].paidMinor),
      creditedMinor: convert(groups[name].creditedMinor),
      writtenOffMinor: convert(groups[name].writtenOffMinor),
    })),
    credited: {
      count: credited.count,
      totalMinor: convert(credited.totalMinor),
      taxMinor: convert(credited.taxMinor),
    },
    paidThisMonthMinor: convert(paidThisMonthMinor),
  };
}

/** The sum of both, number by number. */
export function addSums(one: Sum, other: Sum): Sum {
  return {
    count: one.count + other.count,
    totalMinor: one.totalMinor + other.totalMinor,
    dueMinor: one.dueMinor + other.dueMinor,
    paidMinor: one.paidMinor + other.paidMinor,
    creditedMinor: one.creditedMinor + other.creditedMinor,
    writtenOffMinor: one.writtenOffMinor + other.writtenOffMinor,
  };
}

/** The sum of both, number by number. */
export function addDocuments(one: DocumentSum, other: DocumentSum): DocumentSum {
  return {
    count: one.count + other.count,
    totalMinor: one.totalMinor + other.totalMinor,
    taxMinor: one.taxMinor + other.taxMinor,
  };
}

function mapGroups(sumOf: (name: GroupName) => Sum): Amounts['groups'] {
  return {
    draft: sumOf('draft'),
    unpaid: sumOf('unpaid'),
    overdue: sumOf('overdue'),
    paid: sumOf('paid'),
    voided: sumOf('voided'),
    uncollectible: sumOf('uncollectible'),
  };
}
