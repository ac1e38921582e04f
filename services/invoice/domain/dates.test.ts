import { describe, expect, it } from 'vitest';
import { changedTerm, checkDate, checkInvoiceDates, isWithinTerm, settleDueDate } from './dates.ts';

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

describe('settleDueDate', () => {
  const today = '2026-01-31';

  it.each([
    ['a date', { issueDate: '', dueDate: '2026-12-22' }, '2026-12-22'],
    ['days after the issue date', { issueDate: '2026-02-01', dueDate: '', dueDays: 30 }, '2026-03-03'],
    ['days after today, where there is no issue date', { issueDate: '', dueDate: '', dueDays: 30 }, '2026-03-02'],
    ['no days', { issueDate: '', dueDate: '', dueDays: 0 }, today],
    ['days and the date that they come to', { issueDate: '', dueDate: '2026-02-01', dueDays: 1 }, '2026-02-01'],
  ])('takes %s', (_, term, expected) => {
    expect(settleDueDate(term, today)).toBe(expected);
  });

  it.each([
    ['neither', { issueDate: '', dueDate: '' }, 'dueDate'],
    ['days and another date', { issueDate: '', dueDate: '2026-02-02', dueDays: 1 }, 'dueDate'],
    ['days after a day that there is not', { issueDate: '2026-02-30', dueDate: '', dueDays: 1 }, 'issueDate'],
    ['days beyond the calendar', { issueDate: '9999-12-31', dueDate: '', dueDays: 1 }, 'dueDays'],
  ])('refuses %s', (_, term, field) => {
    expect(() => settleDueDate(term, today)).toThrow(violation(field));
  });
});

describe('changedTerm', () => {
  const date = { issueDate: '', dueDate: '2026-03-01' };
  const days = { ...date, dueDays: 30 };

  it.each([
    ['nothing: the date follows from the days', days, days, { ...days, dueDate: '' }],
    ['the days', days, { ...days, dueDays: 10 }, { ...days, dueDays: 10, dueDate: '' }],
    ['a date to days', date, days, { ...days, dueDate: '' }],
    [
      'the date alone, which takes the days away',
      days,
      { ...days, dueDate: '2026-04-01' },
      { issueDate: '', dueDate: '2026-04-01', dueDays: undefined },
    ],
    ['the date to none', days, { ...days, dueDate: '' }, { ...days, dueDate: '' }],
    ['days to the date that they came to', days, date, date],
  ])('of a change of %s', (_, before, after, expected) => {
    expect(changedTerm(before, after)).toEqual(expected);
  });
});

describe('isWithinTerm', () => {
  const date = { issueDate: '2026-03-01', dueDate: '2026-03-15' };

  it.each([
    [14, { issueDate: '', dueDate: '', dueDays: 14 }, true],
    [15, { issueDate: '', dueDate: '', dueDays: 14 }, false],
    [14, date, true],
    [15, date, false],
    [1, { ...date, issueDate: '' }, false],
    [1, { ...date, dueDate: '' }, false],
    [1, { ...date, issueDate: '2026-02-30' }, false],
    [1, { ...date, dueDate: '2026-02-30' }, false],
  ])('of %d days with %j is %j', (days, term, expected) => {
    expect(isWithinTerm(days, term)).toBe(expected);
  });
});
