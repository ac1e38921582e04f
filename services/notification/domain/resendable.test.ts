import { describe, expect, test } from 'vitest';
import { invoiceResendRefusal, quoteResendRefusal } from './resendable.ts';

describe('an invoice', () => {
  test.each(['OPEN', 'PAID', 'UNCOLLECTIBLE'])('that is %s can be mailed again once it was sent', (state) => {
    expect(invoiceResendRefusal({ state, sent: true })).toBeUndefined();
    expect(invoiceResendRefusal({ state, sent: false })).toMatchObject({ cause: 'NOT_SENT' });
  });

  test('that is a draft is to be sent first', () => {
    expect(invoiceResendRefusal({ state: 'DRAFT', sent: false })).toMatchObject({ cause: 'NOT_SENT' });
  });

  test.each([true, false])('that is void cannot, sent before: %s', (sent) => {
    expect(invoiceResendRefusal({ state: 'VOID', sent })).toMatchObject({ cause: 'VOIDED' });
  });
});

test('a quote can be mailed again while it is to be answered', () => {
  const causes = ['DRAFT', 'SENT', 'EXPIRED', 'ACCEPTED', 'DECLINED', 'INVOICED'].map(
    (state) => quoteResendRefusal(state)?.cause,
  );
  expect(causes).toEqual(['NOT_SENT', undefined, 'EXPIRED', 'ACCEPTED', 'DECLINED', 'INVOICED']);
});
