import { type DescField, type DescMessage, getOption, isFieldSet, ScalarType } from '@bufbuild/protobuf';
import { describe, expect, test } from 'vitest';
import {
  type FieldRules,
  field as fieldRules,
  Ignore,
  type StringRules,
  StringRulesSchema,
} from '../../gen/buf/validate/validate_pb.ts';
import { isInternal, isOutputOnly, methods, nameOf } from './contracts.ts';

const PAGE_SIZE_MAX = 100;
/** Services that page through everything may take larger steps than clients. */
const PAGE_SIZE_MAX_INTERNAL = 1000;

/** Formats whose length the format itself bounds. */
const shortFormats = ['uuid', 'tuuid', 'ulid', 'ip', 'ipv4', 'ipv6', 'hostname'];

function isBoundedString(rules: StringRules): boolean {
  const set = (name: keyof typeof StringRulesSchema.field): boolean => isFieldSet(rules, StringRulesSchema.field[name]);
  if (set('maxLen') || set('len') || set('maxBytes') || set('lenBytes') || set('const') || rules.in.length > 0)
    return true;
  if (rules.wellKnown.case !== undefined && shortFormats.includes(rules.wellKnown.case)) return true;
  // Anchored on both sides and without a repetition that has no end.
  return /^\^.*\$$/.test(rules.pattern) && !/[*+]|\{\d+,\}/.test(rules.pattern);
}

/** Whether a value of this scalar type is bounded by the rules; integers must have a range of their own. */
function isBoundedScalar(type: ScalarType, { type: rules }: FieldRules): boolean {
  if (type === ScalarType.BOOL) return true;
  if (type === ScalarType.STRING) return rules.case === 'string' && isBoundedString(rules.value);
  if (type === ScalarType.BYTES) return rules.case === 'bytes' && (rules.value.maxLen > 0n || rules.value.len > 0n);
  if (rules.case !== 'int32' && rules.case !== 'int64' && rules.case !== 'uint32' && rules.case !== 'uint64')
    return false;
  return (
    rules.value.lessThan.case !== undefined || rules.value.greaterThan.case !== undefined || rules.value.in.length > 0
  );
}

function isBoundedEnum({ type: rules }: FieldRules): boolean {
  return rules.case === 'enum' && (rules.value.definedOnly || rules.value.in.length > 0);
}

/** Whether the field itself is bounded; what lies inside of a message is judged field by field. */
function isBounded(field: DescField): boolean {
  const rules = getOption(field, fieldRules);
  if (field.fieldKind === 'scalar') return isBoundedScalar(field.scalar, rules);
  if (field.fieldKind === 'enum') return isBoundedEnum(rules);
  if (field.fieldKind === 'message') return true;
  if (field.fieldKind === 'map') {
    return rules.type.case === 'map' && rules.type.value.maxPairs > 0n && hasBoundedEntries(field, rules);
  }
  if (rules.type.case !== 'repeated' || rules.type.value.maxItems === 0n) return false;
  return isBoundedElement(field, rules.type.value.items);
}

type Element = DescField & ({ fieldKind: 'list' } | { fieldKind: 'map' });

function isBoundedElement(field: Element, rules: FieldRules | undefined): boolean {
  const kind = field.fieldKind === 'list' ? field.listKind : field.mapKind;
  if (kind === 'message') return true;
  if (rules === undefined) return false;
  if (kind === 'enum') return isBoundedEnum(rules);
  return field.scalar !== undefined && isBoundedScalar(field.scalar, rules);
}

function hasBoundedEntries(field: DescField & { fieldKind: 'map' }, { type: rules }: FieldRules): boolean {
  if (rules.case !== 'map' || rules.value.keys === undefined) return false;
  return isBoundedScalar(field.mapKey, rules.value.keys) && isBoundedElement(field, rules.value.values);
}

/** The fields that a client can fill in a request, those of our messages inside of it included. */
function inputFields(message: DescMessage, seen: Set<DescMessage>): DescField[] {
  if (seen.has(message) || !message.typeName.startsWith('numer.')) return [];
  seen.add(message);
  const own = message.fields.filter((field) => !isOutputOnly(field));
  return [...own, ...own.flatMap((field) => (field.message ? inputFields(field.message, seen) : []))];
}

describe('requests', () => {
  test('every field is bounded: strings, lists, maps, enums and integers', () => {
    const seen = new Set<DescMessage>();
    const filled = methods.flatMap(({ input }) => inputFields(input, seen));
    expect(filled.filter((field) => !isBounded(field)).map(String)).toEqual([]);
  });

  test(`a page has at most ${PAGE_SIZE_MAX} entries, and ${PAGE_SIZE_MAX_INTERNAL} between services`, () => {
    const large = methods.filter((method) => {
      const field = method.input.fields.find(({ name }) => name === 'page_size');
      const { type: rules } = field ? getOption(field, fieldRules) : { type: { case: undefined } };
      if (field === undefined) return false;
      if (rules.case !== 'int32' || rules.value.lessThan.case !== 'lte') return true;
      return rules.value.lessThan.value > (isInternal(method) ? PAGE_SIZE_MAX_INTERNAL : PAGE_SIZE_MAX);
    });
    expect(large.map(nameOf)).toEqual([]);
  });

  test('no client says who it is: there is no owner id', () => {
    const inputs = methods.filter((method) => !isInternal(method)).flatMap(({ input }) => input.fields);
    expect(inputs.filter(({ name }) => name === 'owner_id' || name === 'actor_id').map(String)).toEqual([]);
  });

  test('the resource of an update is not validated in the request, since absent fields are no mistake there', () => {
    const patched = methods.filter(({ input }) => input.fields.some(({ name }) => name === 'update_mask'));
    const validated = patched.filter(({ input }) =>
      input.fields.some((field) => {
        const ours = field.message?.typeName.startsWith('numer.') ?? false;
        return ours && getOption(field, fieldRules).ignore !== Ignore.ALWAYS;
      }),
    );
    expect(validated.map(nameOf)).toEqual([]);
  });
});
