import { type DescField, type DescMessage, getOption, isFieldSet, ScalarType } from '@bufbuild/protobuf';
import { nestedTypes } from '@bufbuild/protobuf/reflect';
import {
  type FieldRules,
  field as fieldRules,
  type StringRules,
  StringRulesSchema,
} from '../../../gen/buf/validate/validate_pb.ts';
import { FieldBehavior, field_behavior } from '../../../gen/google/api/field_behavior_pb.ts';
import { type Category, type Contracts, type Finding, type LintRule, methodsOf } from '../rule.ts';

/** The category of the rules about single values. */
export const BOUNDS: Category = {
  id: 'BOUNDS',
  purpose: 'Checks that every value has bounds and that money is exact.',
};

/** Formats that themselves bound the length. */
const shortFormats = ['uuid', 'tuuid', 'ulid', 'ip', 'ipv4', 'ipv6', 'hostname'];

/** Everything that a client can send has a chosen limit. */
export const fieldBounded: LintRule = {
  id: 'FIELD_BOUNDED',
  category: BOUNDS,
  purpose: 'Checks that each string, list, map, enum and number of a request has protovalidate bounds.',
  check: (contracts) => {
    const seen = new Set<DescMessage>();
    const own = new Set<unknown>(contracts.files);
    const fields = methodsOf(contracts).flatMap(({ input }) => inputFields(input, own, seen));
    return fields
      .filter((field) => !isBounded(field))
      .map((field) => ({
        message: `"${field.parent.typeName}.${field.name}" can be sent by a client, but has no bound: ${mendingOf(field)}.`,
        place: { element: field },
      }));
  },
};

/** The fields that a client can set in a request, including those of our messages inside it. */
function inputFields(message: DescMessage, own: Set<unknown>, seen: Set<DescMessage>): DescField[] {
  if (seen.has(message) || !own.has(message.file)) return [];
  seen.add(message);
  const sent = message.fields.filter((field) => !getOption(field, field_behavior).includes(FieldBehavior.OUTPUT_ONLY));
  return [...sent, ...sent.flatMap((field) => (field.message ? inputFields(field.message, own, seen) : []))];
}

function mendingOf(field: DescField): string {
  if (field.fieldKind === 'list')
    return 'add (buf.validate.field).repeated with max_items, and items that have a bound';
  if (field.fieldKind === 'map') return 'add (buf.validate.field).map with max_pairs, and keys and values with bounds';
  if (field.fieldKind === 'enum') return 'add (buf.validate.field).enum.defined_only';
  if (field.scalar === ScalarType.STRING || field.scalar === ScalarType.BYTES) return 'add max_len';
  return 'add a range, e.g. gte and lte';
}

/** Whether the field itself is bounded. The fields of a message inside it are judged by themselves. */
function isBounded(field: DescField): boolean {
  const rules = getOption(field, fieldRules);
  switch (field.fieldKind) {
    case 'scalar':
      return isBoundedScalar(field.scalar, rules);
    case 'enum':
      return isBoundedEnum(rules);
    case 'message':
      return true;
    case 'list':
      return (
        rules.type.case === 'repeated' &&
        rules.type.value.maxItems > 0n &&
        isBoundedElement(field.listKind, field.scalar, rules.type.value.items)
      );
    case 'map':
      return (
        rules.type.case === 'map' &&
        rules.type.value.maxPairs > 0n &&
        isBoundedElement('scalar', field.mapKey, rules.type.value.keys) &&
        isBoundedElement(field.mapKind, field.scalar, rules.type.value.values)
      );
  }
}

function isBoundedElement(
  kind: 'scalar' | 'enum' | 'message',
  scalar: ScalarType | undefined,
  rules: FieldRules | undefined,
): boolean {
  if (kind === 'message') return true;
  if (kind === 'enum') return rules !== undefined && isBoundedEnum(rules);
  if (scalar === ScalarType.BOOL) return true;
  return scalar !== undefined && rules !== undefined && isBoundedScalar(scalar, rules);
}

function isBoundedEnum({ type: rules }: FieldRules): boolean {
  return rules.case === 'enum' && (rules.value.definedOnly || rules.value.in.length > 0);
}

/**
 * Whether the rules bound a value of this scalar type. A number needs a limit on one side; its type limits the other.
 */
function isBoundedScalar(type: ScalarType, { type: rules }: FieldRules): boolean {
  if (type === ScalarType.BOOL) return true;
  if (type === ScalarType.STRING) return rules.case === 'string' && isBoundedString(rules.value);
  if (type === ScalarType.BYTES) return rules.case === 'bytes' && (rules.value.maxLen > 0n || rules.value.len > 0n);
  if (rules.value === undefined || !('lessThan' in rules.value)) return false;
  return rules.value.lessThan.case !== undefined || rules.value.greaterThan.case !== undefined;
}

function isBoundedString(rules: StringRules): boolean {
  const set = (name: keyof typeof StringRulesSchema.field): boolean => isFieldSet(rules, StringRulesSchema.field[name]);
  if (set('maxLen') || set('len') || set('maxBytes') || set('lenBytes') || set('const') || rules.in.length > 0) {
    return true;
  }
  if (rules.wellKnown.case !== undefined && shortFormats.includes(rules.wellKnown.case)) return true;
  // Anchored on both sides, without a repetition that has no end, and without alternatives: `^a|b$` anchors each once.
  return /^\^.*\$$/.test(rules.pattern) && !/[*+|]|\{\d+,\}/.test(rules.pattern);
}

const FLOATS: readonly unknown[] = [ScalarType.FLOAT, ScalarType.DOUBLE];
const FLOAT_WRAPPERS = ['google.protobuf.FloatValue', 'google.protobuf.DoubleValue'];

/** No amount can lose a digit. */
export const moneyExact: LintRule = {
  id: 'MONEY_EXACT',
  category: BOUNDS,
  purpose: 'Checks that there is no float and no double, and that amounts in minor units are int64.',
  check: (contracts) =>
    fieldsOf(contracts).flatMap((field): Finding[] => {
      const name = `"${field.parent.typeName}.${field.name}"`;
      const place = { element: field };
      if (FLOATS.includes(field.scalar) || FLOAT_WRAPPERS.includes(field.message?.typeName ?? '')) {
        const right = 'int64 minor units for an amount, a decimal string for a quantity, price or rate';
        return [{ message: `${name} is a floating-point number, which loses digits: use ${right}.`, place }];
      }
      if (!/_minor$/.test(field.name) || field.scalar === ScalarType.INT64) return [];
      return [{ message: `${name} is an amount in minor units, so it is an int64.`, place }];
    }),
};

/** Every field of the checked files, including those of nested messages. */
export function fieldsOf({ files }: Contracts): DescField[] {
  return files
    .flatMap((file) => [...nestedTypes(file)])
    .flatMap((type) => (type.kind === 'message' ? type.fields : []));
}
