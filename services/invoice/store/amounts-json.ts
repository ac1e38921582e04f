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

/** The value that JSON stands for: what is named `...Minor` is an amount. */
export function fromAmountsJson<T>(json: AmountsJson<T>): T {
  const revive = (name: string, value: unknown): unknown => {
    if (name.endsWith('Minor')) return BigInt(String(value));
    if (Array.isArray(value)) return value.map((item) => revive('', item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, revive(key, item)]));
  };
  return revive('', json) as T; // exactly what AmountsJson changed is changed back
}

/** A list with amounts in it as a `jsonb` column. */
export const amountsList = <Item>(name: string) =>
  customType<{ data: readonly Item[]; driverData: string }>({
    dataType: () => 'jsonb',
    toDriver: toJsonText,
    // The driver has parsed the JSON, which toDriver wrote.
    fromDriver: (json) => fromAmountsJson<readonly Item[]>(json as unknown as AmountsJson<readonly Item[]>),
  })(name);

/** An object with amounts in it as a `jsonb` column. */
export const amountsObject = <T>(name: string) =>
  customType<{ data: T; driverData: string }>({
    dataType: () => 'jsonb',
    toDriver: toJsonText,
    // The driver has parsed the JSON, which toDriver wrote.
    fromDriver: (json) => fromAmountsJson<T>(json as unknown as AmountsJson<T>),
  })(name);

/** The totals of each tax as a `jsonb` column. Before there were categories only rate and amounts were stored. */
export const taxTotals = customType<{ data: readonly TaxBucket[]; driverData: string }>({
  dataType: () => 'jsonb',
  toDriver: toJsonText,
  fromDriver: (json) =>
    // The driver has parsed the JSON, which toDriver wrote.
    (json as unknown as readonly AmountsJson<TaxBucket>[]).map((stored): TaxBucket => {
      const bucket = fromAmountsJson<TaxBucket>(stored);
      return 'name' in stored ? bucket : { ...UNNAMED, category: categoryOf(bucket.taxPercent), ...bucket };
    }),
});

const UNNAMED = { name: '', exemptionReason: '', exemptionCode: '', compound: false };

function categoryOf(taxPercent: string): TaxCategory {
  return taxPercent === '0' ? 'ZERO_RATED' : 'STANDARD';
}

function toJsonText(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? item.toString() : item));
}
