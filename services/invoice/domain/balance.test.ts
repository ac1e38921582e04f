import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyPayment, calculateDue, isPartiallyPaid, type PayableInvoice } from './balance.ts';
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
    expect(applyPayment(invoice(), 9_999n)).toEqual({ state: 'OPEN', paidMinor: 9_999n, dueMinor: 1n });
  });

  it('makes an invoice PAID that is paid in full', () => {
    expect(applyPayment(invoice({ paidMinor: 9_999n }), 1n)).toEqual({
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

  it('never pays more than the total, keeps paid + due = total, and is PAID exactly when nothing is due', () => {
    const totals = fc.bigInt({ min: 1n, max: 1_000n });
    const payments = fc.array(fc.bigInt({ min: -10n, max: 400n }), { maxLength: 20 });
    fc.assert(
      fc.property(totals, payments, (payableMinor, amounts) => {
        let current = invoice({ payableMinor });
        let accepted = 0n;
        for (const amountMinor of amounts) {
          try {
            const outcome = applyPayment(current, amountMinor);
            accepted += amountMinor;
            expect(outcome.paidMinor + outcome.dueMinor).toBe(payableMinor);
            current = { ...current, ...outcome };
          } catch (error) {
            expect(error).toBeInstanceOf(RuleViolation);
          }
          expect(current.paidMinor).toBe(accepted);
          expect(accepted <= payableMinor).toBe(true);
          expect(current.state === 'PAID').toBe(accepted === payableMinor);
        }
      }),
    );
  });
});
