import { expect, test } from 'vitest';
import { checkIssuedElsewhere } from './issued-elsewhere.ts';

const TODAY = '2026-03-01';

test.each(['0001-01-01', '2026-02-28', TODAY])(
  'takes an invoice that was issued on %s, today or before',
  (issueDate) => {
    expect(() => checkIssuedElsewhere({ issueDate, revisesInvoiceId: null }, TODAY)).not.toThrow();
  },
);

test.each([
  ['issueDate', { issueDate: null, revisesInvoiceId: null }],
  ['issueDate', { issueDate: '2026-03-02', revisesInvoiceId: null }],
  ['revisesInvoiceId', { issueDate: TODAY, revisesInvoiceId: '0190a1b2-0000-7000-8000-000000000001' }],
])('refuses one that is not of the past or is a revision, naming %s: %o', (field, draft) => {
  expect(() => checkIssuedElsewhere(draft, TODAY)).toThrow(
    expect.objectContaining({ reason: 'INVALID_ARGUMENT', field }),
  );
});
