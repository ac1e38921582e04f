import { customType } from 'drizzle-orm/pg-core';
import type { TaxBucket } from '../domain/calculate.ts';

type StoredBucket = { readonly taxPercent: string; readonly netMinor: string; readonly taxMinor: string };

/** The taxes of an invoice as a `jsonb` column. Amounts are kept as text: numbers in JSON are not exact. */
export const taxTotals = customType<{ data: readonly TaxBucket[]; driverData: string }>({
  dataType: () => 'jsonb',
  toDriver: (buckets) =>
    JSON.stringify(
      buckets.map(
        ({ taxPercent, netMinor, taxMinor }): StoredBucket => ({
          taxPercent,
          netMinor: netMinor.toString(),
          taxMinor: taxMinor.toString(),
        }),
      ),
    ),
  fromDriver: (json) => {
    // The driver has parsed the JSON, which toDriver wrote.
    const buckets = json as unknown as readonly StoredBucket[];
    return buckets.map(({ taxPercent, netMinor, taxMinor }) => ({
      taxPercent,
      netMinor: BigInt(netMinor),
      taxMinor: BigInt(taxMinor),
    }));
  },
});
