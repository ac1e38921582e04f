import { compareDecimals, formatDecimal } from './decimal.ts';
import { parsePercent } from './percent.ts';
import { invalid } from './rule-violation.ts';

/** The tax categories of EN 16931 (BT-118, UNTDID 5305), in the order in which taxes of one rate are shown. */
export const TAX_CATEGORIES = [
  'STANDARD',
  'ZERO_RATED',
  'EXEMPT',
  'REVERSE_CHARGE',
  'INTRA_COMMUNITY',
  'EXPORT',
  'OUTSIDE_SCOPE',
  'CANARY_ISLANDS',
  'CEUTA_MELILLA',
  'SPLIT_PAYMENT',
] as const;

/** One of {@link TAX_CATEGORIES}. */
export type TaxCategory = (typeof TAX_CATEGORIES)[number];

/** A tax as it is asked for on a line, or on an allowance or charge of the document. */
export type TaxInput = {
  /** What it is called, e.g. `GST`. Taxes of different names are different taxes. */
  readonly name?: string | undefined;
  /** `STANDARD` for a rate above 0 and `ZERO_RATED` for 0 when absent. A retained tax has none. */
  readonly category?: TaxCategory | undefined;
  /** 0 to 100 with at most 6 decimal places; 0 when absent or empty. */
  readonly percent?: string | undefined;
  /** Why no tax is charged (BT-120). */
  readonly exemptionReason?: string | undefined;
  /** The same as a code (BT-121, the list VATEX). */
  readonly exemptionCode?: string | undefined;
  /** Whether the taxes before it on the line are taxed too. */
  readonly compound?: boolean | undefined;
  /** Whether the customer keeps it back and pays it to the tax office: it lowers the payable amount, not the total. */
  readonly retained?: boolean | undefined;
};

/** A tax with everything that was left out filled in, and its rate in its shortest form. */
export type Tax = {
  readonly name: string;
  /** Absent exactly on a retained tax. */
  readonly category?: TaxCategory;
  readonly percent: string;
  readonly exemptionReason: string;
  readonly exemptionCode: string;
  readonly compound: boolean;
  readonly retained: boolean;
};

/** The taxes of a line, or of an allowance or charge of the document, as they are asked for. */
export type TaxedInput = {
  /** The rate, when a single tax is all there is; empty when `taxes` has a tax that is not retained. */
  readonly taxPercent?: string | undefined;
  readonly taxes?: readonly TaxInput[] | undefined;
};

/** The same taxes in the form to store, and all of them in the order in which they are applied. */
export type ResolvedTaxes = {
  readonly taxPercent: string;
  readonly taxes: readonly Tax[];
  readonly applied: readonly Tax[];
};

type CategoryRule = {
  readonly rate: 'positive' | 'zero' | 'any';
  /** Whether the tax has to say why none is charged; `none` when it must not. */
  readonly exemption: 'required' | 'none' | { readonly impliedCode: string };
};

/** EN 16931, for each category X: BR-X-5 to BR-X-7 (rate) and BR-X-10 (exemption reason). */
const CATEGORY_RULES: Readonly<Record<TaxCategory, CategoryRule>> = {
  STANDARD: { rate: 'positive', exemption: 'none' },
  ZERO_RATED: { rate: 'zero', exemption: 'none' },
  EXEMPT: { rate: 'zero', exemption: 'required' },
  REVERSE_CHARGE: { rate: 'zero', exemption: { impliedCode: 'VATEX-EU-AE' } },
  INTRA_COMMUNITY: { rate: 'zero', exemption: { impliedCode: 'VATEX-EU-IC' } },
  EXPORT: { rate: 'zero', exemption: { impliedCode: 'VATEX-EU-G' } },
  OUTSIDE_SCOPE: { rate: 'zero', exemption: { impliedCode: 'VATEX-EU-O' } },
  CANARY_ISLANDS: { rate: 'any', exemption: 'none' },
  CEUTA_MELILLA: { rate: 'any', exemption: 'none' },
  SPLIT_PAYMENT: { rate: 'positive', exemption: 'none' },
};

/** What the category requires of the reason for an exemption. */
export function exemptionRuleOf(category: TaxCategory | undefined): CategoryRule['exemption'] {
  return category === undefined ? 'none' : CATEGORY_RULES[category].exemption;
}

/**
 * The taxes of an item, checked one by one; `path` is the path of the item, e.g. `lines[0]`. The tax of the shorthand
 * `taxPercent` comes before `taxes`. At least one tax is not retained, so that every item has its place in the tax
 * totals.
 *
 * Throws INVALID_ARGUMENT naming the field.
 */
export function resolveTaxes(input: TaxedInput, path: string): ResolvedTaxes {
  const taxes = (input.taxes ?? []).map((tax, index) => resolveTax(tax, `${path}.taxes[${index}]`));
  const field = `${path}.taxPercent`;
  const percent = parsePercent(input.taxPercent, field);
  checkSequence(taxes, path);
  if (taxes.some(({ retained }) => !retained)) {
    if (percent.coefficient !== 0n) throw invalid(field, 'must not be given together with taxes that are not retained');
    return { taxPercent: '', taxes, applied: taxes };
  }
  const taxPercent = formatDecimal(percent);
  return { taxPercent, taxes, applied: [resolveTax({ percent: taxPercent }, path), ...taxes] };
}

/** What distinguishes one tax from another. */
export type TaxIdentity = Pick<Tax, 'name' | 'percent' | 'compound' | 'retained'> & {
  readonly category?: TaxCategory | undefined;
};

/** Text that two taxes share exactly when they are one and the same. */
export function taxKey({ name, category, percent, compound, retained }: TaxIdentity): string {
  return JSON.stringify([percent, category, name, compound, retained]);
}

/** Orders taxes: lowest rate first, then by category, name and kind. Zero only for one and the same tax. */
export function compareTaxes(a: Tax, b: Tax): number {
  return (
    compareDecimals(parsePercent(a.percent, 'percent'), parsePercent(b.percent, 'percent')) ||
    rankOf(a) - rankOf(b) ||
    compareTexts(a.name, b.name) ||
    Number(a.compound) - Number(b.compound)
  );
}

/** Orders texts by their code units, the same everywhere. */
function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function rankOf({ category }: Tax): number {
  return category === undefined ? TAX_CATEGORIES.length : TAX_CATEGORIES.indexOf(category);
}

function resolveTax(input: TaxInput, path: string): Tax {
  const percent = parsePercent(input.percent, `${path}.percent`);
  const retained = input.retained ?? false;
  const category = input.category ?? (percent.coefficient === 0n ? 'ZERO_RATED' : 'STANDARD');
  const tax = {
    name: input.name ?? '',
    percent: formatDecimal(percent),
    exemptionReason: input.exemptionReason ?? '',
    exemptionCode: input.exemptionCode ?? '',
    compound: input.compound ?? false,
    retained,
  };
  if (!retained) return checkCategory({ ...tax, category }, path);
  if (input.category !== undefined) throw invalid(`${path}.category`, 'must be left out on a retained tax');
  if (tax.compound) throw invalid(`${path}.compound`, 'must be false on a retained tax');
  if (percent.coefficient === 0n) throw invalid(`${path}.percent`, 'must be more than 0 on a retained tax');
  return checkExemption(tax, path);
}

function checkCategory(tax: Tax & { readonly category: TaxCategory }, path: string): Tax {
  const { rate } = CATEGORY_RULES[tax.category];
  const isZero = tax.percent === '0';
  if (rate === 'zero' && !isZero) throw invalid(`${path}.percent`, `must be 0 in the category ${tax.category}`);
  if (rate === 'positive' && isZero) {
    throw invalid(`${path}.percent`, `must be more than 0 in the category ${tax.category}`);
  }
  return checkExemption(tax, path);
}

function checkExemption(tax: Tax, path: string): Tax {
  if (exemptionRuleOf(tax.category) !== 'none') return tax;
  const given = (['exemptionReason', 'exemptionCode'] as const).find((name) => tax[name] !== '');
  if (given !== undefined) throw invalid(`${path}.${given}`, 'must be left out where no exemption applies');
  return tax;
}

/** Checks the taxes of one line against each other. */
function checkSequence(taxes: readonly Tax[], path: string): void {
  const seen = new Set<string>();
  for (const [index, tax] of taxes.entries()) {
    const key = taxKey({ ...tax, compound: false });
    if (seen.has(key)) throw invalid(`${path}.taxes[${index}]`, 'must not repeat an earlier tax');
    seen.add(key);
  }
  const first = taxes.findIndex(({ retained }) => !retained);
  if (taxes[first]?.compound) {
    throw invalid(`${path}.taxes[${first}].compound`, 'must be false on the first tax, since there is none before it');
  }
}
