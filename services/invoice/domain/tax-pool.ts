import type { Currency } from '../../../runtime/currency.ts';
import { allocate, spread } from './allocate.ts';
import { decimalFromMinor, minorUnits } from './currency.ts';
import { addDecimals, type Decimal, divideDecimals, ONE, percentOf, rescaleDecimal } from './decimal.ts';
import { parsePercent } from './percent.ts';
import { compareTaxes, type Tax, taxKey } from './tax.ts';

/** When tax is rounded: once for each tax of the document (EN 16931, BR-CO-17), or on each line. */
export const ROUNDING_POLICIES = ['DOCUMENT', 'LINE'] as const;

/** One of {@link ROUNDING_POLICIES}. */
export type RoundingPolicy = (typeof ROUNDING_POLICIES)[number];

/** An amount of the document with the taxes on it. It contains them when the document's prices do. */
export type TaxedAmount = { readonly typedMinor: bigint; readonly applied: readonly Tax[] };

/** The amounts that a document is made of, each list in the order of the input. */
export type TaxedAmounts = {
  readonly lines: readonly TaxedAmount[];
  readonly allowances: readonly TaxedAmount[];
  readonly charges: readonly TaxedAmount[];
};

/** The document's own discount: a share of every line's amount, or an amount. */
export type Discount = { readonly percent: Decimal; readonly discountMinor: bigint };

/** Amounts that are rounded together because they carry the same taxes; with the policy `LINE`, one amount alone. */
export type TaxPool = {
  readonly applied: readonly Tax[];
  /** Indexes of its amounts in the lists of the document. */
  readonly lines: readonly number[];
  readonly allowances: readonly number[];
  readonly charges: readonly number[];
  /** Sum of its lines. */
  readonly linesMinor: bigint;
};

/** The amounts of a pool without tax, and all of the tax that was in them. */
export type PoolNets = {
  readonly lines: readonly bigint[];
  readonly discountMinor: bigint;
  readonly allowances: readonly bigint[];
  readonly charges: readonly bigint[];
  /** What is taxed: lines - discount - allowances + charges. */
  readonly netMinor: bigint;
  /** Zero unless prices contain tax. */
  readonly includedTaxMinor: bigint;
};

/** One tax on a pool: on its net, or on that and the taxes before it when it is compound. */
export type PoolTax = { readonly tax: Tax; readonly baseMinor: bigint; readonly taxMinor: bigint };

/**
 * Puts the document's amounts into pools. The order of the pools does not depend on the order of the lines, so that
 * ties of the largest remainder do not either: lowest rate first, and pools of the same taxes by size.
 */
export function createPools(amounts: TaxedAmounts, policy: RoundingPolicy): TaxPool[] {
  const pools = new Map<string, TaxPool>();
  for (const kind of ['lines', 'allowances', 'charges'] as const) {
    for (const [index, { applied, typedMinor }] of amounts[kind].entries()) {
      const key = policy === 'LINE' ? `${kind} ${index}` : JSON.stringify(applied.map(taxKey));
      const pool = pools.get(key) ?? { applied, lines: [], allowances: [], charges: [], linesMinor: 0n };
      pools.set(key, {
        ...pool,
        [kind]: [...pool[kind], index],
        linesMinor: pool.linesMinor + (kind === 'lines' ? typedMinor : 0n),
      });
    }
  }
  return [...pools.values()].sort(comparePools);
}

/** The part of the discount that each pool gets, by largest remainder. */
export function spreadDiscount({ percent, discountMinor }: Discount, pools: readonly TaxPool[]): bigint[] {
  const weights = pools.map(({ linesMinor }) => linesMinor);
  if (percent.coefficient !== 0n) {
    const shares = weights.map((weight) => weight * percent.coefficient);
    return allocate(discountMinor, shares, 100n * 10n ** BigInt(percent.scale));
  }
  // A discount has the sign of the whole, and a whole of zero has no discount.
  return spread(discountMinor, weights);
}

/**
 * Separates the tax from the amounts of a pool when they contain it. Each running sum is divided and rounded
 * separately, and an amount's net is what it adds to the running net. So the nets sum to the net of the whole, which is
 * rounded once, and net and tax of the whole sum to exactly what was typed.
 */
export function netsOf(
  pool: TaxPool,
  amounts: TaxedAmounts,
  discountMinor: bigint,
  pricesIncludeTax: boolean,
): PoolNets {
  const factor = pricesIncludeTax ? grossFactor(pool.applied) : ONE;
  let typedMinor = 0n;
  let netMinor = 0n;
  const add = (amountMinor: bigint): bigint => {
    typedMinor += amountMinor;
    const before = netMinor;
    netMinor = divideDecimals({ coefficient: typedMinor, scale: 0 }, factor, 0).coefficient;
    return netMinor - before;
  };
  const typedOf = (kind: keyof TaxedAmounts, index: number) => amounts[kind][index]?.typedMinor ?? 0n;
  const lines = pool.lines.map((index) => add(typedOf('lines', index)));
  const discountNetMinor = -add(-discountMinor);
  const allowances = pool.allowances.map((index) => -add(-typedOf('allowances', index)));
  const charges = pool.charges.map((index) => add(typedOf('charges', index)));
  return {
    lines,
    discountMinor: discountNetMinor,
    allowances,
    charges,
    netMinor,
    includedTaxMinor: typedMinor - netMinor,
  };
}

/**
 * The taxes on a pool in their order, each rounded. A compound tax is on the net and the taxes before it. When the
 * amounts contain tax, that tax is split by largest remainder, so that the taxes sum to it.
 */
export function taxesOf(
  pool: TaxPool,
  { netMinor, includedTaxMinor }: PoolNets,
  pricesIncludeTax: boolean,
  currency: Currency,
): PoolTax[] {
  const included = pricesIncludeTax ? splitIncludedTax(pool.applied, netMinor, includedTaxMinor) : [];
  let chargedMinor = 0n;
  return pool.applied.map((tax, index) => {
    const baseMinor = tax.compound ? netMinor + chargedMinor : netMinor;
    const taxMinor = (tax.retained ? undefined : included[index]) ?? taxOn(baseMinor, tax, currency);
    if (!tax.retained) chargedMinor += taxMinor;
    return { tax, baseMinor, taxMinor };
  });
}

/** The tax on an amount, rounded half away from zero. */
export function taxOn(baseMinor: bigint, { percent }: Tax, currency: Currency): bigint {
  const tax = percentOf(decimalFromMinor(baseMinor, currency), parsePercent(percent, 'percent'));
  return minorUnits(tax, currency);
}

/** By how much each tax multiplies a net amount, exactly; zero for a retained one. */
function taxFactors(applied: readonly Tax[]): Decimal[] {
  let factor = ONE;
  return applied.map(({ percent, compound, retained }) => {
    const share = percentOf(compound ? factor : ONE, parsePercent(retained ? '0' : percent, 'percent'));
    factor = addDecimals(factor, share);
    return share;
  });
}

/** By how much all taxes together multiply a net amount, exactly. */
function grossFactor(applied: readonly Tax[]): Decimal {
  return taxFactors(applied).reduce(addDecimals, ONE);
}

function splitIncludedTax(applied: readonly Tax[], netMinor: bigint, includedTaxMinor: bigint): bigint[] {
  const factors = taxFactors(applied);
  const grossMinor = netMinor + includedTaxMinor;
  const scale = Math.max(0, ...factors.map((factor) => factor.scale));
  const coefficients = factors.map((factor) => rescaleDecimal(factor, scale).coefficient);
  const whole = rescaleDecimal(grossFactor(applied), scale).coefficient;
  return allocate(
    includedTaxMinor,
    coefficients.map((coefficient) => grossMinor * coefficient),
    whole,
  );
}

function comparePools(a: TaxPool, b: TaxPool): number {
  for (const [index, tax] of a.applied.entries()) {
    const other = b.applied[index];
    if (other === undefined) return 1;
    const order = compareTaxes(tax, other);
    if (order !== 0) return order;
  }
  if (a.applied.length !== b.applied.length) return -1;
  return a.linesMinor < b.linesMinor ? -1 : a.linesMinor > b.linesMinor ? 1 : 0;
}
