import type { CreditNote } from '../../gen/numer/invoice/v1/credit_note_pb.ts';
import { Invoice_State } from '../../gen/numer/invoice/v1/invoice_pb.ts';
import { type Payment, Payment_Kind } from '../../gen/numer/invoice/v1/payment_pb.ts';
import type {
  AgeingBucket,
  ConvertedAmounts,
  ConvertedMonthlyStats,
  ConvertedStats,
  ConvertedTotal,
  CurrencyStats,
  CustomerStats,
  DocumentGroup,
  InvoiceGroup,
  MonthlyStats,
} from '../../gen/numer/stats/v1/stats_pb.ts';
import { AGEING_BUCKETS } from './domain/ageing.ts';
import { averageOf } from './domain/average.ts';
import {
  type Conversion,
  type CurrencyNumbers,
  findConversion,
  type StoredRate,
  totalOf,
} from './domain/conversion.ts';
import {
  type Amounts,
  addDocuments,
  addSums,
  convertAmounts,
  type DocumentSum,
  NO_NUMBERS,
  NOTHING,
  type Numbers,
  type Sum,
} from './domain/numbers.ts';
import type { CustomerTotalsRow } from './store/list-customer-totals.ts';
import type { MonthlyTotalsRow } from './store/list-monthly-totals.ts';
import type { Group } from './store/read-groups.ts';
import type { ProjectedState } from './store/schema.ts';

const STATES: ReadonlyMap<Invoice_State, ProjectedState> = new Map([
  [Invoice_State.DRAFT, 'DRAFT'],
  [Invoice_State.OPEN, 'OPEN'],
  [Invoice_State.PAID, 'PAID'],
  [Invoice_State.VOID, 'VOID'],
  [Invoice_State.UNCOLLECTIBLE, 'UNCOLLECTIBLE'],
]);

/** The state as it is stored. Throws for a state that this version does not know. */
export function toProjectedState(state: Invoice_State): ProjectedState {
  const projected = STATES.get(state);
  if (projected === undefined) throw new Error(`an invoice cannot be in state ${state}`);
  return projected;
}

/**
 * A payment as it is stored. A reversed payment has the amount 0. A write-off or discount is no payment: it gives undefined. A
 * payment from before customer credit existed states neither its kind nor its applied amount: it is money, applied in
 * full.
 */
export function toProjectedPayment(payment: Payment) {
  const { id, kind, amountMinor, appliedMinor, paymentDate, reverseTime } = payment;
  if (kind === Payment_Kind.WRITE_OFF || kind === Payment_Kind.EARLY_PAYMENT_DISCOUNT) return undefined;
  const isOld = kind === Payment_Kind.KIND_UNSPECIFIED;
  const isReversed = reverseTime !== undefined;
  return {
    paymentId: id,
    paymentMinor: isReversed ? 0n : amountMinor,
    paymentDate,
    paymentKind: kind === Payment_Kind.CREDIT ? 'CREDIT' : 'MONEY',
    appliedMinor: isReversed ? 0n : isOld ? amountMinor : appliedMinor,
    creditedTaxMinor: 0n,
  } as const;
}

/** A credit note as it is stored: among the payments, with nothing applied. */
export function toProjectedCreditNote(note: Pick<CreditNote, 'id' | 'issueDate' | 'totalMinor' | 'taxMinor'>) {
  return {
    paymentId: note.id,
    paymentMinor: note.totalMinor,
    paymentDate: note.issueDate,
    paymentKind: 'CREDIT_NOTE',
    appliedMinor: 0n,
    creditedTaxMinor: note.taxMinor,
  } as const;
}

/** The pattern of a currency code in a page cursor. */
export const CURRENCY_CURSOR = /^[A-Z]{3}$/;

/**
 * What reduced the amount due without being paid, as it is stored: credit notes and write-offs, each by itself. The
 * invoice's `creditedMinor` contains both.
 */
export function toProjectedCredits(invoice: { readonly creditedMinor: bigint; readonly writtenOffMinor: bigint }) {
  const { creditedMinor, writtenOffMinor } = invoice;
  return { creditedMinor: creditedMinor - writtenOffMinor, writtenOffMinor };
}

/**
 * The issue date as it is stored: null for a draft. The issue date of a draft is not binding, and the message of a
 * draft without one shows today.
 */
export function toIssueDate(invoice: { readonly state: Invoice_State; readonly issueDate: string }): string | null {
  return invoice.state === Invoice_State.DRAFT ? null : invoice.issueDate;
}

const GROUP_BY_STATE = {
  DRAFT: 'draft',
  OPEN: 'unpaid',
  PAID: 'paid',
  VOID: 'voided',
  UNCOLLECTIBLE: 'uncollectible',
} as const;

/** The numbers of each currency, in the order of the groups. */
export function toNumbersByCurrency(groups: readonly Group[]): ReadonlyMap<string, Numbers> {
  const byCurrency = new Map<string, Numbers>();
  for (const group of groups) {
    byCurrency.set(group.currencyCode, addGroup(byCurrency.get(group.currencyCode) ?? NO_NUMBERS, group));
  }
  return byCurrency;
}

function addGroup(numbers: Numbers, group: Group): Numbers {
  const { kind, bucket } = group;
  const [count, totalMinor] = [BigInt(group.count), BigInt(group.totalMinor)];
  if (kind === 'PAYMENT') return { ...numbers, paidThisMonthMinor: numbers.paidThisMonthMinor + totalMinor };
  if (kind === 'CREDIT_NOTE') {
    const documents = { count, totalMinor, taxMinor: BigInt(group.taxMinor) };
    return { ...numbers, credited: addDocuments(numbers.credited, documents) };
  }
  const sum = {
    count,
    totalMinor,
    dueMinor: BigInt(group.dueMinor),
    paidMinor: BigInt(group.paidMinor),
    creditedMinor: BigInt(group.creditedMinor),
    writtenOffMinor: BigInt(group.writtenOffMinor),
  };
  const { groups, ageing } = numbers;
  const name = GROUP_BY_STATE[kind];
  const isOverdue = bucket > 0;
  return {
    ...numbers,
    groups: {
      ...groups,
      [name]: addSums(groups[name], sum),
      ...(isOverdue ? { overdue: addSums(groups.overdue, sum) } : {}),
    },
    ageing: isOverdue ? ageing.with(bucket - 1, addSums(ageing[bucket - 1] ?? NOTHING, sum)) : ageing,
    paidCount: numbers.paidCount + BigInt(group.paidCount),
    daysToPay: numbers.daysToPay + BigInt(group.daysToPay),
  };
}

/** The message of one currency's numbers. */
export function toCurrencyStats({ currencyCode, numbers, conversion }: CurrencyNumbers): CurrencyStats {
  const { groups, ageing, paidCount, daysToPay } = numbers;
  return {
    ...toAmounts(numbers),
    $typeName: 'numer.stats.v1.CurrencyStats',
    currencyCode,
    dueMinor: toInt64(groups.unpaid.dueMinor),
    overdueAgeing: AGEING_BUCKETS.map((bucket, index) => toAgeingBucket(bucket, ageing[index] ?? NOTHING)),
    paidCount: Number(paidCount),
    ...(paidCount === 0n ? {} : { averageDaysToPay: averageOf(daysToPay, paidCount) }),
    ...(conversion === undefined ? {} : { converted: toConvertedStats(numbers, conversion) }),
  };
}

function toAgeingBucket(bucket: (typeof AGEING_BUCKETS)[number], invoices: Sum): AgeingBucket {
  return { $typeName: 'numer.stats.v1.AgeingBucket', ...bucket, invoices: toInvoiceGroup(invoices) };
}

function toConvertedStats(numbers: Numbers, conversion: Conversion): ConvertedStats {
  return {
    $typeName: 'numer.stats.v1.ConvertedStats',
    ...toRate(conversion),
    amounts: toAmounts(convertAmounts(numbers, conversion.convert)),
  };
}

function toRate({ targetCurrencyCode: currencyCode, rate, rateDate }: Conversion) {
  return { currencyCode, rate, rateDate };
}

/** The message of the total in one currency, with the currencies that it lacks because they have no conversion. */
export function toConvertedTotal(currencies: readonly CurrencyNumbers[], currencyCode: string): ConvertedTotal {
  const { amounts, unconvertedCurrencyCodes } = totalOf(currencies, currencyCode);
  return {
    $typeName: 'numer.stats.v1.ConvertedTotal',
    currencyCode,
    amounts: toAmounts(amounts),
    unconvertedCurrencyCodes: [...unconvertedCurrencyCodes],
  };
}

function toAmounts({ groups, credited, paidThisMonthMinor }: Amounts): ConvertedAmounts {
  return {
    $typeName: 'numer.stats.v1.ConvertedAmounts',
    draft: toInvoiceGroup(groups.draft),
    unpaid: toInvoiceGroup(groups.unpaid),
    overdue: toInvoiceGroup(groups.overdue),
    paid: toInvoiceGroup(groups.paid),
    voided: toInvoiceGroup(groups.voided),
    uncollectible: toInvoiceGroup(groups.uncollectible),
    credited: toDocumentGroup(credited),
    paidThisMonthMinor: toInt64(paidThisMonthMinor),
  };
}

function toInvoiceGroup(sum: Sum): InvoiceGroup {
  const { count, totalMinor, dueMinor, paidMinor, creditedMinor, writtenOffMinor } = sum;
  return {
    $typeName: 'numer.stats.v1.InvoiceGroup',
    count: Number(count),
    totalMinor: toInt64(totalMinor),
    dueMinor: toInt64(dueMinor),
    paidMinor: toInt64(paidMinor),
    creditedMinor: toInt64(creditedMinor),
    writtenOffMinor: toInt64(writtenOffMinor),
    payableMinor: toInt64(paidMinor + creditedMinor + writtenOffMinor + dueMinor),
  };
}

/** The message of what was invoiced, credited and paid in a month. */
export function toMonthlyStats(row: MonthlyTotalsRow, targetCurrencyCode: string): MonthlyStats {
  const invoiced = documentsOf(row.invoicedCount, row.invoicedTotalMinor, row.invoicedTaxMinor);
  const credited = documentsOf(row.creditedCount, row.creditedTotalMinor, row.creditedTaxMinor);
  const amounts = {
    revenueMinor: netOf(invoiced) - netOf(credited),
    taxMinor: invoiced.taxMinor - credited.taxMinor,
    paidMinor: BigInt(row.paidMinor),
  };
  const conversion = findConversion(row.currencyCode, targetCurrencyCode, rateOf(row));
  return {
    $typeName: 'numer.stats.v1.MonthlyStats',
    month: row.month.slice(0, 7),
    currencyCode: row.currencyCode,
    invoiced: toDocumentGroup(invoiced),
    credited: toDocumentGroup(credited),
    revenueMinor: toInt64(amounts.revenueMinor),
    taxMinor: toInt64(amounts.taxMinor),
    paidMinor: toInt64(amounts.paidMinor),
    ...(conversion === undefined ? {} : { converted: toConvertedMonthlyStats(amounts, conversion) }),
  };
}

function toConvertedMonthlyStats(
  amounts: Readonly<Record<'revenueMinor' | 'taxMinor' | 'paidMinor', bigint>>,
  conversion: Conversion,
): ConvertedMonthlyStats {
  return {
    $typeName: 'numer.stats.v1.ConvertedMonthlyStats',
    ...toRate(conversion),
    revenueMinor: toInt64(conversion.convert(amounts.revenueMinor)),
    taxMinor: toInt64(conversion.convert(amounts.taxMinor)),
    paidMinor: toInt64(conversion.convert(amounts.paidMinor)),
  };
}

function rateOf({ rate, rateDate }: MonthlyTotalsRow): StoredRate | undefined {
  return rate === null || rateDate === null ? undefined : { rate, rateDate };
}

/** The message of a customer's numbers in one currency. */
export function toCustomerStats(row: CustomerTotalsRow): CustomerStats {
  return {
    $typeName: 'numer.stats.v1.CustomerStats',
    customerId: row.customerId,
    currencyCode: row.currencyCode,
    invoiced: toDocumentGroup(documentsOf(row.invoicedCount, row.invoicedTotalMinor, row.invoicedTaxMinor)),
    credited: toDocumentGroup(documentsOf(row.creditedCount, row.creditedTotalMinor, row.creditedTaxMinor)),
    paidMinor: toInt64(BigInt(row.paidMinor)),
    dueMinor: toInt64(BigInt(row.dueMinor)),
    overdueMinor: toInt64(BigInt(row.overdueMinor)),
    writtenOffMinor: toInt64(BigInt(row.writtenOffMinor)),
  };
}

function documentsOf(count: bigint, totalMinor: string, taxMinor: string): DocumentSum {
  return { count, totalMinor: BigInt(totalMinor), taxMinor: BigInt(taxMinor) };
}

function netOf({ totalMinor, taxMinor }: DocumentSum): bigint {
  return totalMinor - taxMinor;
}

function toDocumentGroup(documents: DocumentSum): DocumentGroup {
  return {
    $typeName: 'numer.stats.v1.DocumentGroup',
    count: Number(documents.count),
    netMinor: toInt64(netOf(documents)),
    taxMinor: toInt64(documents.taxMinor),
    totalMinor: toInt64(documents.totalMinor),
  };
}

const INT64_MAX = 2n ** 63n - 1n;

/** Clips a sum to what the contract's int64 can hold: the sum of ten thousand of the largest invoices is more. */
function toInt64(value: bigint): bigint {
  if (value > INT64_MAX) return INT64_MAX;
  return value < -INT64_MAX ? -INT64_MAX : value;
}
