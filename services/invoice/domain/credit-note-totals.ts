import { sum } from './amount.ts';
import { amountOfAll, type Creditable, netOf, type PartKind } from './credit-note-creditable.ts';
import { bucketKey, createBuckets, type TaxBucket } from './tax-bucket.ts';

/**
 * Amounts of a credit note in minor units, named like those of an invoice: `totalMinor = subtotalMinor - discountMinor -
 * allowanceMinor + chargeMinor + taxMinor` and `payableMinor = totalMinor - retainedMinor + roundingMinor`.
 */
export type CreditTotals = {
  readonly subtotalMinor: bigint;
  readonly discountMinor: bigint;
  readonly allowanceMinor: bigint;
  readonly chargeMinor: bigint;
  /** One entry per tax, lowest rate first. */
  readonly taxes: readonly TaxBucket[];
  readonly taxMinor: bigint;
  readonly totalMinor: bigint;
  readonly retainedTaxes: readonly TaxBucket[];
  readonly retainedMinor: bigint;
  readonly roundingMinor: bigint;
  /** What the customer gets. */
  readonly payableMinor: bigint;
};

/** Adds a credit up; `exemptions` are the buckets of its invoice, which say why a tax is not charged. */
export function creditTotals(credit: Creditable, exemptions: readonly TaxBucket[]): CreditTotals {
  const parts = credit.pools.flatMap((pool) => pool.parts);
  const netsOf = (kind: PartKind) => sum(parts.filter((part) => part.kind === kind).map(({ netMinor }) => netMinor));
  const [taxes, retainedTaxes] = [bucketsOf(credit, false, exemptions), bucketsOf(credit, true, exemptions)];
  const taxMinor = sum(taxes.map((bucket) => bucket.taxMinor));
  const retainedMinor = sum(retainedTaxes.map((bucket) => bucket.taxMinor));
  return {
    subtotalMinor: netsOf('line'),
    discountMinor: -netsOf('discount'),
    allowanceMinor: -netsOf('allowance'),
    chargeMinor: netsOf('charge'),
    taxes,
    taxMinor,
    totalMinor: sum(credit.pools.map(netOf)) + taxMinor,
    retainedTaxes,
    retainedMinor,
    roundingMinor: credit.roundingMinor,
    payableMinor: amountOfAll(credit) + credit.roundingMinor,
  };
}

/** The buckets of the taxes that something is credited of. */
function bucketsOf({ pools }: Creditable, retained: boolean, exemptions: readonly TaxBucket[]): TaxBucket[] {
  const reasons = new Map(exemptions.map((bucket) => [bucketKey(bucket, false), bucket]));
  const taxes = pools.flatMap((pool) => pool.taxes).filter(({ tax }) => tax.retained === retained);
  return createBuckets(taxes, reasons).filter(({ netMinor, taxMinor }) => netMinor !== 0n || taxMinor !== 0n);
}
