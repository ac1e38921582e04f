import { isFieldSet } from '@bufbuild/protobuf';
import {
  type BytesRules,
  type FieldRules,
  Ignore,
  type MapRules,
  type RepeatedRules,
  RepeatedRulesSchema,
  type StringRules,
  StringRulesSchema,
} from '@bufbuild/protovalidate/gen/buf/validate/validate_pb.js';
import type { Schema } from './document.ts';

/** Formats of protovalidate that JSON Schema has with the same meaning. */
const formats: Readonly<Record<string, string>> = {
  email: 'email',
  hostname: 'hostname',
  ipv4: 'ipv4',
  ipv6: 'ipv6',
  uri: 'uri',
  uriRef: 'uri-reference',
  uuid: 'uuid',
};

/**
 * `this.matches('...')`, also after `this == '' ||`, which lets the default value pass. It is a bound, too, when further
 * conditions follow after `&&`.
 */
const matches = /^(this == '' \|\| )?this\.matches\('((?:[^'\\]|\\.)*)'\)( && (?:(?!\|\|).)+)?$/;

const datePattern = '^[0-9]{4}-[0-9]{2}-[0-9]{2}$';

type Rules<Case extends FieldRules['type']['case']> = Extract<FieldRules['type'], { case: Case }>;
type NumberRules = Rules<'int32' | 'uint32' | 'sint32' | 'fixed32' | 'sfixed32' | 'float' | 'double'>['value'];
type Integer64Rules = Rules<'int64' | 'uint64' | 'sint64' | 'fixed64' | 'sfixed64'>['value'];

/**
 * Expresses the rules of protovalidate for one value in JSON Schema. What JSON Schema cannot express is in {@link remarksOf}.
 *
 * @param allowsDefault whether the schema allows the default value where the rules do. An answer has it for a field that was
 *   never set. A request leaves such a field out, so its schema need not mention it.
 */
export function boundsOf(rules: FieldRules, allowsDefault: boolean): Schema {
  if (rules.ignore === Ignore.ALWAYS) return {};
  const { type } = rules;
  switch (type.case) {
    case 'string':
      return stringBounds(type.value, rules, allowsDefault);
    case 'bytes':
      return bytesBounds(type.value);
    case 'int32':
    case 'uint32':
    case 'sint32':
    case 'fixed32':
    case 'sfixed32':
    case 'float':
    case 'double':
      return numberBounds(type.value);
    case 'int64':
    case 'uint64':
    case 'sint64':
    case 'fixed64':
    case 'sfixed64':
      return integer64Bounds(type.value);
    case 'repeated':
      return listBounds(type.value, rules.required);
    case 'map':
      return mapBounds(type.value, rules.required);
    case undefined:
      return rules.cel.length > 0 ? stringBounds(undefined, rules, allowsDefault) : {};
    default:
      return {};
  }
}

/** What a person has to know about the rules beyond {@link boundsOf}: the messages of CEL rules that are not just patterns. */
export function remarksOf(rules: FieldRules): string[] {
  const saysMore = (expression: string) => {
    const match = matches.exec(expression);
    return match === null || match[3] !== undefined;
  };
  return rules.cel.filter(({ expression }) => saysMore(expression)).map(({ message }) => `The value ${message}.`);
}

/** Whether the rules allow a number of an enum. */
export function allowsEnumNumber({ type, required }: FieldRules, number: number): boolean {
  if (required && number === 0) return false;
  if (type.case !== 'enum') return true;
  const { in: allowed, notIn } = type.value;
  return (allowed.length === 0 || allowed.includes(number)) && !notIn.includes(number);
}

function stringBounds(rules: StringRules | undefined, field: FieldRules, allowsDefault: boolean): Schema {
  const found = field.cel.map(({ expression }) => matches.exec(expression)).find((match) => match !== null);
  const passesEmpty = field.ignore === Ignore.IF_ZERO_VALUE || found?.[1] !== undefined;
  const pattern = rules?.pattern || found?.[2]?.replaceAll(/\\(.)/g, '$1');
  const maxLength = rules === undefined ? 0n : rules.len || rules.maxLen || rules.maxBytes;
  const upper: Schema = maxLength === 0n ? {} : { maxLength: Number(maxLength) };
  if (allowsDefault && passesEmpty) {
    return pattern === undefined ? upper : { ...upper, pattern: `^$|${pattern}` };
  }
  const minLength = rules?.len || rules?.minLen || (field.required ? 1n : 0n);
  const format = pattern === datePattern ? 'date' : formatOf(rules);
  return {
    ...(minLength === 0n ? {} : { minLength: Number(minLength) }),
    ...upper,
    ...(pattern === undefined ? {} : { pattern }),
    ...(format === undefined ? {} : { format }),
    ...(rules !== undefined && isFieldSet(rules, StringRulesSchema.field.const) ? { const: rules.const } : {}),
    ...(rules === undefined || rules.in.length === 0 ? {} : { enum: rules.in }),
  };
}

function formatOf(rules: StringRules | undefined): string | undefined {
  const known = rules?.wellKnown;
  return known?.case === undefined || known.value === false ? undefined : formats[known.case];
}

function bytesBounds({ len, minLen, maxLen }: BytesRules): Schema {
  // Four characters of base64 hold three bytes; padding can be left out.
  const min = Math.ceil((Number(len || minLen) * 4) / 3);
  const max = Math.ceil(Number(len || maxLen) / 3) * 4;
  return { ...(min === 0 ? {} : { minLength: min }), ...(max === 0 ? {} : { maxLength: max }) };
}

function numberBounds({ greaterThan, lessThan, in: allowed }: NumberRules): Schema {
  return {
    ...(greaterThan.case === 'gte' ? { minimum: greaterThan.value } : {}),
    ...(greaterThan.case === 'gt' ? { exclusiveMinimum: greaterThan.value } : {}),
    ...(lessThan.case === 'lte' ? { maximum: lessThan.value } : {}),
    ...(lessThan.case === 'lt' ? { exclusiveMaximum: lessThan.value } : {}),
    ...(allowed.length === 0 ? {} : { enum: allowed }),
  };
}

/** 64-bit integers are strings in JSON, so only their sign can be bounded. */
function integer64Bounds({ greaterThan }: Integer64Rules): Schema {
  if (greaterThan.case === undefined) return {};
  const least = greaterThan.case === 'gt' ? greaterThan.value + 1n : greaterThan.value;
  if (least > 0n) return { pattern: '^[1-9][0-9]{0,19}$' };
  return least === 0n ? { pattern: '^(0|[1-9][0-9]{0,19})$' } : {};
}

function listBounds(rules: RepeatedRules, isRequired: boolean): Schema {
  const minItems = Number(rules.minItems) || (isRequired ? 1 : 0);
  return {
    ...(minItems === 0 ? {} : { minItems }),
    ...(isFieldSet(rules, RepeatedRulesSchema.field.maxItems) ? { maxItems: Number(rules.maxItems) } : {}),
    ...(rules.unique ? { uniqueItems: true } : {}),
  };
}

function mapBounds({ minPairs, maxPairs }: MapRules, isRequired: boolean): Schema {
  const minProperties = Number(minPairs) || (isRequired ? 1 : 0);
  return {
    ...(minProperties === 0 ? {} : { minProperties }),
    ...(maxPairs === 0n ? {} : { maxProperties: Number(maxPairs) }),
  };
}
