import { type DescEnum, type DescField, getOption } from '@bufbuild/protobuf';
import {
  type FieldRules,
  field as fieldRules,
  Ignore,
  type StringRules,
} from '@bufbuild/protovalidate/gen/buf/validate/validate_pb.js';

type Rules<Case extends FieldRules['type']['case']> = Extract<FieldRules['type'], { case: Case }>['value'];
type AnyRules = NonNullable<FieldRules['type']['value']>;

/** The formats of protovalidate's string rules, in words for readers. */
const FORMATS: Readonly<Record<string, string>> = {
  address: 'a host name or an IP address',
  email: 'an email address',
  hostname: 'a host name',
  ip: 'an IP address',
  ipv4: 'an IPv4 address',
  ipv6: 'an IPv6 address',
  tuuid: 'a UUID without dashes',
  uri: 'a URI',
  uriRef: 'a URI or a relative reference',
  uuid: 'a UUID',
};

/** What the rules of a field allow, one phrase each: `1 to 200 characters`, `a UUID`, `a date, YYYY-MM-DD`. */
export function boundsInWords(field: DescField): string[] {
  const rules = getOption(field, fieldRules);
  if (rules.ignore === Ignore.ALWAYS) return ['not checked by itself'];
  return phrasesOf(rules, field.enum);
}

function phrasesOf(rules: FieldRules, values: DescEnum | undefined): string[] {
  const { type, cel } = rules;
  return [
    ...(type.value === undefined ? [] : typePhrases(type.value, values)),
    ...cel.map(({ message }) => said(message)),
  ];
}

/** Turns `must be a date`, the text of an error, into a description. */
function said(message: string): string {
  return message.replace(/^must be /, '');
}

function typePhrases(rules: AnyRules, values: DescEnum | undefined): string[] {
  switch (rules.$typeName) {
    case 'buf.validate.StringRules':
      return stringPhrases(rules);
    case 'buf.validate.BytesRules':
      return sizePhrases(rules.len || rules.minLen, rules.len || rules.maxLen, 'byte');
    case 'buf.validate.EnumRules':
      return [...listPhrases('', namesOf(rules.in, values)), ...listPhrases('not ', namesOf(rules.notIn, values))];
    case 'buf.validate.RepeatedRules':
      return repeatedPhrases(rules, values);
    case 'buf.validate.MapRules':
      return [
        ...sizePhrases(rules.minPairs, rules.maxPairs, 'entry'),
        ...prefixed('each key: ', rules.keys, undefined),
        ...prefixed('each value: ', rules.values, values),
      ];
    default:
      return 'lessThan' in rules ? rangePhrases(rules.greaterThan, rules.lessThan) : [];
  }
}

function stringPhrases(rules: StringRules): string[] {
  const { wellKnown, pattern, prefix, suffix } = rules;
  const format = wellKnown.case === undefined || wellKnown.value === false ? undefined : FORMATS[wellKnown.case];
  return [
    ...(format === undefined ? [] : [format]),
    ...sizePhrases(rules.len || rules.minLen, rules.len || rules.maxLen, 'character'),
    ...sizePhrases(rules.lenBytes || rules.minBytes, rules.lenBytes || rules.maxBytes, 'byte'),
    ...(pattern === '' ? [] : [`matching ${pattern}`]),
    ...(prefix === '' ? [] : [`beginning with ${prefix}`]),
    ...(suffix === '' ? [] : [`ending in ${suffix}`]),
    ...listPhrases('', rules.in),
    ...listPhrases('not ', rules.notIn),
  ];
}

function repeatedPhrases(rules: Rules<'repeated'>, values: DescEnum | undefined): string[] {
  return [
    ...sizePhrases(rules.minItems, rules.maxItems, 'item'),
    ...(rules.unique ? ['no item twice'] : []),
    ...prefixed('each: ', rules.items, values),
  ];
}

function prefixed(prefix: string, rules: FieldRules | undefined, values: DescEnum | undefined): string[] {
  const phrases = rules === undefined ? [] : phrasesOf(rules, values);
  return phrases.length === 0 ? [] : [prefix + phrases.join(', ')];
}

function sizePhrases(min: bigint, max: bigint, unit: string): string[] {
  const units = (count: bigint) => (count === 1n ? unit : unit.replace(/y$/, 'ie').concat('s'));
  if (min === max) return max === 0n ? [] : [`exactly ${max} ${units(max)}`];
  if (max === 0n) return [`at least ${min} ${units(min)}`];
  return [min === 0n ? `at most ${max} ${units(max)}` : `${min} to ${max} ${units(max)}`];
}

interface Limit {
  readonly case: string | undefined;
  readonly value?: unknown;
}

function rangePhrases(lower: Limit, upper: Limit): string[] {
  if (lower.case === 'gte' && upper.case === 'lte') return [`${lower.value} to ${upper.value}`];
  const words: Readonly<Record<string, string>> = { gte: 'at least', gt: 'more than', lte: 'at most', lt: 'less than' };
  return [lower, upper].flatMap((limit) => {
    const word = words[limit.case ?? ''];
    // Limits of durations and timestamps are messages, which none of our contracts has.
    return word === undefined || typeof limit.value === 'object' ? [] : [`${word} ${limit.value}`];
  });
}

function namesOf(numbers: readonly number[], values: DescEnum | undefined): string[] {
  return numbers.map((number) => values?.value[number]?.name ?? String(number));
}

function listPhrases(prefix: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : [prefix + items.join(' or ')];
}
