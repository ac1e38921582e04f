import { describe, expect, it } from 'vitest';
import { localDate } from '../../../runtime/calendar.ts';
import { INVOICE_STATES } from './lifecycle.ts';
import { isOverdue } from './overdue.ts';

const open = { state: 'OPEN', dueMinor: 1n, dueDate: '2026-12-31' } as const;

describe('isOverdue', () => {
  it.each([
    ['2026-12-30', false],
    ['2026-12-31', false],
    ['2027-01-01', true],
  ])('with a due date of 2026-12-31, on %s is %s', (today, expected) => {
    expect(isOverdue(open, today)).toBe(expected);
  });

  it('starts at midnight of the zone of the owner, not of UTC', () => {
    const instant = new Date('2027-01-01T00:30:00Z');
    expect(isOverdue(open, localDate(instant, 'Europe/Berlin'))).toBe(true);
    expect(isOverdue(open, localDate(instant, 'America/New_York'))).toBe(false);
  });

  it.each(INVOICE_STATES.filter((state) => state !== 'OPEN'))('never holds in state %s', (state) => {
    expect(isOverdue({ ...open, state }, '2030-01-01')).toBe(false);
  });

  it('never holds when nothing is due', () => {
    expect(isOverdue({ ...open, dueMinor: 0n }, '2030-01-01')).toBe(false);
  });
});
