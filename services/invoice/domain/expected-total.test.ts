import { expect, test } from 'vitest';
import { getCurrency } from './currency.ts';
import { checkTotal } from './expected-total.ts';

const [EUR, JPY] = [getCurrency('EUR'), getCurrency('JPY')];

test.each([
  ['', 11_900n, EUR],
  ['119', 11_900n, EUR],
  ['119.00', 11_900n, EUR],
  ['119.5000', 11_950n, EUR],
  ['119', 119n, JPY],
])('%j is what %i minor units are, or says nothing', (text, totalMinor, currency) => {
  expect(() => checkTotal(text, totalMinor, currency)).not.toThrow();
});

test.each([
  ['119.01', 'must be 119.00, the total calculated from the lines'],
  ['119.001', 'must be 119.00, the total calculated from the lines'],
  ['-119', 'must be 119.00, the total calculated from the lines'],
  ['119,00', 'must be a decimal number such as 2 or 49.995'],
  ['1e2', 'must be a decimal number such as 2 or 49.995'],
  ['9'.repeat(16), 'must have at most 15 digits before the decimal point'],
])('%j is not what 119.00 EUR are', (text, problem) => {
  expect(() => checkTotal(text, 11_900n, EUR)).toThrow(
    expect.objectContaining({ reason: 'INVALID_ARGUMENT', field: 'total', message: `total ${problem}` }),
  );
});
