import type { Currency } from '../../../runtime/currency.ts';
import {
  type AllowanceChargeInput,
  type CalculatedAllowanceCharge,
  calculateAllowanceCharge,
} from './allowance-charge.ts';
import { bounded, checkDiscount, checkEither, sum } from './amount.ts';
import { decimalFromMinor, getCurrency, minorUnits } from './currency.ts';
import { type Decimal, formatDecimal, percentOf } from './decimal.ts';
import { type CalculatedLine, calculateLine, type LineInput, type TypedLine } from './line-amounts.ts';
import { calculatePayable, type Payable, type PayableInput } from './payable.ts';
import { parsePercent } from './percent.ts';
import { RuleViolation } from './rule-violation.ts';
import { resolveTaxes, type Tax, type TaxedInput } from './tax.ts';
import { checkTaxes, createBuckets, type TaxBucket } from './tax-bucket.ts';
import {
  createPools,
  type Discount,
  netsOf,
  type PoolNets,
  type PoolTax,
  type RoundingPolicy,
  spreadDiscount,
  type TaxedAmounts,
  type TaxPool,
  taxesOf,
} from './tax-pool.ts';

/** An allowance or charge of the document, with its taxes. */
export type TaxedAllowanceChargeInput = AllowanceChargeInput & TaxedInput;

/** What the amounts of an invoice are calculated from. */
export type InvoiceInput = PayableInput & {
  /** ISO 4217; its exponent is what every amount is rounded to. */
  readonly currencyCode: string;
  /** In the order of the document; the order changes no total. */
  readonly lines: readonly LineInput[];
  /** 0 to 100 with at most 6 decimal places, taken off the subtotal. No discount when absent or empty. */
  readonly discountPercent?: string | undefined;
  /** The discount as an amount, in place of a percentage; none when absent or 0. */
  readonly discountAmountMinor?: bigint | undefined;
  readonly allowances?: readonly TaxedAllowanceChargeInput[] | undefined;
  readonly charges?: readonly TaxedAllowanceChargeInput[] | undefined;
  /** Whether unit prices, discounts, allowances and charges contain tax. They do not when absent. */
  readonly pricesIncludeTax?: boolean | undefined;
  /** `DOCUMENT` when absent. */
  readonly roundingPolicy?: RoundingPolicy | undefined;
};

/** An allowance or charge of the document with its amounts. */
export type TaxedAllowanceCharge = CalculatedAllowanceCharge & {
  readonly taxPercent: string;
  readonly taxes: readonly Tax[];
  /** The amount without tax (BT-92, BT-99). */
  readonly netMinor: bigint;
};

/**
 * Amounts of an invoice in minor units, and the input that they are calculated from in the form to store. Always:
 * `subtotalMinor` is the sum of the lines' nets, `taxMinor` the sum of the buckets' taxes, `totalMinor = subtotalMinor
 * - discountMinor - allowanceMinor + chargeMinor + taxMinor`, and `payableMinor = totalMinor - retainedMinor -
 * prepaidMinor + roundingMinor`. Where everything carries one tax, the buckets' nets sum to `totalMinor - taxMinor`.
 */
export type InvoiceAmounts = Payable & {
  /** One entry per line, in the order of the input. */
  readonly lines: readonly CalculatedLine[];
  /** In its shortest form; `0` when there is no discount by percentage. */
  readonly discountPercent: string;
  readonly discountAmountMinor: bigint;
  readonly allowances: readonly TaxedAllowanceCharge[];
  readonly charges: readonly TaxedAllowanceCharge[];
  readonly pricesIncludeTax: boolean;
  readonly roundingPolicy: RoundingPolicy;
  readonly subtotalMinor: bigint;
  /** The document's discount without tax. */
  readonly discountMinor: bigint;
  /** Sum of the document's allowances without tax. */
  readonly allowanceMinor: bigint;
  /** Sum of the document's charges without tax. */
  readonly chargeMinor: bigint;
  /** One entry per tax, lowest rate first. */
  readonly taxes: readonly TaxBucket[];
  readonly taxMinor: bigint;
  /** Never negative, unless that was allowed. */
  readonly totalMinor: bigint;
  /** The taxes that the customer keeps back, one entry per tax, lowest rate first. */
  readonly retainedTaxes: readonly TaxBucket[];
  readonly retainedMinor: bigint;
};

/** How {@link calculate} treats what is owed to the customer. */
export type CalculationOptions = {
  /** Whether total, prepaid and payable amount may be negative, as on a credit note written as an invoice. */
  readonly allowNegative?: boolean;
};

/**
 * Calculates the amounts of an invoice, with half rounded away from zero at the currency's exponent:
 * line net = round(quantity x unit price / base quantity - line discount) - allowances + charges; the document's
 * discount is rounded once and spread over the taxes by largest remainder; each tax is rounded once in the document, or
 * on each line when the policy is `LINE`.
 *
 * When prices include tax, the amounts as typed are summed for each combination of taxes. The net is that sum divided
 * by 1 + rates and rounded once. The tax is the rest, so that net + tax is what was typed, to the cent.
 *
 * Throws INVALID_ARGUMENT for an unknown currency, a decimal that is malformed or out of bounds, or anything that
 * contradicts itself (the field is named), AMOUNT_TOO_LARGE when an amount would be larger than any may be, and
 * NEGATIVE_TOTAL when more is taken back than charged: what is owed to the customer is not an invoice.
 */
export function calculate(input: InvoiceInput, { allowNegative = false }: CalculationOptions = {}): InvoiceAmounts {
  const { currency, discount, exemptions, pools, nets, poolTaxes, ...amounts } = calculatePools(input);
  const { pricesIncludeTax = false, roundingPolicy = 'DOCUMENT' } = input;
  const bucketsOf = (retained: boolean) => {
    const isRoundedOnce = roundingPolicy === 'DOCUMENT' && (retained || !pricesIncludeTax);
    const taxes = poolTaxes.flat().filter(({ tax }) => tax.retained === retained);
    return createBuckets(taxes, exemptions, isRoundedOnce ? currency : undefined);
  };
  return {
    ...withNets(amounts, pools, nets),
    discountPercent: formatDecimal(discount.percent),
    discountAmountMinor: input.discountAmountMinor ?? 0n,
    pricesIncludeTax,
    roundingPolicy,
    ...totalsOf(nets, bucketsOf(false), bucketsOf(true), { input, currency, allowNegative }),
  };
}

/** The amounts of an invoice while they are still separated by pool. Lists about pools are in the order of `pools`. */
export type PooledAmounts = {
  readonly currency: Currency;
  readonly lines: readonly TypedLine[];
  readonly allowances: readonly TypedAllowanceCharge[];
  readonly charges: readonly TypedAllowanceCharge[];
  readonly discount: Discount;
  readonly exemptions: ReturnType<typeof checkTaxes>;
  readonly pools: readonly TaxPool[];
  /** The part of the discount that each pool gets; it contains tax when prices do. */
  readonly discounts: readonly bigint[];
  readonly nets: readonly PoolNets[];
  readonly poolTaxes: readonly (readonly PoolTax[])[];
};

/** Calculates the amounts of an invoice pool by pool, before they are added up. Throws as {@link calculate} does. */
export function calculatePools(input: InvoiceInput): PooledAmounts {
  const currency = getCurrency(input.currencyCode);
  const { pricesIncludeTax = false, roundingPolicy = 'DOCUMENT' } = input;
  const lines = input.lines.map((line, index) => calculateLine(line, currency, `lines[${index}]`));
  const wholeMinor = bounded(sum(lines.map(({ typedMinor }) => typedMinor)), 'subtotal');
  const discount = discountOf(input, wholeMinor, currency);
  const allowances = calculateList(input, 'allowances', wholeMinor, currency);
  const charges = calculateList(input, 'charges', wholeMinor, currency);
  const exemptions = checkTaxes([
    ...lines.map(({ applied }, index) => ({ path: `lines[${index}]`, applied })),
    ...allowances.map(({ applied }, index) => ({ path: `allowances[${index}]`, applied })),
    ...charges.map(({ applied }, index) => ({ path: `charges[${index}]`, applied })),
  ]);

  const amounts = { lines, allowances, charges };
  const pools = createPools(amounts, roundingPolicy);
  const discounts = spreadDiscount(discount, pools);
  const calculated = pools.map((pool, index) => {
    const net = netsOf(pool, amounts, discounts[index] ?? 0n, pricesIncludeTax);
    return { net, taxes: taxesOf(pool, net, pricesIncludeTax, currency) };
  });
  const [nets, poolTaxes] = [calculated.map(({ net }) => net), calculated.map(({ taxes }) => taxes)];
  return { currency, ...amounts, discount, exemptions, pools, discounts, nets, poolTaxes };
}

function discountOf(input: InvoiceInput, wholeMinor: bigint, currency: Currency) {
  const percent: Decimal = parsePercent(input.discountPercent, 'discountPercent');
  const amountMinor = input.discountAmountMinor ?? 0n;
  checkEither(percent, amountMinor, 'discountAmountMinor');
  checkDiscount(amountMinor, wholeMinor, 'discountAmountMinor');
  const shareMinor = minorUnits(percentOf(decimalFromMinor(wholeMinor, currency), percent), currency);
  return { percent, discountMinor: percent.coefficient === 0n ? amountMinor : shareMinor };
}

type TypedAllowanceCharge = {
  readonly item: Omit<TaxedAllowanceCharge, 'netMinor'>;
  readonly applied: readonly Tax[];
  readonly typedMinor: bigint;
};

function calculateList(
  input: InvoiceInput,
  name: 'allowances' | 'charges',
  wholeMinor: bigint,
  currency: Currency,
): TypedAllowanceCharge[] {
  return (input[name] ?? []).map((given, index) => {
    const path = `${name}[${index}]`;
    const calculated = calculateAllowanceCharge(given, wholeMinor, currency, path);
    const { applied, ...taxes } = resolveTaxes(given, path);
    return { item: { ...calculated, ...taxes }, applied, typedMinor: calculated.calculatedMinor };
  });
}

/** Puts the nets that the pools gave back to each line, allowance and charge, in the order of the input. */
function withNets(
  amounts: {
    readonly lines: readonly TypedLine[];
    readonly allowances: readonly TypedAllowanceCharge[];
    readonly charges: readonly TypedAllowanceCharge[];
  },
  pools: readonly TaxPool[],
  nets: readonly PoolNets[],
): Pick<InvoiceAmounts, 'lines' | 'allowances' | 'charges'> {
  const netsByIndex = (kind: keyof TaxedAmounts) =>
    new Map(
      pools.flatMap((pool, poolIndex) =>
        pool[kind].map((index, place) => [index, nets[poolIndex]?.[kind][place] ?? 0n]),
      ),
    );
  const lineNets = netsByIndex('lines');
  const lines = amounts.lines.map(({ line, typedMinor }, index) => {
    const netMinor = lineNets.get(index) ?? 0n;
    return { ...line, netMinor, includedTaxMinor: typedMinor - netMinor };
  });
  const [allowanceNets, chargeNets] = [netsByIndex('allowances'), netsByIndex('charges')];
  return {
    lines,
    allowances: amounts.allowances.map(({ item }, index) => ({ ...item, netMinor: allowanceNets.get(index) ?? 0n })),
    charges: amounts.charges.map(({ item }, index) => ({ ...item, netMinor: chargeNets.get(index) ?? 0n })),
  };
}

function totalsOf(
  nets: readonly PoolNets[],
  taxes: readonly TaxBucket[],
  retainedTaxes: readonly TaxBucket[],
  given: { readonly input: InvoiceInput; readonly currency: Currency; readonly allowNegative: boolean },
) {
  const subtotalMinor = bounded(sum(nets.flatMap(({ lines }) => lines)), 'subtotal');
  const discountMinor = sum(nets.map((net) => net.discountMinor));
  const allowanceMinor = bounded(sum(nets.flatMap(({ allowances }) => allowances)), 'sum of the allowances');
  const chargeMinor = bounded(sum(nets.flatMap(({ charges }) => charges)), 'sum of the charges');
  const taxMinor = bounded(sum(taxes.map((bucket) => bucket.taxMinor)), 'tax');
  const retainedMinor = bounded(sum(retainedTaxes.map((bucket) => bucket.taxMinor)), 'retained tax');
  const netMinor = subtotalMinor - discountMinor - allowanceMinor + chargeMinor;
  const totalMinor = bounded(netMinor + taxMinor, 'total');
  if (totalMinor < 0n && !given.allowNegative) {
    throw new RuleViolation('NEGATIVE_TOTAL', 'the total of an invoice must not be negative');
  }
  return {
    subtotalMinor,
    discountMinor,
    allowanceMinor,
    chargeMinor,
    taxes,
    taxMinor,
    totalMinor,
    retainedTaxes,
    retainedMinor,
    ...calculatePayable(given.input, totalMinor - retainedMinor, given.currency, given.allowNegative),
  };
}
