import { customType } from 'drizzle-orm/pg-core';
import type { TaxCategory } from '../domain/tax.ts';
import type { TaxBucket } from '../domain/tax-bucket.ts';

/** A value in JSON: every bigint is text, because numbers in JSON are not exact. */
export type AmountsJson<T> = T extends bigint
  ? string
  : T extends readonly (infer Item)[]
    ? readonly AmountsJson<Item>[]
    : T extends object
      ? { readonly [Name in keyof T]: AmountsJson<T[Name]> }
      : T;

/**
 * The value that JSON stands for: fields named `...Minor` are amounts. The JSON is changed in place, so it must be the
 * caller's own, like JSON that the driver has parsed.
 */
export function fromAmountsJson<T>(json: AmountsJson<T>): T {
  revive(json);
  return json as T; // exactly what AmountsJson changed is changed back
}

function revive(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const item of value) revive(item);
    return;
  }
  const object = value as Record<string, unknown>; // JSON has no other objects
  for (const name in object) {
    if (name.endsWith('Minor')) object[name] = BigInt(String(object[name]));
    else revive(object[name]);
  }
}

/** A list or an object with amounts in it as a `jsonb` column. */
export const amountsJson = <T>(name: string) =>
  customType<{ data: T; driverData: string }>({
    dataType: () => 'jsonb',
    toDriver: toJsonText,
    // The driver has parsed the JSON, which toDriver wrote.
    fromDriver: (json) => fromAmountsJson<T>(json as unknown as AmountsJson<T>),
  })(name);

/** The totals of each tax as a `jsonb` column. Rows from before there were categories have only rate and amounts. */
export const taxTotals = customType<{ data: readonly TaxBucket[]; driverData: string }>({
  dataType: () => 'jsonb',
  toDriver: toJsonText,
  fromDriver: (json) =>
    // The driver has parsed the JSON, which toDriver wrote.
    (json as unknown as readonly AmountsJson<TaxBucket>[]).map((stored): TaxBucket => {
      const bucket = fromAmountsJson<TaxBucket>(stored);
      return 'name' in stored
        ? { ...UNNAMED, ...bucket }
        : { ...UNNAMED, category: categoryOf(bucket.taxPercent), ...bucket };
    }),
});

const UNNAMED = { name: '', exemptionReason: '', exemptionCode: '', compound: false };

function categoryOf(taxPercent: string): TaxCategory {
  return taxPercent === '0' ? 'ZERO_RATED' : 'STANDARD';
}

function toJsonText(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? item.toString() : item));
}
