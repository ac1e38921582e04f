import { describe, expect, it } from 'vitest';
import {
  availableActions,
  checkUpdate,
  INVOICE_ACTIONS,
  INVOICE_STATES,
  type InvoiceAction,
  type InvoiceSituation,
  type InvoiceState,
  transition,
} from './lifecycle.ts';

const invoice = (state: InvoiceState, other: Partial<InvoiceSituation> = {}): InvoiceSituation => ({
  state,
  lineCount: 1,
  payableMinor: 10_000n,
  paidMinor: 0n,
  ...other,
});

/** Every action in every state: where it leads, or nothing where it is refused. */
const table: Record<InvoiceAction, Partial<Record<InvoiceState, string>>> = {
  UPDATE: { DRAFT: 'DRAFT' },
  DELETE: { DRAFT: 'DELETED' },
  SEND: { DRAFT: 'OPEN' },
  RECORD_PAYMENT: { OPEN: 'OPEN', UNCOLLECTIBLE: 'UNCOLLECTIBLE' },
  MARK_UNCOLLECTIBLE: { OPEN: 'UNCOLLECTIBLE' },
  VOID_INVOICE: { OPEN: 'VOID', UNCOLLECTIBLE: 'VOID' },
};
const pairs = INVOICE_ACTIONS.flatMap((action) => INVOICE_STATES.map((state) => ({ action, state })));
const allowed = pairs.filter(({ action, state }) => table[action][state]);
const refused = pairs.filter(({ action, state }) => !table[action][state]);

describe('transition', () => {
  it.each(allowed)('allows $action in state $state', ({ action, state }) => {
    expect(transition(action, invoice(state))).toBe(table[action][state]);
  });

  it.each(refused)('refuses $action in state $state and says why', ({ action, state }) => {
    expect(() => transition(action, invoice(state))).toThrow(
      expect.objectContaining({
        reason: 'INVOICE_STATE',
        message: expect.stringMatching(/^the invoice /),
        metadata: { state, action },
      }),
    );
  });

  it('rejects an invoice that was already sent', () => {
    expect(() => transition('SEND', invoice('OPEN'))).toThrow('the invoice was sent already');
  });

  it('lets nothing leave PAID or VOID', () => {
    for (const state of ['PAID', 'VOID'] as const) expect(availableActions(invoice(state))).toEqual([]);
  });

  it('makes an invoice over nothing PAID when it is sent', () => {
    expect(transition('SEND', invoice('DRAFT', { payableMinor: 0n }))).toBe('PAID');
  });

  it('refuses to send an invoice without lines', () => {
    expect(() => transition('SEND', invoice('DRAFT', { lineCount: 0, payableMinor: 0n }))).toThrow(
      expect.objectContaining({ reason: 'INVOICE_EMPTY' }),
    );
  });

  it.each(['OPEN', 'UNCOLLECTIBLE'] as const)('refuses to void an invoice with payments in state %s', (state) => {
    expect(() => transition('VOID_INVOICE', invoice(state, { paidMinor: 1n }))).toThrow(
      expect.objectContaining({ reason: 'INVOICE_HAS_PAYMENTS' }),
    );
  });
});

describe('availableActions', () => {
  it.each([
    ['DRAFT', ['UPDATE', 'DELETE', 'SEND']],
    ['OPEN', ['RECORD_PAYMENT', 'MARK_UNCOLLECTIBLE', 'VOID_INVOICE']],
    ['UNCOLLECTIBLE', ['RECORD_PAYMENT', 'VOID_INVOICE']],
  ] as const)('offers what is possible in state %s', (state, actions) => {
    expect(availableActions(invoice(state))).toEqual(actions);
  });

  it('does not offer to send an invoice without lines', () => {
    expect(availableActions(invoice('DRAFT', { lineCount: 0 }))).toEqual(['UPDATE', 'DELETE']);
  });

  it('does not offer to void an invoice with payments', () => {
    expect(availableActions(invoice('OPEN', { paidMinor: 1n }))).toEqual(['RECORD_PAYMENT', 'MARK_UNCOLLECTIBLE']);
  });
});

describe('checkUpdate', () => {
  it('allows any field of a draft to change', () => {
    expect(() => checkUpdate('DRAFT', ['lines', 'dueDate', 'memo'])).not.toThrow();
  });

  it.each(INVOICE_STATES)('allows the memo to change in state %s', (state) => {
    expect(() => checkUpdate(state, ['memo'])).not.toThrow();
  });

  it.each(INVOICE_STATES.filter((state) => state !== 'DRAFT'))('names the frozen field in state %s', (state) => {
    expect(() => checkUpdate(state, ['memo', 'dueDate'])).toThrow(
      expect.objectContaining({ reason: 'INVOICE_STATE', field: 'dueDate', metadata: { state, action: 'UPDATE' } }),
    );
  });
});
