import { describe, expect, it } from 'vitest';
import { compareTaxes, resolveTaxes, TAX_CATEGORIES, type TaxCategory, type TaxInput } from './tax.ts';

const resolve = (...taxes: TaxInput[]) => resolveTaxes({ taxes }, 'lines[0]');
const refusal = (field: string) => expect.objectContaining({ reason: 'INVALID_ARGUMENT', field });

describe('resolveTaxes', () => {
  it.each([
    ['19', 'STANDARD'],
    ['0', 'ZERO_RATED'],
    ['', 'ZERO_RATED'],
  ])('takes the rate %j alone for a tax of the category %s', (taxPercent, category) => {
    const { applied, taxes } = resolveTaxes({ taxPercent }, 'lines[0]');
    expect(applied).toMatchObject([{ category, percent: taxPercent === '' ? '0' : taxPercent }]);
    expect(taxes).toEqual([]);
  });

  it('fills in what is left out', () => {
    expect(resolve({ percent: '07.0' }).taxes).toEqual([
      {
        name: '',
        category: 'STANDARD',
        percent: '7',
        exemptionReason: '',
        exemptionCode: '',
        compound: false,
        retained: false,
      },
    ]);
  });

  it('applies the tax of the shorthand before retained ones', () => {
    const resolved = resolveTaxes({ taxPercent: '21', taxes: [{ percent: '15', retained: true }] }, 'lines[0]');
    expect(resolved.taxPercent).toBe('21');
    expect(resolved.applied.map(({ percent }) => percent)).toEqual(['21', '15']);
  });

  it('refuses a shorthand beside taxes that say it all', () => {
    expect(() => resolveTaxes({ taxPercent: '21', taxes: [{ percent: '5' }] }, 'lines[0]')).toThrow(
      refusal('lines[0].taxPercent'),
    );
  });

  // EN 16931: BR-S-5, BR-Z-5, BR-E-5, BR-AE-5, BR-IC-5, BR-G-5, BR-O-5, BR-AF-5, BR-AG-5.
  const positive: readonly TaxCategory[] = ['STANDARD', 'SPLIT_PAYMENT'];
  const any: readonly TaxCategory[] = ['CANARY_ISLANDS', 'CEUTA_MELILLA'];
  it.each(TAX_CATEGORIES)('takes only the rates of the category %s', (category) => {
    const takes = (percent: string) => {
      try {
        return resolve({ category, percent }).applied.length === 1;
      } catch (error) {
        expect(error).toEqual(refusal('lines[0].taxes[0].percent'));
        return false;
      }
    };
    expect(takes('7')).toBe(positive.includes(category) || any.includes(category));
    expect(takes('0')).toBe(!positive.includes(category));
  });

  it.each<TaxCategory>(['STANDARD', 'ZERO_RATED', 'CANARY_ISLANDS', 'CEUTA_MELILLA', 'SPLIT_PAYMENT'])(
    'refuses a reason for an exemption in the category %s (BR-S-10, BR-Z-10, BR-AF-10, BR-AG-10)',
    (category) => {
      const percent = category === 'ZERO_RATED' ? '0' : '7';
      for (const name of ['exemptionReason', 'exemptionCode'] as const) {
        expect(() => resolve({ category, percent, [name]: 'x' })).toThrow(refusal(`lines[0].taxes[0].${name}`));
      }
    },
  );

  it.each<[string, TaxInput[], string]>([
    ['a tax twice', [{ percent: '5' }, { percent: '5.0' }], 'lines[0].taxes[1]'],
    ['a compound tax with none before it', [{ percent: '5', compound: true }], 'lines[0].taxes[0].compound'],
    [
      'a compound tax after a retained one only',
      [
        { percent: '15', retained: true },
        { percent: '5', compound: true },
      ],
      'lines[0].taxes[1].compound',
    ],
    ['a retained tax of 0 %', [{ retained: true }], 'lines[0].taxes[0].percent'],
    [
      'a retained tax with a category',
      [{ retained: true, percent: '1', category: 'STANDARD' }],
      'lines[0].taxes[0].category',
    ],
    ['a retained compound tax', [{ retained: true, percent: '1', compound: true }], 'lines[0].taxes[0].compound'],
  ])('refuses %s', (_what, taxes, field) => {
    expect(() => resolve(...taxes)).toThrow(refusal(field));
  });
});

describe('compareTaxes', () => {
  it('puts the lowest rate first, then goes by category, name and kind', () => {
    const [first] = resolve({ percent: '5' }).taxes;
    if (first === undefined) throw new Error('there is no tax');
    const sorted = [
      { ...first, percent: '0', category: 'ZERO_RATED' as const },
      { ...first, percent: '0', category: 'EXPORT' as const },
      first,
      { ...first, name: 'A' },
      { ...first, name: 'B' },
      { ...first, name: 'B', compound: true },
      { ...first, percent: '10' },
    ];
    expect([...sorted].reverse().sort(compareTaxes)).toEqual(sorted);
  });
});
