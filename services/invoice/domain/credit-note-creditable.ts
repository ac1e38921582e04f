import { spread } from './allocate.ts';
import { sum } from './amount.ts';
import { calculatePools, type InvoiceAmounts } from './calculate.ts';
import type { CalculatedLine } from './line-amounts.ts';
import { taxKey } from './tax.ts';
import { bucketKey } from './tax-bucket.ts';
import type { PoolTax } from './tax-pool.ts';

/** What decides how much of an opened invoice can be credited. */
export type CreditableInvoice = Omit<InvoiceAmounts, 'lines'> & {
  readonly currencyCode: string;
  readonly lines: readonly (CalculatedLine & { readonly id: string })[];
};

/** What a part of an invoice is. A discount is the part of the document's discount that is taken off its pool. */
export type PartKind = 'line' | 'allowance' | 'charge' | 'discount';

/** An amount that an invoice is made of, as it adds to the total: that of an allowance or a discount is negative. */
export type CreditPart = {
  readonly kind: PartKind;
  /** Index in the invoice's list of that kind; 0 for a discount. */
  readonly index: number;
  /** Unique within the invoice. */
  readonly key: string;
  readonly netMinor: bigint;
  /** The tax within it when prices contain tax. */
  readonly includedTaxMinor: bigint;
};

/** Parts of an invoice that are taxed together. */
export type CreditPool = {
  /** Unique within the invoice. */
  readonly key: string;
  readonly parts: readonly CreditPart[];
  /** In the order in which they are applied. */
  readonly taxes: readonly PoolTax[];
};

/** What can be credited of an invoice: all of it, what remains, or what one credit note takes. */
export type Creditable = {
  readonly pricesIncludeTax: boolean;
  readonly pools: readonly CreditPool[];
  readonly roundingMinor: bigint;
};

/**
 * All that can be credited of an invoice: its stored amounts, separated into pools in the way in which they were
 * calculated. The difference between a bucket and the sum of its pools is spread over the pools in proportion, so that
 * crediting everything gives exactly what the invoice says: each line, each bucket, retained taxes, rounding and total.
 */
export function creditableOf(invoice: CreditableInvoice): Creditable {
  const { pools, discounts, nets, poolTaxes } = calculatePools(invoice);
  const discountNets = reconcile(
    invoice.discountMinor,
    nets.map(({ discountMinor }) => discountMinor),
  );
  const taxes = storedTaxes(invoice, poolTaxes);
  return {
    pricesIncludeTax: invoice.pricesIncludeTax,
    pools: pools.map((pool, index) => {
      const parts = [
        ...pool.lines.map((line) => partOf(invoice, 'line', line)),
        ...pool.allowances.map((allowance) => partOf(invoice, 'allowance', allowance)),
        ...pool.charges.map((charge) => partOf(invoice, 'charge', charge)),
      ];
      const key = invoice.roundingPolicy === 'LINE' ? (parts[0]?.key ?? '') : JSON.stringify(pool.applied.map(taxKey));
      const netMinor = -(discountNets[index] ?? 0n);
      const includedTaxMinor = -(discounts[index] ?? 0n) - netMinor;
      const discount: CreditPart = { kind: 'discount', index: 0, key: `discount ${key}`, netMinor, includedTaxMinor };
      return { key, parts: [...parts, discount], taxes: taxes[index] ?? [] };
    }),
    roundingMinor: invoice.roundingMinor,
  };
}

/** The amount of a part as it was typed, with tax when prices contain tax. */
export function typedOf({ netMinor, includedTaxMinor }: CreditPart): bigint {
  return netMinor + includedTaxMinor;
}

/** The sum of the parts of a pool, without tax. */
export function netOf({ parts }: CreditPool): bigint {
  return sum(parts.map(({ netMinor }) => netMinor));
}

/** What a pool comes to: its net and its taxes, less those that the customer keeps back. */
export function amountOf(pool: CreditPool): bigint {
  return netOf(pool) + sum(pool.taxes.map(({ tax, taxMinor }) => (tax.retained ? -taxMinor : taxMinor)));
}

/** What all pools come to, without the rounding: total less retained taxes. */
export function amountOfAll({ pools }: Creditable): bigint {
  return sum(pools.map(amountOf));
}

/** What the customer gets: total less retained taxes, rounded as the invoice is. */
export function payableOfAll(creditable: Creditable): bigint {
  return amountOfAll(creditable) + creditable.roundingMinor;
}

function partOf(invoice: CreditableInvoice, kind: 'line' | 'allowance' | 'charge', index: number): CreditPart {
  if (kind === 'line') {
    const line = invoice.lines[index];
    const { id = '', netMinor = 0n, includedTaxMinor = 0n } = line ?? {};
    return { kind, index, key: `line ${id}`, netMinor, includedTaxMinor };
  }
  const { netMinor = 0n, calculatedMinor = 0n } =
    (kind === 'allowance' ? invoice.allowances[index] : invoice.charges[index]) ?? {};
  const sign = kind === 'allowance' ? -1n : 1n;
  const includedTaxMinor = sign * (calculatedMinor - netMinor);
  return { kind, index, key: `${kind} ${index}`, netMinor: sign * netMinor, includedTaxMinor };
}

/** The taxes of each pool. The amounts of one tax add up to its stored bucket. */
function storedTaxes(invoice: CreditableInvoice, poolTaxes: readonly (readonly PoolTax[])[]): PoolTax[][] {
  const stored = new Map([
    ...invoice.taxes.map((bucket) => [bucketKey(bucket, false), bucket] as const),
    ...invoice.retainedTaxes.map((bucket) => [bucketKey(bucket, true), bucket] as const),
  ]);
  const members = Map.groupBy(
    poolTaxes.flatMap((taxes, pool) => taxes.map((poolTax, index) => ({ ...poolTax, place: `${pool} ${index}` }))),
    ({ tax }) => taxKey(tax),
  );
  const reconciled = new Map<string, PoolTax>();
  for (const [key, taxes] of members) {
    const calculated = taxes.map(({ baseMinor }) => baseMinor);
    const bucket = stored.get(key) ?? { netMinor: sum(calculated), taxMinor: 0n };
    const bases = reconcile(bucket.netMinor, calculated);
    const amounts = reconcile(
      bucket.taxMinor,
      taxes.map(({ taxMinor }) => taxMinor),
      bases,
    );
    for (const [index, { tax, place }] of taxes.entries()) {
      reconciled.set(place, { tax, baseMinor: bases[index] ?? 0n, taxMinor: amounts[index] ?? 0n });
    }
  }
  return poolTaxes.map((taxes, pool) => taxes.flatMap((_, index) => reconciled.get(`${pool} ${index}`) ?? []));
}

/** The parts, if they add up to the total; otherwise the total in proportion to the weights. */
function reconcile(totalMinor: bigint, parts: readonly bigint[], weights = parts): readonly bigint[] {
  if (sum(parts) === totalMinor) return parts;
  if (sum(weights) !== 0n) return spread(totalMinor, weights);
  return parts.map((_, index) => (index === 0 ? totalMinor : 0n));
}
