import { describe, expect, it } from 'vitest';
import { calculate, type InvoiceAmounts } from './calculate.ts';
import type { LineInput } from './line-amounts.ts';

const LINE: LineInput = { quantity: '10', unitPrice: '12.50', taxPercent: '20' };
const amountsOf = (line: Partial<LineInput>): InvoiceAmounts =>
  calculate({ currencyCode: 'EUR', lines: [{ ...LINE, ...line }] }, { allowNegative: true });
const lineOf = (line: Partial<LineInput>) => amountsOf(line).lines[0];

describe('calculateLine', () => {
  it('takes the price for as many units as it is for', () => {
    expect(lineOf({ quantity: '1250', unitPrice: '3.99', baseQuantity: '100' })?.netMinor).toBe(4988n);
    expect(lineOf({ quantity: '1', unitPrice: '1', baseQuantity: '3' })?.netMinor).toBe(33n);
  });

  it('rounds once, after the division and the discount', () => {
    // 0.01 / 3 is 0.00333...: if that were rounded first, 150 of them would come to nothing.
    expect(lineOf({ quantity: '150', unitPrice: '0.01', baseQuantity: '3' })?.netMinor).toBe(50n);
    // 2.00 / 3 less 25 % is exactly half of 1.00; 0.67 less 25 % would be more.
    expect(lineOf({ quantity: '2', unitPrice: '1', baseQuantity: '3', discountPercent: '25' })?.netMinor).toBe(50n);
  });

  it('takes a base quantity for 1 when there is none', () => {
    expect(lineOf({})).toMatchObject({ baseQuantity: '1', netMinor: 12500n });
  });

  it('takes ten decimals of a price', () => {
    expect(lineOf({ quantity: '1000000', unitPrice: '0.0000123456' })?.netMinor).toBe(1235n);
  });

  it('takes off a discount as an amount', () => {
    expect(lineOf({ discountAmountMinor: 2500n })).toMatchObject({
      grossMinor: 12500n,
      discountMinor: 2500n,
      netMinor: 10000n,
    });
    expect(lineOf({ quantity: '-10', discountAmountMinor: -2500n })?.netMinor).toBe(-10000n);
  });

  it('takes off allowances and adds charges after the discount (EN 16931, BG-27 and BG-28)', () => {
    const line = lineOf({
      discountPercent: '20',
      allowances: [{ percent: '10.0' }, { amountMinor: 150n }, { percent: '5', baseMinor: 333n }],
      charges: [{ amountMinor: 1000n }],
    });
    // The percentage is of the gross, 125.00; 5 % of 3.33 is 0.17.
    expect(line?.allowances.map(({ calculatedMinor }) => calculatedMinor)).toEqual([1250n, 150n, 17n]);
    expect(line?.allowances.map(({ percent }) => percent)).toEqual(['10', '0', '5']);
    expect(line).toMatchObject({
      grossMinor: 12500n,
      discountMinor: 2500n,
      allowanceMinor: 1417n,
      chargeMinor: 1000n,
      netMinor: 9583n,
      includedTaxMinor: 0n,
    });
  });

  it.each([
    [{ baseQuantity: '0' }, 'lines[0].baseQuantity'],
    [{ baseQuantity: '-1' }, 'lines[0].baseQuantity'],
    [{ discountPercent: '1', discountAmountMinor: 1n }, 'lines[0].discountAmountMinor'],
    [{ discountAmountMinor: 12501n }, 'lines[0].discountAmountMinor'],
    [{ discountAmountMinor: -1n }, 'lines[0].discountAmountMinor'],
    [{ quantity: '-1', discountAmountMinor: 1n }, 'lines[0].discountAmountMinor'],
    [{ unitPrice: '0.00000000001' }, 'lines[0].unitPrice'],
    [{ charges: [{ amountMinor: 1n, percent: '1' }] }, 'lines[0].charges[0].amountMinor'],
    [{ allowances: [{}, { percent: '100.1' }] }, 'lines[0].allowances[1].percent'],
  ])('refuses %o', (line, field) => {
    expect(() => amountsOf(line)).toThrow(expect.objectContaining({ reason: 'INVALID_ARGUMENT', field }));
  });

  it.each([
    [{ quantity: '999999999999', unitPrice: '999999999999', discountPercent: '100' }, 'lines[0]'],
    [{ charges: [{ amountMinor: 10n ** 15n }] }, 'lines[0].charges[0].amountMinor'],
    [{ charges: [{ percent: '1', baseMinor: 10n ** 15n }] }, 'lines[0].charges[0].baseMinor'],
    [{ charges: [{ amountMinor: 10n ** 15n - 1n }] }, 'lines[0]'],
  ])('refuses %o as too large', (line, field) => {
    expect(() => amountsOf(line)).toThrow(expect.objectContaining({ reason: 'AMOUNT_TOO_LARGE', field }));
  });
});
