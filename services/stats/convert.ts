import type { MessageInitShape } from '@bufbuild/protobuf';
import { Invoice_State } from '../../gen/numer/invoice/v1/invoice_pb.ts';
import type { CurrencyStatsSchema, InvoiceGroupSchema } from '../../gen/numer/stats/v1/stats_pb.ts';
import type { Group } from './store/read-groups.ts';
import type { ProjectedState } from './store/schema.ts';

const STATES: ReadonlyMap<Invoice_State, ProjectedState> = new Map([
  [Invoice_State.DRAFT, 'DRAFT'],
  [Invoice_State.OPEN, 'OPEN'],
  [Invoice_State.PAID, 'PAID'],
  [Invoice_State.VOID, 'VOID'],
  [Invoice_State.UNCOLLECTIBLE, 'UNCOLLECTIBLE'],
]);

/** The state as it is stored. Throws for one that this version does not know. */
export function toProjectedState(state: Invoice_State): ProjectedState {
  const projected = STATES.get(state);
  if (projected === undefined) throw new Error(`an invoice cannot be in state ${state}`);
  return projected;
}

/** The numbers of each currency, in the order of the groups. */
export function toCurrencyStats(groups: readonly Group[]): MessageInitShape<typeof CurrencyStatsSchema>[] {
  return [...Map.groupBy(groups, ({ currencyCode }) => currencyCode)].map(([currencyCode, ofCurrency]) => {
    const unpaid = sum(ofCurrency, 'OPEN', 'OVERDUE');
    return {
      currencyCode,
      draft: sum(ofCurrency, 'DRAFT'),
      unpaid,
      overdue: sum(ofCurrency, 'OVERDUE'),
      paid: sum(ofCurrency, 'PAID'),
      voided: sum(ofCurrency, 'VOID'),
      uncollectible: sum(ofCurrency, 'UNCOLLECTIBLE'),
      dueMinor: unpaid.dueMinor,
      paidThisMonthMinor: sum(ofCurrency, 'PAYMENT').totalMinor,
    };
  });
}

function sum(groups: readonly Group[], ...kinds: readonly string[]) {
  const chosen = groups.filter(({ kind }) => kinds.includes(kind));
  return {
    count: chosen.reduce((total, { count }) => total + Number(count), 0),
    totalMinor: toInt64(chosen.reduce((total, { totalMinor }) => total + BigInt(totalMinor), 0n)),
    dueMinor: toInt64(chosen.reduce((total, { dueMinor }) => total + BigInt(dueMinor), 0n)),
  } satisfies MessageInitShape<typeof InvoiceGroupSchema>;
}

const INT64_MAX = 2n ** 63n - 1n;

/** What the contract's int64 can say: the sum of ten thousand of the largest invoices is more, and is shown as the most. */
function toInt64(value: bigint): bigint {
  if (value > INT64_MAX) return INT64_MAX;
  return value < -INT64_MAX ? -INT64_MAX : value;
}
