import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyPayment, calculateDue, reversePayment } from './balance.ts';
import {
  calculateEarlyDue,
  type DiscountableInvoice,
  discounted,
  grantDiscount,
  lastDiscountDate,
} from './early-payment-discount.ts';

const TERMS = { percent: '2', lastDate: '2026-03-11' };

const invoice = (other: Partial<DiscountableInvoice> = {}) => ({
  ...({ state: 'OPEN', sent: true, lineCount: 1, currencyCode: 'EUR', creditNoteCount: 0 } as const),
  ...{ payableMinor: 10_000n, creditableMinor: 10_000n, paidMinor: 0n, creditedMinor: 0n, writtenOffMinor: 0n },
  ...{ earlyDiscountMinor: 0n, instalments: [], ...other },
});

describe('discounted', () => {
  it.each([
    [10_000n, '2', 9_800n],
    [11_925n, '2', 11_686n], // 238.5 is 239
    [11_924n, '2', 11_686n], // 238.48 is 238
    [25n, '2', 24n], // 0.5 is 1
    [24n, '2', 24n],
    [0n, '3', 0n],
    [1n, '99.99', 0n],
    [10_000n, '2.25', 9_775n],
  ])('%d less %s %% is %d', (amountMinor, percent, expected) => {
    expect(discounted(amountMinor, percent)).toBe(expected);
  });
});

describe('lastDiscountDate', () => {
  it('counts calendar days from the issue date', () => {
    expect(lastDiscountDate('2026-02-20', 10)).toBe('2026-03-02');
  });
});

describe('grantDiscount', () => {
  const pay = (present: ReturnType<typeof invoice>, amountMinor: bigint, earlierMinor = present.paidMinor) => {
    const outcome = applyPayment(present, amountMinor);
    return grantDiscount(present, TERMS, outcome, earlierMinor + outcome.appliedMinor);
  };

  it('settles the rest when a payment reaches the discounted amount', () => {
    expect(pay(invoice(), 9_800n)).toEqual({
      ...{ state: 'PAID', paidMinor: 9_800n, creditedMinor: 200n, writtenOffMinor: 200n },
      ...{ earlyDiscountMinor: 200n, dueMinor: 0n },
    });
  });

  it('is no more than the rest', () => {
    expect(pay(invoice(), 9_950n)).toMatchObject({ earlyDiscountMinor: 50n, dueMinor: 0n });
    expect(pay(invoice(), 10_000n)).toBeUndefined();
  });

  it('is not reached by less, nor with payments that came late', () => {
    expect(pay(invoice(), 9_799n)).toBeUndefined();
    expect(pay(invoice({ paidMinor: 5_000n }), 4_800n)).toMatchObject({ earlyDiscountMinor: 200n });
    expect(pay(invoice({ paidMinor: 5_000n }), 4_800n, 0n)).toBeUndefined();
  });

  it('is a percentage of what is left after credit', () => {
    expect(pay(invoice({ creditedMinor: 5_000n }), 4_900n)).toMatchObject({ earlyDiscountMinor: 100n, state: 'PAID' });
    expect(pay(invoice({ creditedMinor: 5_000n }), 4_899n)).toBeUndefined();
  });

  it('is not granted while the invoice is paid in instalments', () => {
    expect(pay(invoice({ instalments: { length: 2 } }), 9_800n)).toBeUndefined();
  });
});

describe('a discount on any invoice', () => {
  const cases = fc
    .record({
      payableMinor: fc.bigInt(1n, 999_999_999_999_999n),
      hundredths: fc.integer({ min: 1, max: 9_999 }),
      shares: fc.tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 })),
    })
    .map(({ payableMinor, hundredths, shares: [credited, paid] }) => {
      const creditedMinor = (payableMinor * BigInt(credited)) / 101n;
      const paidMinor = ((payableMinor - creditedMinor) * BigInt(paid)) / 101n;
      return { present: invoice({ payableMinor, creditedMinor, paidMinor }), percent: (hundredths / 100).toFixed(2) };
    });

  it('is granted exactly from the amount that is said to settle it, and all adds up', () => {
    fc.assert(
      fc.property(cases, fc.bigInt(-2n, 2n), ({ present, percent }, offset) => {
        const earlyDueMinor = calculateEarlyDue(present, { percent });
        const dueMinor = calculateDue(present);
        expect(earlyDueMinor).toBeLessThanOrEqual(dueMinor);
        const amountMinor = earlyDueMinor + offset;
        fc.pre(amountMinor > 0n && amountMinor <= dueMinor);
        const outcome = applyPayment(present, amountMinor);
        const granted = grantDiscount(present, { ...TERMS, percent }, outcome, present.paidMinor + amountMinor);
        expect(granted !== undefined).toBe(offset >= 0n && amountMinor < dueMinor);
        if (granted === undefined) return;
        expect(granted).toMatchObject({ state: 'PAID', dueMinor: 0n, earlyDiscountMinor: dueMinor - amountMinor });
        expect(granted.paidMinor + granted.creditedMinor).toBe(present.payableMinor);
        const after = { ...present, ...granted };
        expect(calculateEarlyDue(after, { percent })).toBe(0n);
        const payment = { kind: 'MONEY', appliedMinor: amountMinor, isReversed: false } as const;
        const { paidMinor, creditedMinor, writtenOffMinor, earlyDiscountMinor } = present;
        expect(reversePayment(after, payment)).toEqual({
          ...{ state: 'OPEN', dueMinor, paidMinor, creditedMinor, writtenOffMinor, earlyDiscountMinor },
        });
      }),
    );
  });

  it('is a percentage that is rounded half away from zero', () => {
    fc.assert(
      fc.property(cases, ({ present, percent }) => {
        const discountMinor = present.payableMinor - discounted(present.payableMinor, percent);
        const exact = present.payableMinor * BigInt(percent.replace('.', ''));
        expect(2n * (discountMinor * 10_000n - exact)).toBeLessThanOrEqual(10_000n);
        expect(2n * (exact - discountMinor * 10_000n)).toBeLessThan(10_000n);
      }),
    );
  });
});
