import { describe, expect, it } from 'vitest';
import { fromAmountsJson } from './amounts-json.ts';

describe('fromAmountsJson', () => {
  it('gives amounts back exactly, wherever they are', () => {
    const json = { netMinor: '999999999999999', percent: '5', items: [{ amountMinor: '-1', compound: false }] };
    expect(fromAmountsJson(json)).toEqual({
      netMinor: 999999999999999n,
      percent: '5',
      items: [{ amountMinor: -1n, compound: false }],
    });
  });
});
