import { exemptionRuleOf, type ResolvedTaxes, resolveTaxes, type Tax, type TaxCategory } from '../domain/tax.ts';
import type { TaxBucket } from '../domain/tax-bucket.ts';
import type { DocumentAdjustment, Line, Vat, VatTotal } from './electronic-invoice.ts';
import type { Problem } from './problem.ts';
import type { Specification } from './specification.ts';

/** Codes of UNTDID 5305, as BR-CL-17 lists them. */
export const CATEGORY_CODES = {
  STANDARD: 'S',
  ZERO_RATED: 'Z',
  EXEMPT: 'E',
  REVERSE_CHARGE: 'AE',
  INTRA_COMMUNITY: 'K',
  EXPORT: 'G',
  OUTSIDE_SCOPE: 'O',
  CANARY_ISLANDS: 'L',
  CEUTA_MELILLA: 'M',
  SPLIT_PAYMENT: 'B',
} as const satisfies Readonly<Record<TaxCategory, string>>;

/** The names of categories in rules, where they are not the codes. */
const RULE_NAMES: Partial<Record<TaxCategory, string>> = {
  INTRA_COMMUNITY: 'IC',
  CANARY_ISLANDS: 'AF',
  CEUTA_MELILLA: 'AG',
};

/** The rate of a tax (BT-96, BT-103, BT-152). There is none outside the scope of tax (BR-O-5 to BR-O-7). */
export function rateOf({ category, percent }: Vat): string {
  return category === 'OUTSIDE_SCOPE' ? '' : percent;
}

/**
 * The rate in the total of a tax (BT-119), which all specifications but the core of the standard want outside the scope
 * of tax as well (BR-DE-14).
 */
export function totalRateOf(vat: Vat, specification: Specification): string {
  return specification === 'EN16931' ? rateOf(vat) : vat.percent;
}

/** The rule of this number that each category has: `BR-S-2`, `BR-IC-2`. */
export function ruleOf({ category }: Pick<Vat, 'category'>, number: number): string {
  return `BR-${RULE_NAMES[category] ?? CATEGORY_CODES[category]}-${number}`;
}

/** Something with taxes, as it is stored. */
export type Taxed = Pick<ResolvedTaxes, 'taxPercent' | 'taxes'>;

/** The first tax of an item that is not retained. It is the only tax when {@link taxProblems} finds nothing. */
export function vatOf({ taxPercent, taxes }: Taxed): Vat {
  const first = resolveTaxes({ taxPercent, taxes }, '').applied.find(({ retained }) => !retained);
  return { category: first?.category ?? 'ZERO_RATED', percent: first?.percent ?? '0' };
}

/** Text that two taxes share exactly when they are totalled together. */
export function vatKey({ category, percent }: Vat): string {
  return `${category} ${percent}`;
}

/** The problems of taxes that an electronic invoice cannot express; `rule` is the one that asks for a single tax. */
export function taxProblems({ taxes }: Taxed, field: string, rule: string): Problem[] {
  const place = (tax: Tax) => `${field}.taxes[${taxes.indexOf(tax)}]`;
  const retained = taxes.filter((tax) => tax.retained);
  const charged = taxes.filter((tax) => !tax.retained);
  return [
    ...retained.map((tax) => ({
      field: place(tax),
      rule: 'BT-115',
      text: 'must not be retained: the standard has no taxes that the customer withholds',
    })),
    ...charged.slice(1).map((tax) => ({
      field: place(tax),
      rule,
      text: 'must be left out: the standard allows one tax for each line, allowance and charge',
    })),
    ...charged
      .filter(({ name }) => name !== '')
      .map((tax) => ({
        field: `${place(tax)}.name`,
        rule: 'BT-151',
        text: 'must be left out: the only tax in the standard is value added tax, which has no name',
      })),
  ];
}

/** The parts of a document that carry taxes and count for their totals. */
export type VatParts = { readonly lines: readonly Line[]; readonly adjustments: readonly DocumentAdjustment[] };

/**
 * The total of each tax: the stored ones, and zeros when something carries a tax without a stored total, since it comes
 * to nothing (BR-S-1 and similar rules). `reasons` are totals that say why a tax is not charged.
 */
export function vatBreakdownOf(
  stored: readonly TaxBucket[],
  { lines, adjustments }: VatParts,
  reasons: readonly TaxBucket[] = stored,
): VatTotal[] {
  const totals = stored.map(
    (bucket, index): VatTotal => ({
      field: `taxes[${index}]`,
      vat: { category: bucket.category ?? 'ZERO_RATED', percent: bucket.taxPercent },
      taxableMinor: bucket.netMinor,
      taxMinor: bucket.taxMinor,
      exemptionReason: bucket.exemptionReason,
      exemptionCode: bucket.exemptionCode,
    }),
  );
  const known = new Set(totals.map(({ vat }) => vatKey(vat)));
  for (const { vat, field } of [...lines, ...adjustments]) {
    if (known.has(vatKey(vat))) continue;
    known.add(vatKey(vat));
    const reason = reasons.find(({ category, taxPercent }) => category === vat.category && taxPercent === vat.percent);
    const { exemptionReason = '', exemptionCode = '' } = reason ?? {};
    totals.push({ field, vat, taxableMinor: 0n, taxMinor: 0n, exemptionReason, exemptionCode });
  }
  return totals;
}

/** The part of a document's discount that one tax got. */
export type DiscountPart = {
  readonly vat: Vat;
  readonly amountMinor: bigint;
  /** The sum of the lines with the tax. */
  readonly linesMinor: bigint;
};

/**
 * The parts of the document's discount, except those of zero: for each tax the sum of its lines, less its allowances,
 * plus its charges, less the taxed amount. So each is the one that was calculated, to the cent, and BR-S-8 and similar
 * rules hold.
 */
export function discountsOf({ lines, adjustments }: VatParts, taxes: readonly VatTotal[]): DiscountPart[] {
  const lineNets = netsByVat(lines.map(({ vat, netMinor }) => [vat, netMinor]));
  const otherNets = netsByVat(
    adjustments.map(({ vat, isCharge, amountMinor }) => [vat, isCharge ? amountMinor : -amountMinor]),
  );
  return taxes
    .map(({ vat, taxableMinor }): DiscountPart => {
      const linesMinor = lineNets.get(vatKey(vat)) ?? 0n;
      return { vat, linesMinor, amountMinor: linesMinor + (otherNets.get(vatKey(vat)) ?? 0n) - taxableMinor };
    })
    .filter(({ amountMinor }) => amountMinor !== 0n);
}

function netsByVat(nets: readonly (readonly [Vat, bigint])[]): ReadonlyMap<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const [vat, netMinor] of nets) sums.set(vatKey(vat), (sums.get(vatKey(vat)) ?? 0n) + netMinor);
  return sums;
}

/** Whether the category needs a reason why no tax is charged (BR-E-10, BR-AE-10 and similar rules). */
export function needsExemption({ category }: Vat): boolean {
  return exemptionRuleOf(category) !== 'none';
}
