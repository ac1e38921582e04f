import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AMOUNT_MINOR_MAX } from './amount.ts';
import {
  applyCredit,
  applyPayment,
  calculateDue,
  checkRefund,
  isPartiallyPaid,
  type PayableInvoice,
} from './balance.ts';
import { INVOICE_STATES } from './lifecycle.ts';
import { RuleViolation } from './rule-violation.ts';

const invoice = (other: Partial<PayableInvoice> = {}): PayableInvoice => ({
  state: 'OPEN',
  sent: true,
  lineCount: 1,
  currencyCode: 'EUR',
  payableMinor: 10_000n,
  paidMinor: 0n,
  creditedMinor: 0n,
  ...other,
});

describe('calculateDue', () => {
  it('is the total less what was paid and credited', () => {
    expect(calculateDue(invoice({ paidMinor: 2_500n, creditedMinor: 1_000n }))).toBe(6_500n);
  });

  it.each(INVOICE_STATES)('adds up to the total with what was paid and credited in state %s', (state) => {
    const balance = { state, payableMinor: 1000n, paidMinor: 300n, creditedMinor: 200n };
    expect(calculateDue(balance)).toBe(500n);
  });
  it('stays what it was when the invoice is given up on', () => {
    expect(calculateDue(invoice({ state: 'UNCOLLECTIBLE' }))).toBe(10_000n);
  });
});

describe('isPartiallyPaid', () => {
  it.each([
    [0n, false],
    [1n, true],
    [9_999n, true],
    [10_000n, false],
  ])('after a payment of %d of 10000 is %s', (paidMinor, expected) => {
    expect(isPartiallyPaid(invoice({ paidMinor }))).toBe(expected);
  });
});

describe('applyPayment', () => {
  it('keeps an invoice open that is paid in part', () => {
    expect(applyPayment(invoice(), 9_999n)).toEqual({
      state: 'OPEN',
      paidMinor: 9_999n,
      dueMinor: 1n,
      appliedMinor: 9_999n,
      excessMinor: 0n,
    });
  });

  it('makes an invoice PAID that is paid in full', () => {
    expect(applyPayment(invoice({ paidMinor: 9_999n }), 1n)).toMatchObject({
      state: 'PAID',
      paidMinor: 10_000n,
      dueMinor: 0n,
    });
  });

  it('keeps an uncollectible invoice so until it is paid in full', () => {
    expect(applyPayment(invoice({ state: 'UNCOLLECTIBLE' }), 1n).state).toBe('UNCOLLECTIBLE');
    expect(applyPayment(invoice({ state: 'UNCOLLECTIBLE' }), 10_000n).state).toBe('PAID');
  });

  it('refuses more than what is due and says how much that is', () => {
    expect(() => applyPayment(invoice({ paidMinor: 4_000n, creditedMinor: 1_000n }), 5_001n)).toThrow(
      expect.objectContaining({
        reason: 'OVERPAYMENT',
        message: 'the payment is more than what is due: 50.00 EUR',
        field: 'amountMinor',
        metadata: { dueMinor: '5000' },
      }),
    );
  });

  it.each([0n, -1n])('refuses an amount of %d', (amountMinor) => {
    expect(() => applyPayment(invoice(), amountMinor)).toThrow(
      expect.objectContaining({ reason: 'INVALID_ARGUMENT', field: 'amountMinor' }),
    );
  });

  it.each(['DRAFT', 'PAID', 'VOID'] as const)('refuses a payment in state %s', (state) => {
    expect(() => applyPayment(invoice({ state }), 1n)).toThrow(expect.objectContaining({ reason: 'INVOICE_STATE' }));
  });

  it('makes credit of what is more than due when it is asked to, on a paid invoice of all', () => {
    expect(applyPayment(invoice({ paidMinor: 4_000n }), 7_500n, 'CREDIT')).toEqual({
      state: 'PAID',
      paidMinor: 10_000n,
      dueMinor: 0n,
      appliedMinor: 6_000n,
      excessMinor: 1_500n,
    });
    const paid = invoice({ state: 'PAID', paidMinor: 10_000n });
    expect(applyPayment(paid, 1n, 'CREDIT')).toMatchObject({ state: 'PAID', appliedMinor: 0n, excessMinor: 1n });
    expect(applyPayment(invoice(), 1n, 'CREDIT')).toMatchObject({ state: 'OPEN', appliedMinor: 1n, excessMinor: 0n });
  });

  it.each(['DRAFT', 'VOID'] as const)('refuses a payment in state %s, also when it could be credit', (state) => {
    expect(() => applyPayment(invoice({ state }), 1n, 'CREDIT')).toThrow(
      expect.objectContaining({ reason: 'INVOICE_STATE' }),
    );
  });

  it('refuses more than any amount may be', () => {
    expect(() => applyPayment(invoice(), AMOUNT_MINOR_MAX + 1n, 'CREDIT')).toThrow(
      expect.objectContaining({ reason: 'AMOUNT_TOO_LARGE', field: 'amountMinor' }),
    );
  });
});

describe('applyCredit', () => {
  it.each([
    ['what is asked for', 2_000n, 3_000n, 2_000n],
    ['all of the credit when it is less than what is due', 0n, 3_000n, 3_000n],
    ['all that is due when the credit is more', 0n, 20_000n, 6_000n],
  ])('pays %s', (_, amountMinor, creditMinor, appliedMinor) => {
    const outcome = applyCredit(invoice({ paidMinor: 4_000n }), amountMinor, creditMinor);
    expect(outcome).toEqual({
      state: appliedMinor === 6_000n ? 'PAID' : 'OPEN',
      paidMinor: 4_000n + appliedMinor,
      dueMinor: 6_000n - appliedMinor,
      appliedMinor,
      excessMinor: 0n,
    });
  });

  it.each([
    ['more than the credit', 3_001n, 3_000n, 'INSUFFICIENT_CREDIT', { creditMinor: '3000' }],
    ['anything when there is no credit', 0n, 0n, 'INSUFFICIENT_CREDIT', { creditMinor: '0' }],
    ['more than what is due', 10_001n, 20_000n, 'OVERPAYMENT', { dueMinor: '10000' }],
  ])('refuses %s', (_, amountMinor, creditMinor, reason, metadata) => {
    expect(() => applyCredit(invoice(), amountMinor, creditMinor)).toThrow(
      expect.objectContaining({ reason, metadata, field: 'amountMinor' }),
    );
  });

  it.each(['DRAFT', 'PAID', 'VOID'] as const)('refuses an invoice in state %s', (state) => {
    expect(() => applyCredit(invoice({ state }), 1n, 5n)).toThrow(expect.objectContaining({ reason: 'INVOICE_STATE' }));
  });
});

describe('checkRefund', () => {
  it('refuses more than the credit, and says how much that is', () => {
    expect(() => checkRefund(500n, 500n, 'EUR')).not.toThrow();
    expect(() => checkRefund(501n, 500n, 'EUR')).toThrow(
      expect.objectContaining({
        reason: 'INSUFFICIENT_CREDIT',
        message: 'the customer has less credit than that: 5.00 EUR',
        metadata: { creditMinor: '500' },
      }),
    );
  });
});

describe('whatever is paid, with money or with credit', () => {
  type Step = { readonly kind: 'pay' | 'overpay' | 'apply' | 'refund'; readonly amountMinor: bigint };
  const steps: fc.Arbitrary<Step> = fc.record({
    kind: fc.constantFrom('pay', 'overpay', 'apply', 'refund'),
    amountMinor: fc.bigInt({ min: -10n, max: 400n }),
  });

  it('paid + due is the total, PAID means that nothing is due, and money is in paid, credit or refunds to the cent', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 1_000n }), fc.array(steps, { maxLength: 30 }), (payableMinor, taken) => {
        let current = invoice({ payableMinor });
        let [received, credit] = [0n, 0n];
        const take = ({ kind, amountMinor }: Step) => {
          if (kind === 'refund') {
            checkRefund(amountMinor, credit, 'EUR');
            [received, credit] = [received - amountMinor, credit - amountMinor];
            return;
          }
          const outcome =
            kind === 'apply'
              ? applyCredit(current, amountMinor, credit)
              : applyPayment(current, amountMinor, kind === 'overpay' ? 'CREDIT' : 'REFUSE');
          const { appliedMinor, excessMinor, ...settlement } = outcome;
          expect(settlement.paidMinor + settlement.dueMinor).toBe(payableMinor);
          expect(appliedMinor >= 0n && excessMinor >= 0n).toBe(true);
          if (kind === 'apply') credit -= appliedMinor;
          else [received, credit] = [received + amountMinor, credit + excessMinor];
          current = { ...current, ...settlement };
        };
        for (const step of taken) {
          try {
            take(step);
          } catch (error) {
            if (!(error instanceof RuleViolation)) throw error;
          }
          expect(current.paidMinor + credit).toBe(received);
          expect(credit >= 0n && current.paidMinor <= payableMinor).toBe(true);
          expect(current.state === 'PAID').toBe(current.paidMinor === payableMinor);
        }
      }),
    );
  });
});
