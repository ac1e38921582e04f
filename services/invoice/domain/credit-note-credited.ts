import type { Creditable } from './credit-note-creditable.ts';
import { addDecimals, formatDecimal } from './decimal.ts';
import { parseQuantity } from './line-amounts.ts';

/** What all credit notes of an invoice have credited so far, by the keys of parts and pools. */
export type Credited = {
  readonly parts: Readonly<Record<string, CreditedPart>>;
  /** Of the taxes of the pools, by the pool's key and the tax's place in it. */
  readonly taxes: Readonly<Record<string, { readonly baseMinor: bigint; readonly taxMinor: bigint }>>;
  readonly roundingMinor: bigint;
};

/** What was credited of a part; of a line also the quantity, if one was given. */
export type CreditedPart = {
  readonly netMinor: bigint;
  readonly includedTaxMinor: bigint;
  readonly quantity: string;
};

/** Before the first credit note. */
export const NOTHING_CREDITED: Credited = { parts: {}, taxes: {}, roundingMinor: 0n };

const NO_PART: CreditedPart = { netMinor: 0n, includedTaxMinor: 0n, quantity: '0' };

/** What was credited of a part. */
export function creditedOf(credited: Credited, key: string): CreditedPart {
  return credited.parts[key] ?? NO_PART;
}

/** What remains of all that could be credited. */
export function remainingOf(whole: Creditable, credited: Credited): Creditable {
  return {
    ...whole,
    pools: whole.pools.map((pool) => ({
      ...pool,
      parts: pool.parts.map((part) => {
        const { netMinor, includedTaxMinor } = creditedOf(credited, part.key);
        return {
          ...part,
          netMinor: part.netMinor - netMinor,
          includedTaxMinor: part.includedTaxMinor - includedTaxMinor,
        };
      }),
      taxes: pool.taxes.map((tax, index) => {
        const { baseMinor = 0n, taxMinor = 0n } = credited.taxes[`${pool.key} ${index}`] ?? {};
        return { ...tax, baseMinor: tax.baseMinor - baseMinor, taxMinor: tax.taxMinor - taxMinor };
      }),
    })),
    roundingMinor: whole.roundingMinor - credited.roundingMinor,
  };
}

/**
 * What was credited with a further credit note added to it; `quantities` are those of its lines, by the key of the
 * part.
 */
export function addCredit(credited: Credited, credit: Creditable, quantities: ReadonlyMap<string, string>): Credited {
  const parts = credit.pools.flatMap((pool) =>
    pool.parts.map((part): [string, CreditedPart] => {
      const before = creditedOf(credited, part.key);
      return [
        part.key,
        {
          netMinor: before.netMinor + part.netMinor,
          includedTaxMinor: before.includedTaxMinor + part.includedTaxMinor,
          quantity: addQuantities(before.quantity, quantities.get(part.key)),
        },
      ];
    }),
  );
  const taxes = credit.pools.flatMap((pool) =>
    pool.taxes.map(({ baseMinor, taxMinor }, index) => {
      const key = `${pool.key} ${index}`;
      const before = credited.taxes[key] ?? { baseMinor: 0n, taxMinor: 0n };
      return [key, { baseMinor: before.baseMinor + baseMinor, taxMinor: before.taxMinor + taxMinor }] as const;
    }),
  );
  return {
    parts: Object.fromEntries(parts),
    taxes: Object.fromEntries(taxes),
    roundingMinor: credited.roundingMinor + credit.roundingMinor,
  };
}

function addQuantities(before: string, added: string | undefined): string {
  if (added === undefined) return before;
  return formatDecimal(addDecimals(parseQuantity(before, 'quantity'), parseQuantity(added, 'quantity')));
}
