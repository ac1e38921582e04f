import { allocate, share, spread } from './allocate.ts';
import { isWithin, sum } from './amount.ts';
import {
  amountOf,
  amountOfAll,
  type Creditable,
  type CreditPart,
  type CreditPool,
  netOf,
  payableOfAll,
  typedOf,
} from './credit-note-creditable.ts';
import { formatMinor, getCurrency } from './currency.ts';
import { divideHalfAwayFromZero } from './decimal.ts';
import { invalid, RuleViolation } from './rule-violation.ts';
import { taxKey } from './tax.ts';
import type { PoolTax } from './tax-pool.ts';

/**
 * The credit for these amounts of the invoice's parts, given as they were typed, by the part's key. Net, taxes,
 * discount and rounding follow in proportion to what remains, each rounded once per pool. The last credit gets the
 * rest, so the credit notes of an invoice add up to it exactly, whatever is credited and in whatever order.
 *
 * Assumes that each amount lies between nothing and what remains of the part. Throws CREDIT_EXCEEDS_REMAINING (metadata
 * `remainingMinor`) when the credit comes to nothing, or to more than what remains of the invoice or of one of its
 * taxes. The latter happens when parts that add to the total are credited without those that are taken off it.
 */
export function creditParts(
  remaining: Creditable,
  typedByKey: ReadonlyMap<string, bigint>,
  currencyCode: string,
): Creditable {
  const asked = (part: CreditPart) => typedByKey.get(part.key) ?? 0n;
  const isDone = (part: CreditPart) => part.kind === 'discount' || asked(part) === typedOf(part);
  if (remaining.pools.every(({ parts }) => parts.every(isDone))) return creditAll(remaining, currencyCode);
  const pools = remaining.pools.map((pool) => {
    if (!pool.parts.some(({ key }) => typedByKey.has(key))) return emptied(pool);
    return pool.parts.every(isDone) ? pool : creditPool(pool, asked, remaining.pricesIncludeTax);
  });
  const [amountMinor, wholeMinor] = [sum(pools.map(amountOf)), amountOfAll(remaining)];
  const roundingMinor = share(remaining.roundingMinor, amountMinor, wholeMinor);
  return checked({ ...remaining, pools, roundingMinor }, remaining, currencyCode);
}

/**
 * What is credited when the customer is to get `amountMinor`: the amount is spread over all that remains, by largest
 * remainder, so that net and taxes sum to it. Throws INVALID_ARGUMENT (field `amountMinor`) unless it is positive, and
 * CREDIT_EXCEEDS_REMAINING (metadata `remainingMinor`) when less remains.
 */
export function creditAmount(remaining: Creditable, amountMinor: bigint, currencyCode: string): Creditable {
  if (amountMinor <= 0n) {
    throw invalid('amountMinor', 'must be more than zero');
  }
  const payableMinor = payableOfAll(remaining);
  if (amountMinor > payableMinor) throw exceedsRemaining(remaining, currencyCode, 'amountMinor');
  if (amountMinor === payableMinor) return remaining;
  const [wholeMinor = 0n, roundingMinor = 0n] = spread(amountMinor, [amountOfAll(remaining), remaining.roundingMinor]);
  const amounts = spread(wholeMinor, remaining.pools.map(amountOf));
  const pools = remaining.pools.map((pool, index) => creditPoolAmount(pool, amounts[index] ?? 0n, remaining));
  return checked({ ...remaining, pools, roundingMinor }, remaining, currencyCode);
}

/** All that remains. Throws CREDIT_EXCEEDS_REMAINING when that is nothing. */
function creditAll(remaining: Creditable, currencyCode: string): Creditable {
  if (payableOfAll(remaining) <= 0n) throw exceedsRemaining(remaining, currencyCode);
  return remaining;
}

/**
 * Gives the credit. Throws CREDIT_EXCEEDS_REMAINING when it is more than what remains of a part, a pool, a tax or the
 * whole, when it comes to nothing with its rounding, or when it comes to nothing without it although there is more to
 * credit.
 */
function checked(credit: Creditable, remaining: Creditable, currencyCode: string): Creditable {
  const credited = amountsOf(credit);
  const isPartial = amountsOf(remaining).every((whole, index) => isWithin(credited[index] ?? 0n, whole));
  const isSomething = amountOfAll(credit) > 0n || amountOfAll(remaining) === 0n;
  if (isPartial && isSomething && payableOfAll(credit) > 0n) return credit;
  throw exceedsRemaining(remaining, currencyCode);
}

/** All amounts that no credit may exceed, always in the same order. */
function amountsOf(creditable: Creditable): bigint[] {
  const { pools } = creditable;
  const taxes = pools.flatMap((pool) => pool.taxes);
  const byTax = [...Map.groupBy(taxes, ({ tax }) => taxKey(tax)).values()];
  return [
    ...pools.flatMap(({ parts }) => parts.flatMap(({ netMinor, includedTaxMinor }) => [netMinor, includedTaxMinor])),
    ...pools.flatMap((pool) => [netOf(pool), includedOf(pool)]),
    ...byTax.flatMap((items) => [
      sum(items.map(({ baseMinor }) => baseMinor)),
      sum(items.map(({ taxMinor }) => taxMinor)),
    ]),
    amountOfAll(creditable),
  ];
}

function exceedsRemaining(remaining: Creditable, currencyCode: string, field?: string): RuleViolation {
  const payableMinor = payableOfAll(remaining);
  const text = formatMinor(payableMinor, getCurrency(currencyCode));
  const message =
    'the amount to credit must be more than zero, and at most what remains of the invoice and of each tax';
  return new RuleViolation('CREDIT_EXCEEDS_REMAINING', `${message}: ${text}`, {
    field,
    metadata: { remainingMinor: payableMinor.toString() },
  });
}

function includedOf({ parts }: CreditPool): bigint {
  return sum(parts.map(({ includedTaxMinor }) => includedTaxMinor));
}

function emptied(pool: CreditPool): CreditPool {
  return {
    ...pool,
    parts: pool.parts.map((part) => ({ ...part, netMinor: 0n, includedTaxMinor: 0n })),
    taxes: pool.taxes.map(({ tax }) => ({ tax, baseMinor: 0n, taxMinor: 0n })),
  };
}

/** The credit of a pool; `asked` says how much of each part is credited. The pool's discount follows its lines. */
function creditPool(pool: CreditPool, asked: (part: CreditPart) => bigint, pricesIncludeTax: boolean): CreditPool {
  const lines = pool.parts.filter(({ kind }) => kind === 'line');
  const [linesMinor, wholeMinor] = [sum(lines.map(asked)), sum(lines.map(typedOf))];
  const areLinesDone = lines.every((line) => asked(line) === typedOf(line));
  const typed = pool.parts.map((part) => {
    if (part.kind !== 'discount') return asked(part);
    return areLinesDone ? typedOf(part) : share(typedOf(part), linesMinor, wholeMinor);
  });
  const nets = splitNets(pool.parts, typed);
  const parts = pool.parts.map((part, index): CreditPart => {
    const netMinor = nets[index] ?? 0n;
    return { ...part, netMinor, includedTaxMinor: (typed[index] ?? 0n) - netMinor };
  });
  return { ...pool, parts, taxes: creditTaxes(pool, { ...pool, parts }, pricesIncludeTax) };
}

/** Makes shares of different wholes comparable: 30 decimal places are far more than their sum can lose. */
const SCALE = 10n ** 30n;

/** The nets of amounts as typed: each is its share of the part's net, and their sum is rounded once. */
function splitNets(parts: readonly CreditPart[], typed: readonly bigint[]): bigint[] {
  const shares = parts.map((part, index) => {
    const [amountMinor, wholeMinor] = [typed[index] ?? 0n, typedOf(part)];
    return wholeMinor === 0n ? 0n : (part.netMinor * amountMinor * SCALE) / wholeMinor;
  });
  return allocate(divideHalfAwayFromZero(sum(shares), SCALE), shares, SCALE);
}

/** The taxes on the credited parts of a pool: shares of what remains, or what the credited amounts contain. */
function creditTaxes(remaining: CreditPool, credited: CreditPool, pricesIncludeTax: boolean): PoolTax[] {
  const [netMinor, wholeMinor] = [netOf(credited), netOf(remaining)];
  const charged = remaining.taxes.filter(({ tax }) => !tax.retained);
  const included = spread(
    includedOf(credited),
    charged.map(({ taxMinor }) => taxMinor),
  );
  return remaining.taxes.map((item) => {
    const { tax, baseMinor, taxMinor } = item;
    return {
      tax,
      baseMinor: share(baseMinor, netMinor, wholeMinor),
      taxMinor:
        pricesIncludeTax && !tax.retained
          ? (included[charged.indexOf(item)] ?? 0n)
          : share(taxMinor, netMinor, wholeMinor),
    };
  });
}

/** The credit of a pool that comes to `amountMinor`, which lies between zero and what remains of the pool. */
function creditPoolAmount(pool: CreditPool, amountMinor: bigint, { pricesIncludeTax }: Creditable): CreditPool {
  if (amountMinor === amountOf(pool) && amountMinor !== 0n) return pool;
  const [netMinor = 0n, ...taxes] = spread(amountMinor, [
    netOf(pool),
    ...pool.taxes.map(({ tax, taxMinor }) => (tax.retained ? -taxMinor : taxMinor)),
  ]);
  const nets = spread(
    netMinor,
    pool.parts.map((part) => part.netMinor),
  );
  const chargedMinor = sum(taxes.filter((_, index) => pool.taxes[index]?.tax.retained === false));
  const included = spread(
    pricesIncludeTax ? chargedMinor : 0n,
    pool.parts.map((part) => part.includedTaxMinor),
  );
  return {
    ...pool,
    parts: pool.parts.map((part, index) => ({
      ...part,
      netMinor: nets[index] ?? 0n,
      includedTaxMinor: included[index] ?? 0n,
    })),
    taxes: pool.taxes.map(({ tax, baseMinor }, index) => ({
      tax,
      baseMinor: share(baseMinor, netMinor, netOf(pool)),
      taxMinor: tax.retained ? -(taxes[index] ?? 0n) : (taxes[index] ?? 0n),
    })),
  };
}
