import type { Currency } from '../../../runtime/currency.ts';
import { bounded } from './amount.ts';
import { invalid } from './rule-violation.ts';
import { compareTaxes, exemptionRuleOf, type Tax, taxKey } from './tax.ts';
import { type PoolTax, taxOn } from './tax-pool.ts';

/** The sums over everything in the document that carries one and the same tax, in minor units (BG-23). */
export type TaxBucket = {
  readonly name: string;
  /** Absent exactly on a retained tax. */
  readonly category?: Tax['category'];
  /** The rate as the shortest decimal text: `19`, `9.975`. */
  readonly taxPercent: string;
  readonly exemptionReason: string;
  readonly exemptionCode: string;
  readonly compound: boolean;
  /** What is taxed: nets of lines, less their part of the document's discount and allowances, plus its charges. */
  readonly netMinor: bigint;
  readonly taxMinor: bigint;
};

/** The key of the bucket's tax, as {@link taxKey} gives it. */
export function bucketKey({ taxPercent: percent, ...bucket }: TaxBucket, retained: boolean): string {
  return taxKey({ ...bucket, percent, retained });
}

/** Something that carries taxes, and where it is in the input. */
export type TaxedItem = { readonly path: string; readonly applied: readonly Tax[] };

/** Why a tax is not charged; both empty when it is. */
export type Exemption = Pick<TaxBucket, 'exemptionReason' | 'exemptionCode'>;

/**
 * Adds up the pools' taxes, one bucket per tax, lowest rate first. With `roundedIn`, the tax of a bucket is the tax on
 * its net, rounded once in this currency; otherwise it is the sum of the pools' taxes. `exemptions` are by the key of
 * the tax. Throws AMOUNT_TOO_LARGE.
 */
export function createBuckets(
  taxes: readonly PoolTax[],
  exemptions: ReadonlyMap<string, Exemption>,
  roundedIn?: Currency,
): TaxBucket[] {
  const sums = new Map<string, PoolTax>();
  for (const { tax, baseMinor, taxMinor } of taxes) {
    const key = taxKey(tax);
    const before = sums.get(key) ?? { baseMinor: 0n, taxMinor: 0n };
    sums.set(key, { tax, baseMinor: before.baseMinor + baseMinor, taxMinor: before.taxMinor + taxMinor });
  }
  return [...sums]
    .sort(([, a], [, b]) => compareTaxes(a.tax, b.tax))
    .map(([key, { tax, baseMinor, taxMinor }]) => ({
      name: tax.name,
      ...(tax.category === undefined ? {} : { category: tax.category }),
      taxPercent: tax.percent,
      exemptionReason: exemptions.get(key)?.exemptionReason ?? '',
      exemptionCode: exemptions.get(key)?.exemptionCode ?? '',
      compound: tax.compound,
      netMinor: bounded(baseMinor, `amount taxed at ${tax.percent} %`),
      taxMinor: bounded(roundedIn === undefined ? taxMinor : taxOn(baseMinor, tax, roundedIn), 'tax'),
    }));
}

/**
 * Checks the taxes of the document against each other: nothing but OUTSIDE_SCOPE beside OUTSIDE_SCOPE (EN 16931 BR-O-11
 * to BR-O-14), no STANDARD beside SPLIT_PAYMENT (BR-B-2), and for each tax at most one reason why it is not charged,
 * given at least once where it is required (BR-E-10). Gives the reasons by the key of the tax.
 *
 * Throws INVALID_ARGUMENT naming the taxes that do not fit.
 */
export function checkTaxes(items: readonly TaxedItem[]): ReadonlyMap<string, Exemption> {
  checkTogether(items, 'OUTSIDE_SCOPE', (category) => category !== 'OUTSIDE_SCOPE');
  checkTogether(items, 'SPLIT_PAYMENT', (category) => category === 'STANDARD');
  const exempt = items.flatMap(({ path, applied }) =>
    applied.filter(({ category }) => exemptionRuleOf(category) !== 'none').map((tax) => ({ path, tax })),
  );
  const exemptions = new Map<string, Exemption>();
  for (const { path, tax } of exempt) {
    const key = taxKey(tax);
    const { exemptionReason = '', exemptionCode = '' } = exemptions.get(key) ?? {};
    exemptions.set(key, {
      exemptionReason: oneOf(exemptionReason, tax.exemptionReason, 'exemptionReason', path),
      exemptionCode: oneOf(exemptionCode, tax.exemptionCode, 'exemptionCode', path),
    });
  }
  for (const { path, tax } of exempt) {
    const key = taxKey(tax);
    exemptions.set(key, completeExemption(tax, exemptions.get(key), path));
  }
  return exemptions;
}

/** The one that is given; throws when both are and contradict each other. */
function oneOf(before: string, given: string, name: string, path: string): string {
  if (before !== '' && given !== '' && before !== given) {
    throw invalid(`${path}.taxes`, `must give the same ${name} as the same tax does elsewhere`);
  }
  return given === '' ? before : given;
}

function completeExemption(tax: Tax, exemption: Exemption | undefined, path: string): Exemption {
  const { exemptionReason = '', exemptionCode = '' } = exemption ?? {};
  const rule = exemptionRuleOf(tax.category);
  if (typeof rule === 'object') {
    return { exemptionReason, exemptionCode: exemptionCode === '' ? rule.impliedCode : exemptionCode };
  }
  if (exemptionReason !== '' || exemptionCode !== '') return { exemptionReason, exemptionCode };
  throw invalid(`${path}.taxes`, `must give an exemption reason or exemption code in the category ${tax.category}`);
}

function checkTogether(
  items: readonly TaxedItem[],
  exclusive: NonNullable<Tax['category']>,
  isExcluded: (category: NonNullable<Tax['category']>) => boolean,
): void {
  const categoriesOf = ({ applied }: TaxedItem) => applied.flatMap(({ category }) => category ?? []);
  if (!items.some((item) => categoriesOf(item).includes(exclusive))) return;
  const misfit = items.find((item) => categoriesOf(item).some(isExcluded));
  if (misfit === undefined) return;
  const category = categoriesOf(misfit).find(isExcluded);
  throw invalid(
    `${misfit.path}.taxes`,
    `must not be of the category ${category} in a document with the category ${exclusive}`,
  );
}
