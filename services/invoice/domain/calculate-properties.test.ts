import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AMOUNT_MINOR_MAX } from './amount.ts';
import { calculate, type InvoiceAmounts, type InvoiceInput, type TaxedAllowanceChargeInput } from './calculate.ts';
import { type CalculatedLine, calculateLine } from './line-amounts.ts';
import { RuleViolation } from './rule-violation.ts';
import { decimalText, documentParts, inputs, rates, simpleInputs } from './testing/invoice-inputs.ts';

const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((total, amount) => total + amount, 0n);

/** Calculates; the odd input with amounts that are too large is skipped. */
function run(input: InvoiceInput): InvoiceAmounts {
  try {
    return calculate(input, { allowNegative: true });
  } catch (error) {
    fc.pre(!(error instanceof RuleViolation && error.reason === 'AMOUNT_TOO_LARGE'));
    throw error;
  }
}

/** Runs the check on every invoice, those with negative totals included. */
function forEvery(from: fc.Arbitrary<InvoiceInput>, check: (amounts: InvoiceAmounts, input: InvoiceInput) => void) {
  fc.assert(
    fc.property(from, (input) => check(run(input), input)),
    { numRuns: 300 },
  );
}

function expectSameSign(part: bigint, whole: bigint): void {
  const [low, high] = whole < 0n ? [whole, 0n] : [0n, whole];
  expect(part >= low && part <= high).toBe(true);
}

/** The amount of a line as it was typed, with tax when prices contain it. */
const typedOf = ({ grossMinor, discountMinor, allowanceMinor, chargeMinor }: CalculatedLine): bigint =>
  grossMinor - discountMinor - allowanceMinor + chargeMinor;

describe('every invoice', () => {
  it('has parts that sum to the whole', () => {
    forEvery(inputs, (amounts) => {
      for (const line of amounts.lines) expect(typedOf(line)).toBe(line.netMinor + line.includedTaxMinor);
      expect(sum(amounts.lines.map((line) => line.netMinor))).toBe(amounts.subtotalMinor);
      expect(sum(amounts.allowances.map((item) => item.netMinor))).toBe(amounts.allowanceMinor);
      expect(sum(amounts.charges.map((item) => item.netMinor))).toBe(amounts.chargeMinor);
      expect(sum(amounts.taxes.map((bucket) => bucket.taxMinor))).toBe(amounts.taxMinor);
      expect(sum(amounts.retainedTaxes.map((bucket) => bucket.taxMinor))).toBe(amounts.retainedMinor);
      const netMinor = amounts.subtotalMinor - amounts.discountMinor - amounts.allowanceMinor + amounts.chargeMinor;
      expect(netMinor + amounts.taxMinor).toBe(amounts.totalMinor);
      const { totalMinor, retainedMinor, prepaidMinor, roundingMinor, payableMinor } = amounts;
      expect(totalMinor - retainedMinor - prepaidMinor + roundingMinor).toBe(payableMinor);
    });
  });

  it('is taxed on all of it, once, where each line has one tax', () => {
    forEvery(simpleInputs, ({ taxes, totalMinor, taxMinor }) => {
      expect(sum(taxes.map((bucket) => bucket.netMinor))).toBe(totalMinor - taxMinor);
    });
  });

  it('has no other totals when its lines, allowances and charges come in another order', () => {
    const order = fc.infiniteStream(fc.nat());
    fc.assert(
      fc.property(inputs, order, (input, keys) => {
        const shuffle = <T>(items: readonly T[] = []): T[] =>
          items
            .map((item) => ({ item, key: keys.next().value ?? 0 }))
            .sort((a, b) => a.key - b.key)
            .map(({ item }) => item);
        const withoutItems = ({ lines: _l, allowances: _a, charges: _c, ...totals }: InvoiceAmounts) => totals;
        const shuffled = {
          ...input,
          lines: shuffle(input.lines),
          allowances: shuffle(input.allowances),
          charges: shuffle(input.charges),
        };
        expect(withoutItems(run(shuffled))).toEqual(withoutItems(run(input)));
      }),
      { numRuns: 300 },
    );
  });

  it('is not changed by calculating its own result again', () => {
    forEvery(inputs, (amounts, { currencyCode }) => {
      expect(run({ currencyCode, ...amounts })).toEqual(amounts);
    });
  });

  it('turns around when all quantities and amounts do', () => {
    const negate = (item: TaxedAllowanceChargeInput): TaxedAllowanceChargeInput => ({
      ...item,
      amountMinor: -(item.amountMinor ?? 0n),
      baseMinor: -(item.baseMinor ?? 0n),
    });
    forEvery(inputs, (amounts, input) => {
      const turned = run({
        ...input,
        lines: input.lines.map((line) => ({
          ...line,
          quantity: line.quantity.startsWith('-') ? line.quantity.slice(1) : `-${line.quantity}`,
          allowances: (line.allowances ?? []).map(negate),
          charges: (line.charges ?? []).map(negate),
        })),
        allowances: (input.allowances ?? []).map(negate),
        charges: (input.charges ?? []).map(negate),
        prepaidMinor: -(input.prepaidMinor ?? 0n),
      });
      expect(turned.subtotalMinor).toBe(-amounts.subtotalMinor);
      expect(turned.discountMinor).toBe(-amounts.discountMinor);
      // The odd cent of a discount goes to the smallest of equal lines, which is the largest when all signs are turned
      // around.
      if (input.roundingPolicy === 'LINE' && input.discountPercent !== undefined) return;
      expect(turned.totalMinor).toBe(-amounts.totalMinor);
      expect(turned.payableMinor).toBe(-amounts.payableMinor);
    });
  });

  it('flips no sign: a discount never exceeds or reverses what it is taken off', () => {
    forEvery(simpleInputs, (amounts) => {
      for (const line of amounts.lines) expectSameSign(line.discountMinor, line.grossMinor);
      if (!amounts.pricesIncludeTax) expectSameSign(amounts.discountMinor, amounts.subtotalMinor);
    });
  });

  it('flips no sign: tax has the sign of what is taxed, and never exceeds it', () => {
    forEvery(simpleInputs, (amounts, { roundingPolicy }) => {
      // Rounded line by line, taxes of lines of both signs need not have the sign of their sum.
      if (roundingPolicy === 'LINE') return;
      for (const { netMinor, taxMinor } of amounts.taxes) {
        if (amounts.pricesIncludeTax) expect(taxMinor * netMinor >= 0n).toBe(true);
        else expectSameSign(taxMinor, netMinor);
      }
    });
  });

  it('stays within the bounds of amounts, or is refused', () => {
    const huge = decimalText(999_999_999_999n, 2, -999_999_999_999n);
    const hugeLines = fc.record({
      quantity: huge,
      unitPrice: huge.map((text) => text.replace('-', '')),
      taxPercent: rates,
      charges: fc.constantFrom([], [{ amountMinor: AMOUNT_MINOR_MAX }], [{ percent: '100' }]),
    });
    const documents = fc.record({ ...documentParts, lines: fc.array(hugeLines, { maxLength: 4 }) });
    const isWithin = (amount: bigint) => amount <= AMOUNT_MINOR_MAX && amount >= -AMOUNT_MINOR_MAX;
    fc.assert(
      fc.property(documents, (input) => {
        try {
          const {
            lines: items,
            allowances: _a,
            charges: _c,
            taxes,
            retainedTaxes: _r,
            ...totals
          } = calculate(input, { allowNegative: true });
          const amounts = [...items, ...taxes, totals].flatMap((part) => Object.values(part));
          for (const amount of amounts) if (typeof amount === 'bigint') expect(isWithin(amount)).toBe(true);
        } catch (error) {
          if (!(error instanceof RuleViolation)) throw error;
          expect(error.reason).toBe('AMOUNT_TOO_LARGE');
        }
      }),
    );
  });
});

describe('an invoice as EN 16931 has it', () => {
  it('has the sum of its nets taxed once for each tax (BR-S-8, BR-CO-17)', () => {
    const documents = inputs.map((input) => ({
      ...input,
      pricesIncludeTax: false,
      discountPercent: undefined,
      roundingPolicy: 'DOCUMENT' as const,
    }));
    forEvery(documents, (amounts, { currencyCode, lines: given }) => {
      for (const bucket of [...amounts.taxes, ...amounts.retainedTaxes].filter(({ compound }) => !compound)) {
        const isIn = ({ taxPercent, taxes }: Pick<CalculatedLine, 'taxPercent' | 'taxes'>) =>
          [...(taxPercent === '' ? [] : [{ name: '', percent: taxPercent, category: undefined }]), ...taxes].some(
            (tax) =>
              tax.percent === bucket.taxPercent &&
              tax.name === bucket.name &&
              (tax.category ?? (tax.percent === '0' ? 'ZERO_RATED' : 'STANDARD')) === (bucket.category ?? 'STANDARD') &&
              ('retained' in tax ? tax.retained : false) === (bucket.category === undefined),
          );
        const netOf = (items: readonly (Pick<CalculatedLine, 'taxPercent' | 'taxes'> & { netMinor: bigint })[]) =>
          sum(items.filter(isIn).map(({ netMinor }) => netMinor));
        expect(netOf(amounts.lines) - netOf(amounts.allowances) + netOf(amounts.charges)).toBe(bucket.netMinor);
        expect(bucket.taxMinor).toBe(hundredthsOf(bucket.netMinor, bucket.taxPercent));
      }
      const currency = { code: currencyCode, exponent: 2 } as const;
      if (currencyCode !== 'EUR') return;
      const nets = given.map((line) => calculateLine(line, currency, 'line').typedMinor);
      expect(sum(nets)).toBe(amounts.subtotalMinor);
    });
  });

  it('has one total a tax, lowest rate first', () => {
    forEvery(inputs, ({ taxes }) => {
      const keys = taxes.map((tax) => [tax.taxPercent, tax.category, tax.name, tax.compound].join());
      expect(new Set(keys).size).toBe(keys.length);
      const order = taxes.map(({ taxPercent }) => Number(taxPercent));
      expect(order).toEqual([...order].sort((a, b) => a - b));
    });
  });
});

describe('prices that include tax', () => {
  const included = inputs.map((input) => ({ ...input, pricesIncludeTax: true }));

  it('come to a total that is the sum of what was typed', () => {
    forEvery(included, (amounts, { discountPercent, currencyCode, lines: given, roundingPolicy }) => {
      const typed = sum(amounts.lines.map(typedOf));
      const allowed = sum(amounts.allowances.map((item) => item.calculatedMinor));
      const charged = sum(amounts.charges.map((item) => item.calculatedMinor));
      // The discount takes off as much with tax as it does from the same amounts without tax.
      const net = run({ currencyCode, lines: given, discountPercent, roundingPolicy });
      expect(amounts.totalMinor).toBe(typed - net.discountMinor - allowed + charged);
    });
  });

  it('contain the tax that their net carries, but for a cent of rounding', () => {
    const documents = simpleInputs.map((input) => ({
      ...input,
      pricesIncludeTax: true,
      roundingPolicy: 'DOCUMENT' as const,
    }));
    forEvery(documents, ({ taxes }) => {
      for (const { netMinor, taxMinor, taxPercent } of taxes) {
        const off = taxMinor - hundredthsOf(netMinor, taxPercent);
        expect(off >= -1n && off <= 1n).toBe(true);
      }
    });
  });
});

/** The percentage of an amount, rounded half away from zero: the result of the engine, calculated in another way. */
function hundredthsOf(amountMinor: bigint, percent: string): bigint {
  const [integer = '', fraction = ''] = percent.split('.');
  const scaled = amountMinor * BigInt(integer + fraction);
  const divisor = 10n ** BigInt(fraction.length + 2);
  const [quotient, remainder] = [scaled / divisor, scaled % divisor];
  const magnitude = remainder < 0n ? -remainder : remainder;
  return 2n * magnitude >= divisor ? quotient + (scaled < 0n ? -1n : 1n) : quotient;
}
