import { type DescField, getOption } from '@bufbuild/protobuf';
import {
  type BytesRules,
  type EnumRules,
  type FieldRules,
  field as fieldRules,
  Ignore,
  type StringRules,
} from '../../../gen/buf/validate/validate_pb.ts';
import { type BreakingRule, FIELD_OPTIONS, type Finding, nameOf } from '../rule.ts';
import { inputsOf, REQUESTS_COMPATIBLE } from './required-fields.ts';
import { eachFormer } from './rest-compatible.ts';

/**
 * What a value has to keep to, by the names of the rules. A number is a limit: the value is at most that, negated for a lower
 * limit, so that less is always tighter. A list is what is allowed, and `true` a rule that is there or not.
 */
type Limits = ReadonlyMap<string, Limit>;
type Limit = bigint | readonly string[] | true;

/** The rule that each field has unless an empty value is let pass. */
const RULE_FOR_EMPTY = 'a rule for the value that is empty or 0';

/** What a client could send it still can. Whether another pattern takes less than the one before cannot be told, and is let pass. */
export const boundNotTighter: BreakingRule = {
  id: 'BOUND_NOT_TIGHTER',
  category: REQUESTS_COMPATIBLE,
  purpose: 'Checks that no bound of a request is tightened and that no rule is added to a field that was there.',
  compare: (contracts, former) => {
    const told = new Set<DescField>();
    return eachFormer(contracts, former, (was, is) => {
      const before = inputsOf(was);
      return (is === undefined ? [] : [...inputsOf(is)]).flatMap(([path, { field }]): Finding[] => {
        const old = before.get(path);
        if (old === undefined || told.has(field)) return [];
        const had = limitsOf(getOption(old.field, fieldRules));
        // A request without it was not right before either, whoever said so.
        if (old.isNeeded) had.set(RULE_FOR_EMPTY, true);
        const tighter = tighterRules(had, limitsOf(getOption(field, fieldRules)));
        if (tighter.length === 0) return [];
        told.add(field);
        const message = `"${field.parent.typeName}.${field.name}" takes less than it did in requests of "${nameOf(was)}": ${tighter.join(', ')}.`;
        return [{ message, place: { element: field, within: [FIELD_OPTIONS, fieldRules.number] } }];
      });
    });
  },
};

function tighterRules(was: Limits, is: Limits): string[] {
  return [...is].flatMap(([name, limit]) => {
    const before = was.get(name);
    if (before === undefined) return [`${name} is new`];
    if (typeof limit === 'bigint' && typeof before === 'bigint') return limit < before ? [`${name} is tighter`] : [];
    if (typeof limit === 'object' && typeof before === 'object') {
      const gone = before.filter((value) => !limit.includes(value));
      return gone.length === 0 ? [] : [`${name} lacks ${gone.join(', ')}`];
    }
    return [];
  });
}

function limitsOf(rules: FieldRules, prefix = ''): Map<string, Limit> {
  if (rules.ignore === Ignore.ALWAYS) return new Map();
  const own = [
    ...typeLimits(rules.type),
    ...rules.cel.map(({ id }) => [`cel ${id}`, true] as const),
    ...(rules.ignore === Ignore.IF_ZERO_VALUE ? [] : [[RULE_FOR_EMPTY, true] as const]),
  ];
  const nested = nestedRules(rules.type).flatMap(([name, inner]) => [...limitsOf(inner, `${prefix}${name} `)]);
  return new Map([...own.map(([name, limit]) => [prefix + name, limit] as const), ...nested]);
}

type Entry = readonly [name: string, limit: Limit];

function typeLimits({ case: type, value: rules }: FieldRules['type']): Entry[] {
  switch (type) {
    case undefined:
      return [];
    case 'string':
      return stringLimits(rules);
    case 'bytes':
      return sizeLimits(rules, 'len');
    case 'enum':
      return enumLimits(rules);
    case 'repeated':
      return [...between('items', rules.minItems, rules.maxItems), ...flags({ unique: rules.unique })];
    case 'map':
      return between('pairs', rules.minPairs, rules.maxPairs);
    default:
      return 'lessThan' in rules ? rangeLimits(rules) : [];
  }
}

function nestedRules({ case: type, value: rules }: FieldRules['type']): (readonly [string, FieldRules])[] {
  if (type === 'repeated' && rules.items) return [['items', rules.items]];
  if (type !== 'map') return [];
  return [
    ...(rules.keys === undefined ? [] : [['keys', rules.keys] as const]),
    ...(rules.values === undefined ? [] : [['values', rules.values] as const]),
  ];
}

function stringLimits(rules: StringRules): Entry[] {
  const { wellKnown, pattern } = rules;
  const format = wellKnown.case !== undefined && wellKnown.value !== false ? wellKnown.case : '';
  return [
    ...sizeLimits(rules, 'len'),
    ...between('bytes', rules.lenBytes || rules.minBytes, rules.lenBytes || rules.maxBytes),
    ...flags({ pattern: pattern !== '', [`format ${format}`]: format !== '' }),
    ...(rules.in.length === 0 ? [] : [['in', rules.in] as const]),
  ];
}

function sizeLimits({ len, minLen, maxLen }: StringRules | BytesRules, name: string): Entry[] {
  return between(name, len || minLen, len || maxLen);
}

function enumLimits({ definedOnly, in: allowed, notIn }: EnumRules): Entry[] {
  return [
    ...flags({ defined_only: definedOnly }),
    ...(allowed.length === 0 ? [] : [['in', allowed.map(String)] as const]),
    ...notIn.map((number) => [`not_in ${number}`, true] as const),
  ];
}

interface Bound {
  readonly case: string | undefined;
  readonly value?: unknown;
}

/** Limits of integers. "Less than 5" is "at most 4"; limits of fractions, durations and times are let pass. */
function rangeLimits({ lessThan, greaterThan }: { readonly lessThan: Bound; readonly greaterThan: Bound }): Entry[] {
  const upper = integerOf(lessThan);
  const lower = integerOf(greaterThan);
  return [
    ...(upper === undefined ? [] : [['the upper limit', lessThan.case === 'lt' ? upper - 1n : upper] as const]),
    ...(lower === undefined ? [] : [['the lower limit', -(greaterThan.case === 'gt' ? lower + 1n : lower)] as const]),
  ];
}

function integerOf({ value }: Bound): bigint | undefined {
  if (typeof value === 'bigint') return value;
  return typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : undefined;
}

function between(name: string, min: bigint, max: bigint): Entry[] {
  return [
    ...(max === 0n ? [] : [[`max_${name}`, max] as const]),
    ...(min === 0n ? [] : [[`min_${name}`, -min] as const]),
  ];
}

function flags(rules: Readonly<Record<string, boolean>>): Entry[] {
  return Object.entries(rules).flatMap(([name, isSet]) => (isSet ? [[name, true] as const] : []));
}
