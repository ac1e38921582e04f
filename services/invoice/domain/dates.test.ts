import { describe, expect, it } from 'vitest';
import { checkDate, checkInvoiceDates } from './dates.ts';

const violation = (field: string) => expect.objectContaining({ reason: 'INVALID_ARGUMENT', field });

describe('checkDate', () => {
  it.each(['2026-02-29', '22.11.2026', ''])('refuses %j and names the field', (text) => {
    expect(() => checkDate(text, 'paymentDate')).toThrow(violation('paymentDate'));
  });
});

describe('checkInvoiceDates', () => {
  const due = { issueDate: '', dueDate: '2026-12-22', deliveryDate: '', periodStartDate: '', periodEndDate: '' };

  it.each([
    ['2026-11-22', '2026-12-22'],
    ['2026-11-22', '2026-11-22'],
    ['', '2001-01-01'],
  ])('accepts issue date %j with due date %j', (issueDate, dueDate) => {
    expect(() => checkInvoiceDates({ ...due, issueDate, dueDate })).not.toThrow();
  });

  it.each([
    ['2026-11-22', '2026-11-21', 'dueDate'],
    ['2026-11-31', '2026-12-22', 'issueDate'],
    ['2026-11-22', '', 'dueDate'],
  ])('refuses issue date %j with due date %j', (issueDate, dueDate, field) => {
    expect(() => checkInvoiceDates({ ...due, issueDate, dueDate })).toThrow(violation(field));
  });

  it.each([
    ['2026-11-01', '2026-11-30'],
    ['2026-11-01', '2026-11-01'],
    ['2026-11-01', ''],
    ['', '2026-11-30'],
  ])('accepts a period from %j to %j', (periodStartDate, periodEndDate) => {
    expect(() => checkInvoiceDates({ ...due, periodStartDate, periodEndDate })).not.toThrow();
  });

  it.each([
    [{ periodStartDate: '2026-11-02', periodEndDate: '2026-11-01' }, 'periodEndDate'],
    [{ periodStartDate: '2026-11-31' }, 'periodStartDate'],
    [{ periodEndDate: '2026-02-30' }, 'periodEndDate'],
    [{ deliveryDate: '2026-02-30' }, 'deliveryDate'],
  ])('refuses %j', (dates, field) => {
    expect(() => checkInvoiceDates({ ...due, ...dates })).toThrow(violation(field));
  });
});
