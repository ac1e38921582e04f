import { describe, expect, it } from 'vitest';
import {
  checkQuoteUpdate,
  QUOTE_ACTIONS,
  QUOTE_STATES,
  type QuoteAction,
  type QuoteSituation,
  quoteActionsOf,
  type ShownQuoteState,
  shownQuoteState,
  transitionQuote,
} from './quote-lifecycle.ts';

const TODAY = '2026-03-15';
const SHOWN_STATES: readonly ShownQuoteState[] = [...QUOTE_STATES, 'EXPIRED'];

/** A quote that shows this state today. */
const quote = (state: ShownQuoteState, other: Partial<QuoteSituation> = {}): QuoteSituation => ({
  state: state === 'EXPIRED' ? 'SENT' : state,
  expireDate: state === 'EXPIRED' ? '2026-03-14' : '2026-03-15',
  lineCount: 1,
  today: TODAY,
  ...other,
});

/** Every action in every state: the state it leads to, or nothing when it is refused. */
const table: Record<QuoteAction, Partial<Record<ShownQuoteState, string>>> = {
  UPDATE: { DRAFT: 'DRAFT' },
  DELETE: { DRAFT: 'DELETED' },
  SEND: { DRAFT: 'SENT' },
  RESEND: { SENT: 'SENT' },
  EXTEND: { SENT: 'SENT', EXPIRED: 'SENT', DECLINED: 'DECLINED' },
  ACCEPT: { SENT: 'ACCEPTED', DECLINED: 'ACCEPTED' },
  DECLINE: { SENT: 'DECLINED', EXPIRED: 'DECLINED', ACCEPTED: 'DECLINED' },
  CONVERT: { ACCEPTED: 'INVOICED' },
};
const pairs = QUOTE_ACTIONS.flatMap((action) => SHOWN_STATES.map((state) => ({ action, state })));
const allowed = pairs.filter(({ action, state }) => table[action][state]);
const refused = pairs.filter(({ action, state }) => !table[action][state]);

describe('transitionQuote', () => {
  it.each(allowed)('allows $action in state $state', ({ action, state }) => {
    expect(transitionQuote(action, quote(state))).toBe(table[action][state]);
  });

  it.each(refused)('refuses $action in state $state and says why', ({ action, state }) => {
    expect(() => transitionQuote(action, quote(state))).toThrow(
      expect.objectContaining({
        reason: 'QUOTE_STATE',
        message: expect.stringMatching(/^the quote /),
        metadata: { state, action, cause: expect.stringMatching(/^[A-Z_]+$/) },
      }),
    );
  });

  it('refuses to send a quote without lines', () => {
    expect(() => transitionQuote('SEND', quote('DRAFT', { lineCount: 0 }))).toThrow('a quote without lines');
  });

  it.each(['SEND', 'ACCEPT'] as const)('refuses the day after the expiry date: %s', (action) => {
    const state = action === 'SEND' ? 'DRAFT' : 'DECLINED';
    const yesterday = quote(state, { expireDate: '2026-03-14' });
    expect(() => transitionQuote(action, yesterday)).toThrow(
      expect.objectContaining({ metadata: { state, action, cause: 'EXPIRED' } }),
    );
  });

  it('never takes a quote without an expiry date for expired', () => {
    const endless = quote('SENT', { expireDate: null, today: '9999-12-31' });
    expect(shownQuoteState(endless)).toBe('SENT');
    expect(transitionQuote('ACCEPT', endless)).toBe('ACCEPTED');
  });

  it('shows no state but SENT as expired', () => {
    for (const state of QUOTE_STATES) {
      const shown = shownQuoteState(quote(state, { expireDate: '2026-03-14' }));
      expect(shown).toBe(state === 'SENT' ? 'EXPIRED' : state);
    }
  });
});

describe('what is offered', () => {
  it.each([
    ['DRAFT', ['UPDATE', 'DELETE', 'SEND']],
    ['SENT', ['RESEND', 'EXTEND', 'ACCEPT', 'DECLINE']],
    ['EXPIRED', ['EXTEND', 'DECLINE']],
    ['ACCEPTED', ['DECLINE', 'CONVERT']],
    ['DECLINED', ['EXTEND', 'ACCEPT']],
    ['INVOICED', []],
  ] as const)('is what is possible in state %s', (state, actions) => {
    expect(quoteActionsOf(quote(state)).available).toEqual(actions);
  });

  it('says why each other action is not', () => {
    expect(quoteActionsOf(quote('EXPIRED')).unavailable).toEqual([
      { action: 'UPDATE', reason: 'SENT' },
      { action: 'DELETE', reason: 'SENT' },
      { action: 'SEND', reason: 'SENT' },
      { action: 'RESEND', reason: 'EXPIRED' },
      { action: 'ACCEPT', reason: 'EXPIRED' },
      { action: 'CONVERT', reason: 'NOT_ACCEPTED' },
    ]);
  });

  it('and what is not share all actions among them', () => {
    for (const state of SHOWN_STATES) {
      for (const other of [{}, { lineCount: 0 }, { expireDate: null }, { expireDate: '2020-01-01' }]) {
        const { available, unavailable } = quoteActionsOf(quote(state, other));
        const actions = [...available, ...unavailable.map(({ action }) => action)];
        expect(actions.toSorted()).toEqual(QUOTE_ACTIONS.toSorted());
      }
    }
  });
});

describe('checkQuoteUpdate', () => {
  it('allows any field of a draft to change', () => {
    expect(() => checkQuoteUpdate(quote('DRAFT'), ['invoice', 'expireDate', 'dueDays'])).not.toThrow();
  });

  it.each(['SENT', 'EXPIRED', 'DECLINED'] as const)('allows the expiry date to move in state %s', (state) => {
    expect(() => checkQuoteUpdate(quote(state), ['expireDate'])).not.toThrow();
  });

  it.each(['ACCEPTED', 'INVOICED'] as const)('refuses to move it in state %s', (state) => {
    expect(() => checkQuoteUpdate(quote(state), ['expireDate'])).toThrow(
      expect.objectContaining({ field: 'expireDate', metadata: { state, action: 'EXTEND', cause: state } }),
    );
    expect(() => checkQuoteUpdate(quote(state), [])).not.toThrow();
  });

  it.each(SHOWN_STATES.filter((state) => state !== 'DRAFT'))('names the frozen field in state %s', (state) => {
    expect(() => checkQuoteUpdate(quote(state), ['expireDate', 'invoice'])).toThrow(
      expect.objectContaining({ field: 'invoice', metadata: { state, action: 'UPDATE', cause: 'SENT' } }),
    );
  });
});
