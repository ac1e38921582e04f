import { describe, expect, test } from 'vitest';
import { findRateFaults } from './rate-faults.ts';

const TERMS = { currencyCode: 'USD', targetCurrencyCode: 'EUR', date: '2026-03-01' };

describe('the terms of a rate', () => {
  test('are fine with two currencies and a day', () => {
    expect(findRateFaults(TERMS)).toEqual([]);
  });

  test.each([
    ['currency_code', { currencyCode: 'XYZ' }],
    ['currency_code', { currencyCode: 'XAU' }],
    ['target_currency_code', { targetCurrencyCode: 'XYZ' }],
    ['target_currency_code', { targetCurrencyCode: '' }],
    ['target_currency_code', { targetCurrencyCode: 'USD' }],
    ['date', { date: '2026-02-29' }],
    ['date', { date: '0000-01-01' }],
  ])('have a bad %s with %o', (field, bad) => {
    expect(findRateFaults({ ...TERMS, ...bad }).map((fault) => fault.field)).toEqual([field]);
  });

  test('have all their faults named at once', () => {
    const faults = findRateFaults({ currencyCode: 'AAA', targetCurrencyCode: 'AAA', date: '2026-13-01' });
    expect(faults.map(({ field }) => field)).toEqual(['currency_code', 'target_currency_code', 'date']);
  });
});
