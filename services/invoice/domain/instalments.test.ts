import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sum } from './amount.ts';
import {
  checkInstalments,
  dueInstalments,
  type Instalment,
  type InstalmentInvoice,
  nextDueDate,
} from './instalments.ts';

const invoice = (other: Partial<InstalmentInvoice> = {}): InstalmentInvoice => ({
  issueDate: '2026-03-01',
  dueDate: '2026-03-31',
  currencyCode: 'EUR',
  payableMinor: 10_000n,
  paidMinor: 0n,
  creditedMinor: 0n,
  instalments: [],
  ...other,
});

const PLAN: readonly Instalment[] = [
  { dueDate: '2026-03-10', amountMinor: 3_000n },
  { dueDate: '2026-04-10', amountMinor: 3_000n },
  { dueDate: '2026-05-10', amountMinor: 4_000n },
];

describe('checkInstalments', () => {
  it('takes a plan that adds up to what is to be paid, and none at all', () => {
    expect(() => checkInstalments(PLAN, invoice())).not.toThrow();
    expect(() => checkInstalments([], invoice())).not.toThrow();
  });

  it.each([
    ['a single one', PLAN.slice(0, 1), 'instalments'],
    ['a sum that is another', PLAN.slice(0, 2), 'instalments'],
    ['a day that does not exist', [{ dueDate: '2026-02-30', amountMinor: 1n }, ...PLAN], 'instalments[0].dueDate'],
    ['a day before the issue date', [{ dueDate: '2026-02-28', amountMinor: 1n }, ...PLAN], 'instalments[0].dueDate'],
    ['the same day twice', [...PLAN.slice(0, 1), ...PLAN], 'instalments[1].dueDate'],
    ['an amount of nothing', [{ dueDate: '2026-03-05', amountMinor: 0n }, ...PLAN], 'instalments[0].amountMinor'],
  ])('refuses %s', (_, instalments, field) => {
    expect(() => checkInstalments(instalments, invoice())).toThrow(
      expect.objectContaining({ reason: 'INVALID_ARGUMENT', field }),
    );
  });
});

describe('what is due of a plan', () => {
  it('is settled from the first instalment on, by payments and credit alike', () => {
    const settled = invoice({ instalments: PLAN, paidMinor: 3_000n, creditedMinor: 500n });
    expect(dueInstalments(settled).map(({ dueMinor }) => dueMinor)).toEqual([0n, 2_500n, 4_000n]);
    expect(nextDueDate(settled)).toBe('2026-04-10');
  });

  it('begins with the first instalment, and is the due date without a plan or once all is settled', () => {
    expect(nextDueDate(invoice({ instalments: PLAN }))).toBe('2026-03-10');
    expect(nextDueDate(invoice())).toBe('2026-03-31');
    expect(nextDueDate(invoice({ instalments: PLAN, paidMinor: 10_000n }))).toBe('2026-03-31');
  });

  it('adds up to what is due on the invoice', () => {
    const amounts = fc.array(fc.bigInt({ min: 1n, max: 500n }), { minLength: 2, maxLength: 9 });
    fc.assert(
      fc.property(amounts, fc.nat(1_000), (each, thousandths) => {
        const instalments = each.map((amountMinor, index) => ({ dueDate: `2026-04-0${index + 1}`, amountMinor }));
        const payableMinor = sum(each);
        const paidMinor = (payableMinor * BigInt(thousandths)) / 1_000n;
        const planned = invoice({ instalments, payableMinor, paidMinor });
        checkInstalments(instalments, planned);
        expect(sum(dueInstalments(planned).map(({ dueMinor }) => dueMinor))).toBe(payableMinor - paidMinor);
      }),
    );
  });
});
