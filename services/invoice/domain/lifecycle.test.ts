import { describe, expect, it } from 'vitest';
import {
  actionsOf,
  checkUpdate,
  INVOICE_ACTIONS,
  INVOICE_STATES,
  type InvoiceAction,
  type InvoiceSituation,
  type InvoiceState,
  transition,
  voidReplaced,
} from './lifecycle.ts';

const invoice = (state: InvoiceState, other: Partial<InvoiceSituation> = {}): InvoiceSituation => ({
  state,
  sent: state !== 'DRAFT',
  lineCount: 1,
  payableMinor: 10_000n,
  paidMinor: 0n,
  writtenOffMinor: 0n,
  creditNoteCount: 0,
  creditableMinor: 10_000n,
  ...other,
});

/** Every action in every state: the state it leads to, or nothing when it is refused. */
const table: Record<InvoiceAction, Partial<Record<InvoiceState, string>>> = {
  UPDATE: { DRAFT: 'DRAFT' },
  DELETE: { DRAFT: 'DELETED' },
  FINALIZE: { DRAFT: 'OPEN' },
  SEND: { DRAFT: 'OPEN' },
  RESEND: { OPEN: 'OPEN', PAID: 'PAID', UNCOLLECTIBLE: 'UNCOLLECTIBLE' },
  RECORD_PAYMENT: { OPEN: 'OPEN', UNCOLLECTIBLE: 'UNCOLLECTIBLE' },
  APPLY_CREDIT: { OPEN: 'OPEN', UNCOLLECTIBLE: 'UNCOLLECTIBLE' },
  WRITE_OFF: { OPEN: 'OPEN', UNCOLLECTIBLE: 'UNCOLLECTIBLE' },
  ISSUE_CREDIT_NOTE: { OPEN: 'OPEN', PAID: 'PAID', UNCOLLECTIBLE: 'UNCOLLECTIBLE' },
  PLAN_INSTALMENTS: { OPEN: 'OPEN' },
  REVISE: { OPEN: 'OPEN', UNCOLLECTIBLE: 'UNCOLLECTIBLE' },
  MARK_UNCOLLECTIBLE: { OPEN: 'UNCOLLECTIBLE' },
  VOID_INVOICE: { OPEN: 'VOID', UNCOLLECTIBLE: 'VOID' },
  DUPLICATE: { DRAFT: 'DRAFT', OPEN: 'OPEN', PAID: 'PAID', VOID: 'VOID', UNCOLLECTIBLE: 'UNCOLLECTIBLE' },
};
/** For invoices that were opened without being sent. */
const sendableLater: Partial<Record<InvoiceState, string>> = { OPEN: 'OPEN', PAID: 'PAID' };
const pairs = INVOICE_ACTIONS.flatMap((action) => INVOICE_STATES.map((state) => ({ action, state })));
const allowed = pairs.filter(({ action, state }) => table[action][state]);
const refused = pairs.filter(({ action, state }) => !table[action][state]);

/** The message of the thrown Error. */
function messageOf(throwing: () => unknown): string {
  try {
    throwing();
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
}

describe('transition', () => {
  it.each(allowed)('allows $action in state $state', ({ action, state }) => {
    expect(transition(action, invoice(state))).toBe(table[action][state]);
  });

  /** The actions that refusals advise, by the words that they use. */
  const advised: Record<string, InvoiceAction> = {
    change: 'UPDATE',
    delete: 'DELETE',
    finalize: 'FINALIZE',
    send: 'SEND',
    credit: 'ISSUE_CREDIT_NOTE',
    revise: 'REVISE',
    void: 'VOID_INVOICE',
    duplicate: 'DUPLICATE',
  };

  it.each(refused)('refuses $action in state $state and advises only what is possible then', ({ action, state }) => {
    const refusal = () => transition(action, invoice(state));
    const [, advice = ''] = /; (.* it) (?:instead|first)$/.exec(messageOf(refusal)) ?? [];
    const actions = advice.split(/ or | it\b/).filter((word) => word !== '');
    for (const word of actions) expect(table[advised[word] ?? action][state]).toBeDefined();
  });

  it.each(refused)('refuses $action in state $state and says why', ({ action, state }) => {
    expect(() => transition(action, invoice(state))).toThrow(
      expect.objectContaining({
        reason: 'INVOICE_STATE',
        message: expect.stringMatching(/^the invoice /),
        metadata: { state, action, cause: expect.stringMatching(/^[A-Z_]+$/) },
      }),
    );
  });

  it('rejects an invoice that was already sent', () => {
    expect(() => transition('SEND', invoice('OPEN'))).toThrow('the invoice was already sent');
  });

  it.each(INVOICE_STATES.filter((state) => state !== 'DRAFT'))('sends later what was only finalized: %s', (state) => {
    const send = () => transition('SEND', invoice(state, { sent: false }));
    const next = sendableLater[state];
    if (next === undefined) expect(send).toThrow(expect.objectContaining({ reason: 'INVOICE_STATE' }));
    else expect(send()).toBe(next);
  });

  it('lets nothing leave VOID, and a credit note leaves PAID as it is', () => {
    expect(actionsOf(invoice('VOID')).available).toEqual(['DUPLICATE']);
    expect(actionsOf(invoice('PAID')).available).toEqual(['RESEND', 'ISSUE_CREDIT_NOTE', 'DUPLICATE']);
    expect(transition('ISSUE_CREDIT_NOTE', invoice('PAID'))).toBe('PAID');
  });

  it.each(['SEND', 'FINALIZE'] as const)('makes an invoice over nothing PAID: %s', (action) => {
    expect(transition(action, invoice('DRAFT', { payableMinor: 0n }))).toBe('PAID');
  });

  it.each(['SEND', 'FINALIZE'] as const)('refuses to open an invoice without lines: %s', (action) => {
    expect(() => transition(action, invoice('DRAFT', { lineCount: 0, payableMinor: 0n }))).toThrow(
      expect.objectContaining({ reason: 'INVOICE_EMPTY' }),
    );
  });

  it.each([
    ['OPEN', 'payments', { paidMinor: 1n }, 'INVOICE_HAS_PAYMENTS'],
    ['UNCOLLECTIBLE', 'payments', { paidMinor: 1n }, 'INVOICE_HAS_PAYMENTS'],
    ['OPEN', 'write-offs', { writtenOffMinor: 1n }, 'INVOICE_HAS_WRITE_OFFS'],
    ['UNCOLLECTIBLE', 'write-offs', { writtenOffMinor: 1n }, 'INVOICE_HAS_WRITE_OFFS'],
    ['OPEN', 'credit notes', { creditNoteCount: 1 }, 'INVOICE_HAS_CREDIT_NOTES'],
    ['UNCOLLECTIBLE', 'credit notes', { creditNoteCount: 1 }, 'INVOICE_HAS_CREDIT_NOTES'],
  ] as const)('refuses to void or revise one in state %s with %s, and says what to do', (state, _, other, reason) => {
    const message: unknown = expect.stringMatching(/; (credit|reverse) .+ (instead|first)$/);
    for (const action of ['VOID_INVOICE', 'REVISE'] as const) {
      expect(() => transition(action, invoice(state, other))).toThrow(expect.objectContaining({ reason, message }));
    }
  });

  /** As an invoice over nothing stands once it is opened. */
  const OVER_NOTHING = { payableMinor: 0n, creditableMinor: 0n };

  it('voids or revises an invoice over nothing, though it is paid, since nothing of it can be credited', () => {
    const paid = invoice('PAID', OVER_NOTHING);
    expect(transition('VOID_INVOICE', paid)).toBe('VOID');
    expect(voidReplaced(paid, 'INV-1')).toBe('VOID');
    expect(actionsOf(paid).available).toEqual(['RESEND', 'REVISE', 'VOID_INVOICE', 'DUPLICATE']);
    expect(() => transition('DELETE', paid)).toThrow('; void it instead');
    expect(() => checkUpdate(paid, ['dueDate'])).toThrow('; revise or credit it instead');
  });

  it.each([
    ['that credit notes took back', { creditNoteCount: 1 }],
    ['that was paid before, which can be credited', { creditableMinor: 10_000n }],
  ])('neither voids nor revises a paid invoice %s', (_, other) => {
    const paid = invoice('PAID', { ...OVER_NOTHING, ...other });
    for (const action of ['VOID_INVOICE', 'REVISE'] as const) {
      expect(() => transition(action, paid)).toThrow(expect.objectContaining({ reason: 'INVOICE_STATE' }));
    }
  });

  it.each([
    ['with write-offs', { writtenOffMinor: 1n }, 'INVOICE_HAS_WRITE_OFFS'],
    ['of which nothing remains', { creditableMinor: 0n }, 'CREDIT_EXCEEDS_REMAINING'],
  ] as const)('refuses to credit one %s', (_, other, reason) => {
    expect(() => transition('ISSUE_CREDIT_NOTE', invoice('OPEN', other))).toThrow(expect.objectContaining({ reason }));
  });
});

describe('availableActions', () => {
  it.each([
    ['DRAFT', ['UPDATE', 'DELETE', 'FINALIZE', 'SEND', 'DUPLICATE']],
    [
      'OPEN',
      [
        'RESEND',
        'RECORD_PAYMENT',
        'APPLY_CREDIT',
        'ISSUE_CREDIT_NOTE',
        'PLAN_INSTALMENTS',
        'REVISE',
        'WRITE_OFF',
        'MARK_UNCOLLECTIBLE',
        'VOID_INVOICE',
        'DUPLICATE',
      ],
    ],
    [
      'UNCOLLECTIBLE',
      [
        'RESEND',
        'RECORD_PAYMENT',
        'APPLY_CREDIT',
        'ISSUE_CREDIT_NOTE',
        'REVISE',
        'WRITE_OFF',
        'VOID_INVOICE',
        'DUPLICATE',
      ],
    ],
  ] as const)('offers what is possible in state %s', (state, actions) => {
    expect(actionsOf(invoice(state)).available).toEqual(actions);
  });

  it('does not offer to open an invoice without lines', () => {
    expect(actionsOf(invoice('DRAFT', { lineCount: 0 })).available).toEqual(['UPDATE', 'DELETE', 'DUPLICATE']);
  });

  it.each(['OPEN', 'PAID', 'UNCOLLECTIBLE'] as const)(
    'does not offer to mail again what was only finalized: %s',
    (state) => {
      const { available, unavailable } = actionsOf(invoice(state, { sent: false }));
      expect(available).not.toContain('RESEND');
      expect(unavailable).toContainEqual({ action: 'RESEND', reason: 'NOT_SENT' });
    },
  );

  it('does not offer to void or revise an invoice with payments', () => {
    expect(actionsOf(invoice('OPEN', { paidMinor: 1n })).available).toEqual([
      'RESEND',
      'RECORD_PAYMENT',
      'APPLY_CREDIT',
      'ISSUE_CREDIT_NOTE',
      'PLAN_INSTALMENTS',
      'WRITE_OFF',
      'MARK_UNCOLLECTIBLE',
      'DUPLICATE',
    ]);
  });
});

describe('unavailableActions', () => {
  it('says why each action that is not offered is not', () => {
    expect(actionsOf(invoice('OPEN', { paidMinor: 1n })).unavailable).toEqual([
      { action: 'UPDATE', reason: 'OPENED' },
      { action: 'DELETE', reason: 'OPENED' },
      { action: 'FINALIZE', reason: 'OPENED' },
      { action: 'SEND', reason: 'SENT' },
      { action: 'REVISE', reason: 'HAS_PAYMENTS' },
      { action: 'VOID_INVOICE', reason: 'HAS_PAYMENTS' },
    ]);
  });

  it('and availableActions share all actions among them', () => {
    for (const state of INVOICE_STATES) {
      for (const other of [
        {},
        { sent: false },
        { lineCount: 0 },
        { paidMinor: 1n },
        { writtenOffMinor: 1n },
        { creditNoteCount: 1 },
        { creditableMinor: 0n },
        { payableMinor: 0n },
      ]) {
        const { available, unavailable } = actionsOf(invoice(state, other));
        const actions = [...available, ...unavailable.map(({ action }) => action)];
        expect(actions.toSorted()).toEqual(INVOICE_ACTIONS.toSorted());
      }
    }
  });
});

describe('checkUpdate', () => {
  it('allows any field of a draft to change', () => {
    expect(() => checkUpdate(invoice('DRAFT'), ['lines', 'dueDate', 'memo'])).not.toThrow();
  });

  it.each(INVOICE_STATES)('allows the memo to change in state %s', (state) => {
    expect(() => checkUpdate(invoice(state), ['memo'])).not.toThrow();
  });

  it.each(INVOICE_STATES.filter((state) => state !== 'DRAFT'))('names the frozen field in state %s', (state) => {
    expect(() => checkUpdate(invoice(state), ['memo', 'dueDate'])).toThrow(
      expect.objectContaining({
        reason: 'INVOICE_STATE',
        field: 'dueDate',
        metadata: { state, action: 'UPDATE', cause: 'OPENED' },
      }),
    );
  });
});
