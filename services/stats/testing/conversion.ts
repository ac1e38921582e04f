/** A rate as an account has stored it. */
export interface Rate {
  readonly currencyCode: string;
  readonly targetCurrencyCode: string;
  readonly rate: string;
  readonly date: string;
}

/** The part of a currency's numbers that is converted. */
export interface ConvertibleGroups {
  readonly draft: Group;
  readonly unpaid: Group;
  readonly overdue: Group;
  readonly paid: Group;
  readonly voided: Group;
  readonly uncollectible: Group;
  readonly credited: Documents;
  readonly paidThisMonthMinor: bigint;
}

interface Group {
  readonly count: number;
  readonly totalMinor: bigint;
  readonly dueMinor: bigint;
  readonly paidMinor: bigint;
  readonly creditedMinor: bigint;
  readonly writtenOffMinor: bigint;
  readonly payableMinor: bigint;
}

interface Documents {
  readonly count: number;
  readonly netMinor: bigint;
  readonly taxMinor: bigint;
  readonly totalMinor: bigint;
}

/** The decimal places of the currencies that tests use. */
const EXPONENTS: Readonly<Record<string, number>> = { EUR: 2, USD: 2, CHF: 2, JPY: 0, KWD: 3 };

/** The latest rate dated on this day or before. */
export function latestRate(
  rates: readonly Rate[],
  currencyCode: string,
  targetCurrencyCode: string,
  day: string,
): Rate | undefined {
  return rates
    .filter((rate) => rate.currencyCode === currencyCode && rate.targetCurrencyCode === targetCurrencyCode)
    .filter(({ date }) => date <= day)
    .toSorted((one, other) => (one.date < other.date ? -1 : 1))
    .at(-1);
}

/** An amount converted by long division: the digits of the quotient, then rounding by the remainder. */
function convertBy({ currencyCode, targetCurrencyCode, rate }: Rate, amountMinor: bigint): bigint {
  const [whole = '', fraction = ''] = rate.split('.');
  const shift = (EXPONENTS[targetCurrencyCode] ?? 0) - (EXPONENTS[currencyCode] ?? 0) - fraction.length;
  const product = amountMinor * BigInt(whole + fraction);
  if (shift >= 0) return product * 10n ** BigInt(shift);
  const divisor = 10n ** BigInt(-shift);
  const rest = product % divisor;
  const away = product < 0n ? -1n : 1n;
  return product / divisor + (rest * away * 2n >= divisor ? away : 0n);
}

/** `converted` of the numbers of a currency; nothing without a rate. */
export function toConverted(groups: ConvertibleGroups, currencyCode: string, rate: Rate | undefined) {
  if (rate === undefined) return {};
  const convert = (amountMinor: bigint) => convertBy(rate, amountMinor);
  const amounts = mapAmounts(groups, convert);
  return { converted: { currencyCode, rate: rate.rate, rateDate: rate.date, amounts } };
}

function mapAmounts(groups: ConvertibleGroups, convert: (amountMinor: bigint) => bigint): ConvertibleGroups {
  const group = ({ count, ...sums }: Group): Group => {
    const [paidMinor, creditedMinor] = [convert(sums.paidMinor), convert(sums.creditedMinor)];
    const [writtenOffMinor, dueMinor] = [convert(sums.writtenOffMinor), convert(sums.dueMinor)];
    const payableMinor = paidMinor + creditedMinor + writtenOffMinor + dueMinor;
    const totalMinor = convert(sums.totalMinor);
    return { count, totalMinor, dueMinor, paidMinor, creditedMinor, writtenOffMinor, payableMinor };
  };
  const { credited } = groups;
  const [totalMinor, taxMinor] = [convert(credited.totalMinor), convert(credited.taxMinor)];
  return {
    draft: group(groups.draft),
    unpaid: group(groups.unpaid),
    overdue: group(groups.overdue),
    paid: group(groups.paid),
    voided: group(groups.voided),
    uncollectible: group(groups.uncollectible),
    credited: { count: credited.count, totalMinor, taxMinor, netMinor: totalMinor - taxMinor },
    paidThisMonthMinor: convert(groups.paidThisMonthMinor),
  };
}

const NO_GROUP: Group = {
  count: 0,
  totalMinor: 0n,
  dueMinor: 0n,
  paidMinor: 0n,
  creditedMinor: 0n,
  writtenOffMinor: 0n,
  payableMinor: 0n,
};
const NO_DOCUMENTS: Documents = { count: 0, netMinor: 0n, taxMinor: 0n, totalMinor: 0n };

/** `converted_total`: the shown amounts of all currencies, added up as by hand. */
export function sumAmounts(
  currencies: readonly (ConvertibleGroups & {
    readonly currencyCode: string;
    readonly converted?: { readonly amounts: ConvertibleGroups };
  })[],
  currencyCode: string,
) {
  const shown = currencies.flatMap((one) => (one.currencyCode === currencyCode ? one : (one.converted?.amounts ?? [])));
  const sum = (name: keyof Omit<ConvertibleGroups, 'credited' | 'paidThisMonthMinor'>): Group =>
    shown.map((one) => one[name]).reduce(add, NO_GROUP);
  const amounts: ConvertibleGroups = {
    draft: sum('draft'),
    unpaid: sum('unpaid'),
    overdue: sum('overdue'),
    paid: sum('paid'),
    voided: sum('voided'),
    uncollectible: sum('uncollectible'),
    credited: shown.map(({ credited }) => credited).reduce(add, NO_DOCUMENTS),
    paidThisMonthMinor: shown.reduce((all, one) => all + one.paidThisMonthMinor, 0n),
  };
  const unconvertedCurrencyCodes = currencies
    .filter((one) => one.currencyCode !== currencyCode && one.converted === undefined)
    .map((one) => one.currencyCode);
  return { currencyCode, amounts, unconvertedCurrencyCodes };
}

/** The sum of both, field by field. */
function add<Sums extends Group | Documents>(one: Sums, other: Sums): Sums {
  const fields = Object.entries(one).map(([name, value]) => {
    const more = other[name as keyof Sums]; // both have the same fields
    return [name, typeof value === 'bigint' ? value + BigInt(String(more)) : Number(value) + Number(more)];
  });
  return Object.fromEntries(fields);
}

/** `converted` of a month; nothing without a rate. */
export function toConvertedMonth(
  month: { readonly revenueMinor: bigint; readonly taxMinor: bigint; readonly paidMinor: bigint },
  currencyCode: string,
  rate: Rate | undefined,
) {
  if (rate === undefined) return {};
  const [revenueMinor, taxMinor] = [convertBy(rate, month.revenueMinor), convertBy(rate, month.taxMinor)];
  const paidMinor = convertBy(rate, month.paidMinor);
  return { converted: { currencyCode, rate: rate.rate, rateDate: rate.date, revenueMinor, taxMinor, paidMinor } };
}
