import { AGEING_BUCKETS } from './ageing.ts';

/** The groups of invoices that are told apart, `overdue` being a part of `unpaid`. */
type GroupName = 'draft' | 'unpaid' | 'overdue' | 'paid' | 'voided' | 'uncollectible';

/** Count and amounts of some invoices. */
export interface Sum {
  readonly count: bigint;
  readonly totalMinor: bigint;
  readonly dueMinor: bigint;
  readonly paidMinor: bigint;
  /** Taken off what was due by credit notes. */
  readonly creditedMinor: bigint;
  readonly writtenOffMinor: bigint;
}

/** Count and amounts of some documents. */
export interface DocumentSum {
  readonly count: bigint;
  readonly totalMinor: bigint;
  readonly taxMinor: bigint;
}

/** All numbers of an account in one currency, in its minor units. */
export interface Numbers {
  readonly groups: Readonly<Record<GroupName, Sum>>;
  /** The overdue ones by bucket of {@link AGEING_BUCKETS}. */
  readonly ageing: readonly Sum[];
  /** The credit notes. */
  readonly credited: DocumentSum;
  readonly paidThisMonthMinor: bigint;
  /** How many invoices were paid by payments, and the days it took, added up. */
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

/** The numbers of an account that has nothing. */
export const NO_NUMBERS: Numbers = {
  groups: { draft: NOTHING, unpaid: NOTHING, overdue: NOTHING, paid: NOTHING, voided: NOTHING, uncollectible: NOTHING },
  ageing: AGEING_BUCKETS.map(() => NOTHING),
  credited: { count: 0n, totalMinor: 0n, taxMinor: 0n },
  paidThisMonthMinor: 0n,
  paidCount: 0n,
  daysToPay: 0n,
};

/** The sum of both, number by number. */
export function addNumbers(one: Numbers, other: Numbers): Numbers {
  return {
    groups: mapGroups((name) => addSums(one.groups[name], other.groups[name])),
    ageing: one.ageing.map((sum, index) => addSums(sum, other.ageing[index] ?? NOTHING)),
    credited: addDocuments(one.credited, other.credited),
    paidThisMonthMinor: one.paidThisMonthMinor + other.paidThisMonthMinor,
    paidCount: one.paidCount + other.paidCount,
    daysToPay: one.daysToPay + other.daysToPay,
  };
}

function addSums(one: Sum, other: Sum): Sum {
  return {
    count: one.count + other.count,
    totalMinor: one.totalMinor + other.totalMinor,
    dueMinor: one.dueMinor + other.dueMinor,
    paidMinor: one.paidMinor + other.paidMinor,
    creditedMinor: one.creditedMinor + other.creditedMinor,
    writtenOffMinor: one.writtenOffMinor + other.writtenOffMinor,
  };
}

function addDocuments(one: DocumentSum, other: DocumentSum): DocumentSum {
  return {
    count: one.count + other.count,
    totalMinor: one.totalMinor + other.totalMinor,
    taxMinor: one.taxMinor + other.taxMinor,
  };
}

function mapGroups(sumOf: (name: GroupName) => Sum): Numbers['groups'] {
  return {
    draft: sumOf('draft'),
    unpaid: sumOf('unpaid'),
    overdue: sumOf('overdue'),
    paid: sumOf('paid'),
    voided: sumOf('voided'),
    uncollectible: sumOf('uncollectible'),
  };
}
