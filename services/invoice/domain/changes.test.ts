import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AuditedInvoice, diffInvoices } from './changes.ts';

const nothing: AuditedInvoice = { fields: {}, lines: [] };
const draft: AuditedInvoice = {
  fields: { dueDate: '2026-12-22', memo: '', totalMinor: 11_899n },
  lines: [
    { id: 'a', fields: { description: 'Work', quantity: '2' } },
    { id: 'b', fields: { description: 'Travel', quantity: '1' } },
  ],
};

describe('diffInvoices', () => {
  it('finds nothing in two equal versions', () => {
    expect(diffInvoices(draft, structuredClone(draft))).toEqual([]);
  });

  it('names a changed field with its old and new value as text', () => {
    const after = { ...draft, fields: { ...draft.fields, totalMinor: 5n, memo: 'Thank you' } };
    expect(diffInvoices(draft, after)).toEqual([
      { field: 'memo', newValue: 'Thank you' },
      { field: 'totalMinor', oldValue: '11899', newValue: '5' },
    ]);
  });

  it('leaves the value out where there is none', () => {
    const after = { ...draft, fields: { ...draft.fields, dueDate: null } };
    expect(diffInvoices(draft, after)).toEqual([{ field: 'dueDate', oldValue: '2026-12-22' }]);
  });

  it('names a changed line by its id, wherever it stands', () => {
    const after = {
      ...draft,
      lines: draft.lines.map((line) => ({ ...line, fields: { ...line.fields, quantity: '2' } })),
    };
    expect(diffInvoices(draft, after)).toEqual([{ field: 'lines.b.quantity', oldValue: '1', newValue: '2' }]);
  });

  it('tells every field of an added and of a removed line', () => {
    const after = { ...draft, lines: [...draft.lines.slice(1), { id: 'c', fields: { description: 'Meals' } }] };
    expect(diffInvoices(draft, after)).toEqual([
      { field: 'lines.a.description', oldValue: 'Work' },
      { field: 'lines.a.quantity', oldValue: '2' },
      { field: 'lines.c.description', newValue: 'Meals' },
    ]);
  });

  it('tells a new order of the lines', () => {
    const after = { ...draft, lines: [...draft.lines].reverse() };
    expect(diffInvoices(draft, after)).toEqual([{ field: 'lines', oldValue: 'a,b', newValue: 'b,a' }]);
  });

  it('tells everything that a new invoice has', () => {
    expect(diffInvoices(nothing, draft).map((change) => change.field)).toEqual([
      'dueDate',
      'totalMinor',
      'lines.a.description',
      'lines.a.quantity',
      'lines.b.description',
      'lines.b.quantity',
    ]);
  });

  const fields = fc.dictionary(
    fc.constantFrom('memo', 'dueDate', 'quantity'),
    fc.option(fc.constantFrom('', '1', '2')),
  );
  const invoices = fc.record({
    fields,
    lines: fc.uniqueArray(fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd'), fields }), {
      selector: (line) => line.id,
    }),
  });

  it('turns around when the versions are swapped', () => {
    const byField = (a: { field: string }, b: { field: string }) => (a.field < b.field ? -1 : 1);
    fc.assert(
      fc.property(invoices, invoices, (before, after) => {
        const there = diffInvoices(before, after).sort(byField);
        const back = diffInvoices(after, before).sort(byField);
        expect(back.map((change) => change.field)).toEqual(there.map((change) => change.field));
        expect(back.map((change) => change.newValue)).toEqual(there.map((change) => change.oldValue));
      }),
    );
  });
});
