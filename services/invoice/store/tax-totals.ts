import { customType } from 'drizzle-orm/pg-core';
import type { TaxCategory } from '../domain/tax.ts';
import type { TaxBucket } from '../domain/tax-bucket.ts';

/** A bucket in JSON. Before there were categories only rate and amounts were stored. */
type StoredBucket = Pick<TaxBucket, 'taxPercent'> &
  Partial<Omit<TaxBucket, 'netMinor' | 'taxMinor'>> & { readonly netMinor: string; readonly taxMinor: string };

/** The taxes of an invoice as a `jsonb` column. Amounts are kept as text: numbers in JSON are not exact. */
export const taxTotals = customType<{ data: readonly TaxBucket[]; driverData: string }>({
  dataType: () => 'jsonb',
  toDriver: (buckets) =>
    JSON.stringify(
      buckets.map(
        ({ netMinor, taxMinor, ...bucket }): StoredBucket => ({
          ...bucket,
          netMinor: netMinor.toString(),
          taxMinor: taxMinor.toString(),
        }),
      ),
    ),
  fromDriver: (json) => {
    // The driver has parsed the JSON, which toDriver wrote.
    const buckets = json as unknown as readonly StoredBucket[];
    return buckets.map((bucket): TaxBucket => {
      const isOld = bucket.name === undefined;
      return {
        name: '',
        exemptionReason: '',
        exemptionCode: '',
        compound: false,
        ...(isOld ? { category: categoryOf(bucket.taxPercent) } : {}),
        ...bucket,
        netMinor: BigInt(bucket.netMinor),
        taxMinor: BigInt(bucket.taxMinor),
      };
    });
  },
});

function categoryOf(taxPercent: string): TaxCategory {
  return taxPercent === '0' ? 'ZERO_RATED' : 'STANDARD';
}
