import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isWithin, sum } from './amount.ts';
import { calculate, type InvoiceInput } from './calculate.ts';
import {
  type Creditable,
  type CreditableInvoice,
  creditableOf,
  netOf,
  payableOfAll,
  typedOf,
} from './credit-note-creditable.ts';
import { addCredit, type Credited, NOTHING_CREDITED, remainingOf } from './credit-note-credited.ts';
import { type CreditDecision, type CreditRequest, decideCredit } from './credit-note-request.ts';
import { type CreditTotals, creditTotals } from './credit-note-totals.ts';
import { formatDecimal } from './decimal.ts';
import { parseQuantity } from './line-amounts.ts';
import { RuleViolation } from './rule-violation.ts';
import { bucketKey, type TaxBucket } from './tax-bucket.ts';
import { inputs, simpleInputs } from './testing/invoice-inputs.ts';

/**
 * Mostly lines that are sold, and now and then lines that are taken back, so that few inputs are refused for a negative
 * total.
 */
function sold(input: InvoiceInput, returns: readonly boolean[]): InvoiceInput {
  const lines = input.lines.map((line, index) => ({
    ...line,
    quantity: returns[index] === true ? line.quantity : line.quantity.replace('-', ''),
  }));
  return { ...input, lines };
}

const returns = fc.array(
  fc.integer({ min: 0, max: 9 }).map((die) => die === 0),
  { minLength: 12, maxLength: 12 },
);
const soldInputs = fc.tuple(inputs, returns).map(([input, back]) => sold(input, back));

/** Which part is asked for and how much of it: a quantity, an amount or the rest, in thousandths of what remains. */
type Part = { readonly which: number; readonly how: 'quantity' | 'amount' | 'rest'; readonly thousandths: bigint };
type Step =
  | { readonly kind: 'amount'; readonly thousandths: bigint }
  | {
      readonly kind: 'parts';
      readonly lines: readonly Part[];
      readonly allowances: boolean;
      readonly charges: boolean;
    };

const thousandths = fc.bigInt({ min: 1n, max: 1_000n });
const part: fc.Arbitrary<Part> = fc.record({
  which: fc.nat(11),
  how: fc.constantFrom('quantity', 'amount', 'rest'),
  thousandths,
});
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('amount' as const), thousandths }),
  fc.record({
    kind: fc.constant('parts' as const),
    lines: fc.array(part, { maxLength: 6 }),
    allowances: fc.boolean(),
    charges: fc.boolean(),
  }),
);
const steps = fc.array(step, { maxLength: 8 });

/** The invoice as it is stored; an input that is no invoice is skipped. */
function invoiceOf(input: InvoiceInput): CreditableInvoice {
  try {
    const amounts = calculate(input);
    return {
      ...amounts,
      currencyCode: input.currencyCode,
      lines: amounts.lines.map((line, index) => ({ ...line, id: `${index}` })),
    };
  } catch (error) {
    fc.pre(!(error instanceof RuleViolation));
    throw error;
  }
}

const ALL: CreditRequest = { lines: [], allowances: [], charges: [], amountMinor: 0n };

const sizeOf = (amount: bigint) => (amount < 0n ? -amount : amount);

/** What a step asks for, given the invoice as it is by then. */
function requestOf(invoice: CreditableInvoice, credited: Credited, given: Step): CreditRequest {
  const remaining = remainingOf(creditableOf(invoice), credited);
  if (given.kind === 'amount') return { ...ALL, amountMinor: (payableOfAll(remaining) * given.thousandths) / 1_000n };
  const parts = new Map(remaining.pools.flatMap((pool) => pool.parts.map((each) => [each.key, each] as const)));
  const chosen = new Map(given.lines.map((each) => [each.which, each]));
  return {
    ...ALL,
    lines: [...chosen.values()].flatMap(({ which, how, thousandths: share }) => {
      const line = invoice.lines[which];
      const rest = parts.get(`line ${which}`);
      if (line === undefined || rest === undefined) return [];
      const quantity = parseQuantity(line.quantity, 'quantity');
      const taken = { coefficient: (quantity.coefficient * share) / 1_000n, scale: quantity.scale };
      return [
        {
          invoiceLineId: line.id,
          quantity: how === 'quantity' ? formatDecimal(taken) : '',
          amountMinor: how === 'amount' ? (typedOf(rest) * share) / 1_000n : 0n,
        },
      ];
    }),
    allowances: given.allowances ? invoice.allowances.map((_, position) => ({ position, amountMinor: 0n })) : [],
    charges: given.charges ? invoice.charges.map((_, position) => ({ position, amountMinor: 0n })) : [],
  };
}

/** Decides, or gives undefined when the request is refused, which must be for one of two reasons. */
function decide(invoice: CreditableInvoice, credited: Credited, request: CreditRequest): CreditDecision | undefined {
  try {
    return decideCredit(invoice, credited, request);
  } catch (error) {
    if (!(error instanceof RuleViolation)) throw error;
    expect(['CREDIT_EXCEEDS_REMAINING', 'INVALID_ARGUMENT']).toContain(error.reason);
    return undefined;
  }
}

type Note = { readonly request: CreditRequest; readonly decision: CreditDecision; readonly totals: CreditTotals };

/** Credits an invoice step by step, and at the end all that remains. */
function creditAll(
  invoice: CreditableInvoice,
  taken: readonly Step[],
  check: (note: Note, before: Credited) => void,
): { readonly notes: readonly Note[]; readonly credited: Credited; readonly isInFull: boolean } {
  let credited = NOTHING_CREDITED;
  const notes: Note[] = [];
  const credit = (request: CreditRequest) => {
    const decision = decide(invoice, credited, request);
    if (decision === undefined) return false;
    const note = {
      request,
      decision,
      totals: creditTotals(decision.credit, [...invoice.taxes, ...invoice.retainedTaxes]),
    };
    check(note, credited);
    notes.push(note);
    credited = addCredit(credited, decision.credit, decision.quantities);
    return true;
  };
  for (const each of taken) credit(requestOf(invoice, credited, each));
  // What remains may come to nothing without being empty: as much sold as taken back.
  const parts = remainingOf(creditableOf(invoice), credited).pools.flatMap((pool) => pool.parts);
  const isInFull = credit(ALL) || parts.every((part) => typedOf(part) === 0n);
  return { notes, credited, isInFull };
}

const amountsOf = (buckets: readonly TaxBucket[], retained: boolean) =>
  new Map(buckets.map((bucket) => [bucketKey(bucket, retained), [bucket.netMinor, bucket.taxMinor] as const]));

/** Sums of the buckets of several documents, without those of zero. */
function addedUp(lists: readonly (readonly TaxBucket[])[], retained: boolean): Record<string, readonly bigint[]> {
  const added: Record<string, readonly bigint[]> = {};
  for (const [key, [net, tax]] of lists.flatMap((buckets) => [...amountsOf(buckets, retained)])) {
    const [netBefore = 0n, taxBefore = 0n] = added[key] ?? [];
    added[key] = [netBefore + net, taxBefore + tax];
  }
  return Object.fromEntries(Object.entries(added).filter(([, amounts]) => amounts.some((amount) => amount !== 0n)));
}

function forEvery(
  from: fc.Arbitrary<InvoiceInput>,
  check: (invoice: CreditableInvoice, taken: readonly Step[]) => void,
) {
  fc.assert(
    fc.property(from, steps, (input, taken) => check(invoiceOf(input), taken)),
    // Shrinking a failure ends after this time.
    { numRuns: 120, interruptAfterTimeLimit: 60_000 },
  );
}

describe('the credit notes of an invoice', () => {
  it('that is credited in full add up to it exactly, in whatever parts and order', () => {
    forEvery(soldInputs, (invoice, taken) => {
      const whole = creditableOf(invoice);
      fc.pre(payableOfAll(whole) > 0n);
      const { notes, credited, isInFull } = creditAll(invoice, taken, () => undefined);
      fc.pre(isInFull);
      const totalOf = (name: keyof CreditTotals) => sum(notes.map(({ totals }) => BigInt(String(totals[name]))));
      expect(totalOf('totalMinor')).toBe(invoice.totalMinor);
      expect(totalOf('taxMinor')).toBe(invoice.taxMinor);
      expect(totalOf('retainedMinor')).toBe(invoice.retainedMinor);
      expect(totalOf('roundingMinor')).toBe(invoice.roundingMinor);
      expect(totalOf('payableMinor')).toBe(invoice.payableMinor + invoice.prepaidMinor);
      const bucketsOf = (name: 'taxes' | 'retainedTaxes') =>
        addedUp(
          notes.map(({ totals }) => totals[name]),
          name === 'retainedTaxes',
        );
      expect(bucketsOf('taxes')).toEqual(addedUp([invoice.taxes], false));
      expect(bucketsOf('retainedTaxes')).toEqual(addedUp([invoice.retainedTaxes], true));
      for (const [kind, items] of [
        ['line', invoice.lines],
        ['allowance', invoice.allowances],
        ['charge', invoice.charges],
      ] as const) {
        for (const [index, item] of items.entries()) {
          const { netMinor = 0n } = credited.parts[`${kind} ${index}`] ?? {};
          expect(netMinor).toBe(kind === 'allowance' ? -item.netMinor : item.netMinor);
        }
      }
    });
  });

  it('add up like the invoice does, and each gives something', () => {
    forEvery(soldInputs, (invoice, taken) => {
      creditAll(invoice, taken, ({ totals }) => {
        const { subtotalMinor, discountMinor, allowanceMinor, chargeMinor, taxMinor, totalMinor } = totals;
        expect(subtotalMinor - discountMinor - allowanceMinor + chargeMinor + taxMinor).toBe(totalMinor);
        expect(totalMinor - totals.retainedMinor + totals.roundingMinor).toBe(totals.payableMinor);
        expect(sum(totals.taxes.map((bucket) => bucket.taxMinor))).toBe(taxMinor);
        expect(sum(totals.retainedTaxes.map((bucket) => bucket.taxMinor))).toBe(totals.retainedMinor);
        expect(totals.payableMinor >= 0n).toBe(true);
        // In the end, nothing but what rounding added may remain.
        expect(totals.payableMinor > 0n || totalMinor - totals.retainedMinor > 0n).toBe(true);
      });
    });
  });

  it('never credit more than remains of a part, a tax or the whole, and flip no sign', () => {
    const listed = (creditable: Creditable) => {
      const { taxes, retainedTaxes, payableMinor } = creditTotals(creditable, []);
      return new Map<string, readonly bigint[]>([
        ...creditable.pools.flatMap(({ parts }) =>
          parts.map(({ key, netMinor, includedTaxMinor }) => [key, [netMinor, includedTaxMinor]] as const),
        ),
        ...amountsOf(taxes, false),
        ...amountsOf(retainedTaxes, true),
        ['payable', [payableMinor]] as const,
      ]);
    };
    forEvery(soldInputs, (invoice, taken) => {
      const whole = creditableOf(invoice);
      creditAll(invoice, taken, ({ decision }, before) => {
        const rests = listed(remainingOf(whole, before));
        const excesses = [...listed(decision.credit)].filter(([key, amounts]) =>
          amounts.some((amount, index) => !isWithin(amount, rests.get(key)?.[index] ?? 0n)),
        );
        expect(excesses).toEqual([]);
      });
    });
  });

  it('over one amount give exactly that', () => {
    forEvery(soldInputs, (invoice, taken) => {
      let asked: CreditRequest = ALL;
      let credited = NOTHING_CREDITED;
      for (const each of taken.filter(({ kind }) => kind === 'amount')) {
        asked = requestOf(invoice, credited, each);
        const decision = asked.amountMinor === 0n ? undefined : decide(invoice, credited, asked);
        if (decision === undefined) continue;
        expect(creditTotals(decision.credit, []).payableMinor).toBe(asked.amountMinor);
        credited = addCredit(credited, decision.credit, decision.quantities);
      }
    });
  });

  it('do not depend on the order in which lines are named', () => {
    forEvery(soldInputs, (invoice, taken) => {
      let credited = NOTHING_CREDITED;
      for (const each of taken) {
        const request = requestOf(invoice, credited, each);
        const reversed = { ...request, lines: request.lines.toReversed(), charges: request.charges.toReversed() };
        const decision = decide(invoice, credited, request);
        expect(decide(invoice, credited, reversed)?.credit).toEqual(decision?.credit);
        if (decision !== undefined) credited = addCredit(credited, decision.credit, decision.quantities);
      }
    });
  });

  // Cents of the tax, of its net, and of the invoice's own rounding; EN 16931 accepts up to a whole unit (BR-CO-17).
  it('are taxed at the rate, but for two cents of rounding, where each line has one tax', () => {
    const documents = fc.tuple(simpleInputs, returns).map(([input, back]) => ({
      ...sold(input, back),
      pricesIncludeTax: false,
      roundingPolicy: 'DOCUMENT' as const,
    }));
    forEvery(documents, (invoice, taken) => {
      creditAll(invoice, taken, ({ totals }) => {
        for (const { netMinor, taxMinor, taxPercent } of totals.taxes) {
          const [integer = '', fraction = ''] = taxPercent.split('.');
          const exact = netMinor * BigInt(integer + fraction);
          const unit = 100n * 10n ** BigInt(fraction.length);
          expect(isWithin(taxMinor * unit - exact + 2n * unit, 4n * unit)).toBe(true);
        }
      });
    });
  });

  it('over parts have each tax rounded once to the nearest cent of its share of what remains', () => {
    const documents = fc.tuple(simpleInputs, returns).map(([input, back]) => ({
      ...sold(input, back),
      pricesIncludeTax: false,
      roundingPolicy: 'DOCUMENT' as const,
    }));
    forEvery(documents, (invoice, taken) => {
      const whole = creditableOf(invoice);
      creditAll(invoice, taken, ({ request, decision }, before) => {
        if (request.amountMinor !== 0n) return;
        for (const [index, pool] of remainingOf(whole, before).pools.entries()) {
          const credited = decision.credit.pools[index];
          for (const [place, { taxMinor }] of pool.taxes.entries()) {
            const error = netOf(pool) * (credited?.taxes[place]?.taxMinor ?? 0n) - taxMinor * netOf(credited ?? pool);
            expect(isWithin(2n * error + sizeOf(netOf(pool)), 2n * sizeOf(netOf(pool)))).toBe(true);
          }
        }
      });
    });
  });
});
