import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AMOUNT_MINOR_MAX } from './amount.ts';
import {
  applyCredit,
  applyCreditNote,
  applyPayment,
  calculateDue,
  checkRefund,
  isPartiallyPaid,
  type PayableInvoice,
  type PaymentOutcome,
  type ReversiblePayment,
  reversePayment,
  writeOff,
} from './balance.ts';
import { INVOICE_STATES, transition } from './lifecycle.ts';
import { RuleViolation } from './rule-violation.ts';

const invoice = (other: Partial<PayableInvoice> = {}): PayableInvoice => ({
  state: 'OPEN',
  sent: true,
  lineCount: 1,
  currencyCode: 'EUR',
  payableMinor: 10_000n,
  paidMinor: 0n,
  creditedMinor: 0n,
  writtenOffMinor: 0n,
  earlyDiscountMinor: 0n,
  creditNoteCount: 0,
  creditableMinor: 10_000n,
  ...other,
});

const UNCREDITED = { creditedMinor: 0n, writtenOffMinor: 0n, earlyDiscountMinor: 0n };

describe('calculateDue', () => {
  it('is the total less what was paid and credited', () => {
    expect(calculateDue(invoice({ paidMinor: 2_500n, creditedMinor: 1_000n }))).toBe(6_500n);
  });

  it.each(INVOICE_STATES)('adds up to the total with what was paid and credited in state %s', (state) => {
    const balance = { state, payableMinor: 1000n, paidMinor: 300n, creditedMinor: 200n, writtenOffMinor: 0n };
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
      ...UNCREDITED,
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
        message: 'the payment is more than the amount due: 50.00 EUR',
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
      ...UNCREDITED,
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
      ...UNCREDITED,
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
        message: 'the amount is more than the credit of the customer: 5.00 EUR',
        metadata: { creditMinor: '500' },
      }),
    );
  });
});

describe('writeOff', () => {
  it('takes off all that is due unless an amount is given, and nothing of it is paid', () => {
    expect(writeOff(invoice({ paidMinor: 4_000n }), 0n)).toEqual({
      state: 'PAID',
      paidMinor: 4_000n,
      creditedMinor: 6_000n,
      writtenOffMinor: 6_000n,
      earlyDiscountMinor: 0n,
      dueMinor: 0n,
      appliedMinor: 6_000n,
      excessMinor: 0n,
    });
    expect(writeOff(invoice({ state: 'UNCOLLECTIBLE', creditedMinor: 500n }), 100n)).toMatchObject({
      state: 'UNCOLLECTIBLE',
      creditedMinor: 600n,
      writtenOffMinor: 100n,
      dueMinor: 9_400n,
    });
  });

  it('refuses more than what is due', () => {
    expect(() => writeOff(invoice({ paidMinor: 1n }), 10_000n)).toThrow(
      expect.objectContaining({ reason: 'OVERPAYMENT', metadata: { dueMinor: '9999' } }),
    );
    expect(() => writeOff(invoice(), -1n)).toThrow(expect.objectContaining({ reason: 'INVALID_ARGUMENT' }));
  });

  it.each(['DRAFT', 'PAID', 'VOID'] as const)('refuses an invoice in state %s', (state) => {
    expect(() => writeOff(invoice({ state }), 0n)).toThrow(expect.objectContaining({ reason: 'INVOICE_STATE' }));
  });
});

describe('reversePayment', () => {
  const paid = invoice({ state: 'PAID', paidMinor: 8_000n, creditedMinor: 2_000n, writtenOffMinor: 2_000n });

  it.each([
    ['MONEY', 3_000n, { paidMinor: 5_000n, creditedMinor: 2_000n, writtenOffMinor: 2_000n }],
    ['CREDIT', 8_000n, { paidMinor: 0n, creditedMinor: 2_000n, writtenOffMinor: 2_000n }],
    ['WRITE_OFF', 1_500n, { paidMinor: 8_000n, creditedMinor: 500n, writtenOffMinor: 500n }],
  ] as const)('makes due again what %s took off, and opens a paid invoice again', (kind, appliedMinor, after) => {
    expect(reversePayment(paid, { kind, appliedMinor, isReversed: false })).toEqual({
      state: 'OPEN',
      dueMinor: appliedMinor,
      earlyDiscountMinor: 0n,
      ...after,
    });
  });

  it('takes the early-payment discount back with whatever makes something due', () => {
    const discounted = { ...paid, earlyDiscountMinor: 1_500n };
    const open = { state: 'OPEN', earlyDiscountMinor: 0n, writtenOffMinor: 500n };
    const reversed = (kind: ReversiblePayment['kind'], appliedMinor: bigint) =>
      reversePayment(discounted, { kind, appliedMinor, isReversed: false });
    expect(reversed('MONEY', 3_000n)).toMatchObject({ ...open, dueMinor: 4_500n });
    expect(reversed('EARLY_PAYMENT_DISCOUNT', 1_500n)).toMatchObject({ ...open, dueMinor: 1_500n });
    expect(reversed('WRITE_OFF', 500n)).toMatchObject({ ...open, writtenOffMinor: 0n, dueMinor: 2_000n });
    expect(reversed('MONEY', 0n)).toMatchObject({ state: 'PAID', earlyDiscountMinor: 1_500n });
  });

  it.each(['OPEN', 'UNCOLLECTIBLE'] as const)('leaves an invoice in state %s as it is', (state) => {
    const partlyPaid = invoice({ state, paidMinor: 100n });
    const reversed = reversePayment(partlyPaid, { kind: 'MONEY', appliedMinor: 100n, isReversed: false });
    expect(reversed).toMatchObject({ state, paidMinor: 0n, dueMinor: 10_000n });
  });

  it.each(['PAID', 'VOID'] as const)('of what became credit as a whole leaves an invoice %s', (state) => {
    const settled = invoice({ state, payableMinor: 0n });
    expect(reversePayment(settled, { kind: 'MONEY', appliedMinor: 0n, isReversed: false }).state).toBe(state);
  });

  it('happens once', () => {
    expect(() => reversePayment(paid, { kind: 'MONEY', appliedMinor: 1n, isReversed: true })).toThrow(
      expect.objectContaining({ reason: 'PAYMENT_REVERSED' }),
    );
  });
});

describe('applyCreditNote', () => {
  it.each([
    ['reduces what is due first', 4_000n, { state: 'OPEN', creditedMinor: 4_000n, dueMinor: 3_000n }, 0n],
    ['settles the invoice', 7_000n, { state: 'PAID', creditedMinor: 7_000n, dueMinor: 0n }, 0n],
    ['gives the rest as credit', 9_000n, { state: 'PAID', creditedMinor: 7_000n, dueMinor: 0n }, 2_000n],
  ] as const)('%s', (_, payableMinor, after, creditMinor) => {
    expect(applyCreditNote(invoice({ paidMinor: 3_000n }), payableMinor)).toEqual({
      ...after,
      paidMinor: 3_000n,
      writtenOffMinor: 0n,
      earlyDiscountMinor: 0n,
      appliedMinor: payableMinor - creditMinor,
      creditMinor,
    });
  });

  it('of a paid invoice becomes credit as a whole', () => {
    expect(applyCreditNote(invoice({ state: 'PAID', paidMinor: 10_000n }), 10_000n)).toMatchObject({
      state: 'PAID',
      creditedMinor: 0n,
      appliedMinor: 0n,
      creditMinor: 10_000n,
    });
  });
});

describe('whatever is paid, with money or with credit, credited, written off or reversed', () => {
  type Step = {
    readonly kind: 'pay' | 'overpay' | 'apply' | 'credit' | 'writeOff' | 'refund' | 'reverse';
    readonly amountMinor: bigint;
    readonly which: number;
  };
  const steps: fc.Arbitrary<Step> = fc.record({
    kind: fc.constantFrom('pay', 'overpay', 'apply', 'credit', 'writeOff', 'refund', 'reverse'),
    amountMinor: fc.bigInt({ min: -10n, max: 400n }),
    which: fc.nat(),
  });
  type Made = ReversiblePayment & { readonly excessMinor: bigint; isReversed: boolean };

  /** An invoice, the credit of its customer and the money of both, by the rules. */
  function createBooks(payableMinor: bigint) {
    const books = {
      invoice: invoice({ payableMinor, creditableMinor: payableMinor }),
      received: 0n,
      credit: 0n,
      /** What credit notes took off the amount due, and how much of them became credit. */
      notes: { applied: 0n, credit: 0n },
      made: [] as Made[],
    };
    const decide = ({ kind, amountMinor }: Step): PaymentOutcome => {
      if (kind === 'apply') return applyCredit(books.invoice, amountMinor, books.credit);
      if (kind === 'writeOff') return writeOff(books.invoice, amountMinor);
      return applyPayment(books.invoice, amountMinor, kind === 'overpay' ? 'CREDIT' : 'REFUSE');
    };
    const enter = ({ kind, appliedMinor, excessMinor }: Made, sign: bigint) => {
      if (kind === 'CREDIT') books.credit -= sign * appliedMinor;
      if (kind !== 'MONEY') return;
      books.received += sign * (appliedMinor + excessMinor);
      books.credit += sign * excessMinor;
    };
    const reverse = (made: Made) => {
      const settlement = reversePayment(books.invoice, made);
      if (made.kind === 'MONEY' && made.excessMinor > books.credit) return; // its credit was used
      made.isReversed = true;
      enter(made, -1n);
      books.invoice = { ...books.invoice, ...settlement };
    };
    const issue = (amountMinor: bigint) => {
      const { creditableMinor } = books.invoice;
      transition('ISSUE_CREDIT_NOTE', books.invoice);
      if (amountMinor <= 0n || amountMinor > creditableMinor) return;
      const { appliedMinor, creditMinor, ...settlement } = applyCreditNote(books.invoice, amountMinor);
      books.notes.applied += appliedMinor;
      books.notes.credit += creditMinor;
      books.credit += creditMinor;
      books.invoice = { ...books.invoice, ...settlement, creditableMinor: creditableMinor - amountMinor };
    };
    const take = (step: Step) => {
      const chosen = books.made[step.which % Math.max(1, books.made.length)];
      if (step.kind === 'reverse') return chosen && reverse(chosen);
      if (step.kind === 'credit') return issue(step.amountMinor);
      if (step.kind === 'refund') {
        checkRefund(step.amountMinor, books.credit, 'EUR');
        books.received -= step.amountMinor;
        books.credit -= step.amountMinor;
        return;
      }
      const { appliedMinor, excessMinor, ...settlement } = decide(step);
      const kind = step.kind === 'apply' ? 'CREDIT' : step.kind === 'writeOff' ? 'WRITE_OFF' : 'MONEY';
      const made = { kind, appliedMinor, excessMinor, isReversed: false } as const;
      books.made.push({ ...made });
      enter(made, 1n);
      books.invoice = { ...books.invoice, ...settlement };
    };
    return { books, take };
  }

  it('paid + credited + due is the total, PAID means that nothing is due, and no money is lost', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 1_000n }), fc.array(steps, { maxLength: 30 }), (payableMinor, taken) => {
        const { books, take } = createBooks(payableMinor);
        for (const step of taken) {
          try {
            take(step);
          } catch (error) {
            if (!(error instanceof RuleViolation)) throw error;
          }
          const { state, paidMinor, creditedMinor, writtenOffMinor } = books.invoice;
          const due = calculateDue(books.invoice);
          expect(paidMinor + creditedMinor + due).toBe(payableMinor);
          expect(paidMinor >= 0n && due >= 0n && books.credit >= 0n).toBe(true);
          expect(paidMinor + books.credit).toBe(books.received + books.notes.credit);
          expect(books.notes.applied + books.notes.credit <= payableMinor).toBe(true);
          const standing = books.made.filter(({ isReversed, kind }) => kind === 'WRITE_OFF' && !isReversed);
          expect(standing.reduce((sum, { appliedMinor }) => sum + appliedMinor, 0n)).toBe(writtenOffMinor);
          expect(creditedMinor).toBe(writtenOffMinor + books.notes.applied);
          expect(state).toBe(due === 0n ? 'PAID' : 'OPEN');
        }
      }),
    );
  });
});
