import { type DescField, type DescMessage, type DescMethod, getOption, toJson } from '@bufbuild/protobuf';
import { reflect } from '@bufbuild/protobuf/reflect';
import {
  type FieldRules,
  FieldRulesSchema,
  field as fieldRules,
  Ignore,
  message as messageRules,
  oneof as oneofRules,
} from '../../../gen/buf/validate/validate_pb.ts';
import { type BreakingRule, FIELD_OPTIONS, type Finding, MESSAGE_OPTIONS, nameOf, type Place } from '../rule.ts';
import { inputsOf, REQUESTS_COMPATIBLE } from './required-fields.ts';
import { eachFormer } from './rest-compatible.ts';

/**
 * The limits of a value, by the names of the rules. A number is an upper limit, or a lower limit negated, so that less
 * is always tighter. A list has the allowed values. `true` is a rule that is either present or absent. A text is a rule
 * that cannot be compared with another one, so any other counts as tighter.
 */
type Limits = ReadonlyMap<string, Limit>;
type Limit = bigint | readonly string[] | true | string;
type Entry = readonly [name: string, limit: Limit];

/** A part of a request that has rules, the place of the rules, and its name in a finding. */
interface Ruled {
  readonly element: DescField | DescMessage;
  readonly limits: Map<string, Limit>;
  readonly place: Place;
  readonly name: string;
}

/** The rule that each field has unless an empty value is accepted. */
const RULE_FOR_EMPTY = 'a rule for the value that is empty or 0';

/** Clients can still send what they could send. */
export const boundNotTighter: BreakingRule = {
  id: 'BOUND_NOT_TIGHTER',
  category: REQUESTS_COMPATIBLE,
  purpose:
    'Checks that no bound of a request is tightened, no rule added to what was there, and no pattern or expression changed.',
  compare: (contracts, former) => {
    const told = new Set<DescField | DescMessage>();
    return eachFormer(contracts, former, (was, is) => {
      const before = ruledOf(was);
      return (is === undefined ? [] : [...ruledOf(is)]).flatMap(
        ([path, { element, limits, place, name }]): Finding[] => {
          const old = before.get(path);
          if (old === undefined || told.has(element)) return [];
          const tighter = tighterRules(old.limits, limits);
          if (tighter.length === 0) return [];
          told.add(element);
          return [
            {
              message: `"${name}" takes less than it did in requests of "${nameOf(was)}": ${tighter.join(', ')}.`,
              place,
            },
          ];
        },
      );
    });
  },
};

/** All parts of a request that can have rules, by path: its fields, and its messages with ` message` after the path. */
function ruledOf(method: DescMethod): Map<string, Ruled> {
  const ruled = new Map([[' message', ruledMessage(method.input)]]);
  for (const [path, { field, isNeeded }] of inputsOf(method)) {
    const rules = getOption(field, fieldRules);
    const limits = limitsOf(rules);
    // A request without it was invalid before as well, whichever rule said so.
    if (isNeeded) limits.set(RULE_FOR_EMPTY, true);
    const place = { element: field, within: [FIELD_OPTIONS, fieldRules.number] };
    ruled.set(path, { element: field, limits, place, name: `${field.parent.typeName}.${field.name}` });
    if (field.message && rules.ignore !== Ignore.ALWAYS) ruled.set(`${path} message`, ruledMessage(field.message));
  }
  return ruled;
}

function ruledMessage(message: DescMessage): Ruled {
  const { cel, celExpression, oneof } = getOption(message, messageRules);
  const limits = new Map<string, Limit>([
    ...expressions(cel, celExpression),
    ...oneof.flatMap(({ fields, required }) => [
      [`oneof ${fields.join(', ')}`, true] as const,
      ...(required ? [[`required oneof ${fields.join(', ')}`, true] as const] : []),
    ]),
    ...message.oneofs
      .filter((group) => getOption(group, oneofRules).required)
      .map(({ name }) => [`required oneof ${name}`, true] as const),
  ]);
  const place = { element: message, within: [MESSAGE_OPTIONS, messageRules.number] };
  return { element: message, limits, place, name: message.typeName };
}

function tighterRules(was: Limits, is: Limits): string[] {
  return [...is].flatMap(([name, limit]) => {
    const before = was.get(name);
    if (before === undefined) return [`${name} is new`];
    if (typeof limit === 'bigint' && typeof before === 'bigint') return limit < before ? [`${name} is tighter`] : [];
    if (typeof limit === 'object' && typeof before === 'object') {
      const gone = before.filter((value) => !limit.includes(value));
      return gone.length === 0 ? [] : [`${name} lacks ${gone.join(', ')}`];
    }
    return limit === before ? [] : [`${name} is another`];
  });
}

function limitsOf(rules: FieldRules, prefix = ''): Map<string, Limit> {
  if (rules.ignore === Ignore.ALWAYS) return new Map();
  const own = [
    ...typeLimits(rules.type),
    ...expressions(rules.cel, rules.celExpression),
    ...(rules.ignore === Ignore.IF_ZERO_VALUE ? [] : [[RULE_FOR_EMPTY, true] as const]),
  ];
  const nested = nestedRules(rules.type).flatMap(([name, inner]) => [...limitsOf(inner, `${prefix}${name} `)]);
  return new Map([...own.map(([name, limit]) => [prefix + name, limit] as const), ...nested]);
}

/** CEL rules are identified by their expression. Another id or message does not make another rule. */
function expressions(cel: readonly { readonly expression: string }[], celExpression: readonly string[]): Entry[] {
  return [...cel.map(({ expression }) => expression), ...celExpression].map((text) => [`cel "${text}"`, true]);
}

/** All rules of a type. Sizes and ranges are compared; for the others it is only known whether they changed. */
function typeLimits(type: FieldRules['type']): Entry[] {
  const desc = FieldRulesSchema.fields.find(({ localName }) => localName === type.case)?.message;
  if (desc === undefined || type.value === undefined) return [];
  const rules = reflect(desc, type.value);
  const { entries, names } = understoodLimits(type);
  const values = toJson(desc, type.value) as Readonly<Record<string, unknown>>; // the rules of a type are a message
  const others = desc.fields.filter((field) => rules.isSet(field) && !names.includes(field.name));
  return [...entries, ...others.flatMap(({ name, jsonName }) => otherLimits(name, values[jsonName]))];
}

function otherLimits(name: string, value: unknown): Entry[] {
  if (name === 'example' || value === false) return [];
  if (value === true) return [[name, true]];
  if (name === 'in' && Array.isArray(value)) return [[name, value.map(String)]];
  if (name === 'not_in' && Array.isArray(value)) return value.map((one) => [`not_in ${one}`, true]);
  return [[name, JSON.stringify(value)]];
}

/** The limits that can be compared, and the names of the rules from which they come. */
function understoodLimits(type: FieldRules['type']): { readonly entries: Entry[]; readonly names: readonly string[] } {
  switch (type.case) {
    case 'string': {
      const { len, minLen, maxLen, lenBytes, minBytes, maxBytes } = type.value;
      return {
        entries: [
          ...between('len', len || minLen, len || maxLen),
          ...between('bytes', lenBytes || minBytes, lenBytes || maxBytes),
        ],
        names: ['len', 'min_len', 'max_len', 'len_bytes', 'min_bytes', 'max_bytes'],
      };
    }
    case 'bytes': {
      const { len, minLen, maxLen } = type.value;
      return { entries: between('len', len || minLen, len || maxLen), names: ['len', 'min_len', 'max_len'] };
    }
    case 'repeated':
      return {
        entries: between('items', type.value.minItems, type.value.maxItems),
        names: ['min_items', 'max_items', 'items'],
      };
    case 'map':
      return {
        entries: between('pairs', type.value.minPairs, type.value.maxPairs),
        names: ['min_pairs', 'max_pairs', 'keys', 'values'],
      };
    default:
      return type.value !== undefined && 'lessThan' in type.value
        ? rangeLimits(type.value)
        : { entries: [], names: [] };
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

interface Bound {
  readonly case: string | undefined;
  readonly value?: unknown;
}

/**
 * The limits of integers: "less than 5" is "at most 4". For fractions, durations and times it is only known whether
 * they changed.
 */
function rangeLimits({ lessThan, greaterThan }: { readonly lessThan: Bound; readonly greaterThan: Bound }) {
  const upper = integerOf(lessThan);
  const lower = integerOf(greaterThan);
  const entries: Entry[] = [
    ...(upper === undefined ? [] : [['the upper limit', lessThan.case === 'lt' ? upper - 1n : upper] as const]),
    ...(lower === undefined ? [] : [['the lower limit', -(greaterThan.case === 'gt' ? lower + 1n : lower)] as const]),
  ];
  return {
    entries,
    names: [...(upper === undefined ? [] : ['lt', 'lte']), ...(lower === undefined ? [] : ['gt', 'gte'])],
  };
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
