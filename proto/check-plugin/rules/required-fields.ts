import { type DescField, type DescMessage, type DescMethod, getOption } from '@bufbuild/protobuf';
import { field as fieldRules, Ignore } from '../../../gen/buf/validate/validate_pb.ts';
import { FieldBehavior, field_behavior } from '../../../gen/google/api/field_behavior_pb.ts';
import { FieldOptionsSchema, field as fieldOptions } from '../../../gen/numer/options/v1/options_pb.ts';
import { type BreakingRule, type Category, FIELD_OPTIONS, type Finding, type LintRule, nameOf } from '../rule.ts';
import { BOUNDS, fieldsOf } from './bounds.ts';
import { eachFormer } from './rest-compatible.ts';

/** The category of the rules that keep valid requests valid. */
export const REQUESTS_COMPATIBLE: Category = {
  id: 'REQUESTS_COMPATIBLE',
  purpose: 'Checks that requests which were right stay right.',
};

/** Only a required field needs to be named as one that may be left out. */
export const optionalFieldsValid: LintRule = {
  id: 'OPTIONAL_FIELDS_VALID',
  category: BOUNDS,
  purpose: 'Checks that optional_fields names required fields of the message that the field holds.',
  check: (contracts) =>
    fieldsOf(contracts).flatMap((holder) =>
      getOption(holder, fieldOptions).optionalFields.flatMap((name): Finding[] => {
        const field = holder.message?.fields.find((candidate) => candidate.name === name);
        if (field !== undefined && isRequired(field)) return [];
        const why = field === undefined ? 'which has no such field' : 'where it is optional anyway';
        const message = `optional_fields of "${holder.parent.typeName}.${holder.name}" names "${name}" of ${holder.message?.typeName ?? 'no message'}, ${why}.`;
        const within = [FIELD_OPTIONS, fieldOptions.number, FieldOptionsSchema.field.optionalFields.number];
        return [{ message, place: { element: holder, within } }];
      }),
    ),
};

/** A client written against a release is not refused for fields that it leaves out. */
export const fieldStaysOptional: BreakingRule = {
  id: 'FIELD_STAYS_OPTIONAL',
  category: REQUESTS_COMPATIBLE,
  purpose: 'Checks that no field that a request could leave out becomes required, and that no required one is added.',
  compare: (contracts, former) => {
    const told = new Set<DescField>();
    return eachFormer(contracts, former, (was, is) => {
      const before = inputsOf(was);
      return (is === undefined ? [] : [...inputsOf(is)]).flatMap(([path, { field, isNeeded }]): Finding[] => {
        // Only clients that know a new message send it, and they know its fields.
        const isNewPart = path.includes('.') && !before.has(path.slice(0, path.lastIndexOf('.')));
        if (!isNeeded || isNewPart || before.get(path)?.isNeeded === true || told.has(field)) return [];
        told.add(field);
        const message = `"${field.parent.typeName}.${field.name}" is required in requests of "${nameOf(was)}", which could be made without it.`;
        return [{ message, place: { element: field } }];
      });
    });
  },
};

/** A field that a request can hold. */
export interface InputField {
  readonly field: DescField;
  readonly isNeeded: boolean;
}

/** All fields that a request can hold, by path. A message nested in itself is not entered again. */
export function inputsOf({ input }: DescMethod): Map<string, InputField> {
  return new Map(walk(input, '', [], []));
}

function* walk(
  message: DescMessage,
  prefix: string,
  optional: readonly string[],
  around: readonly DescMessage[],
): Generator<[path: string, InputField]> {
  for (const field of message.fields.filter((candidate) => !has(candidate, FieldBehavior.OUTPUT_ONLY))) {
    const path = prefix + field.name;
    yield [path, { field, isNeeded: isRequired(field) && !optional.includes(field.name) }];
    const isChecked = getOption(field, fieldRules).ignore !== Ignore.ALWAYS;
    if (field.message !== undefined && isChecked && !around.includes(field.message)) {
      const { optionalFields } = getOption(field, fieldOptions);
      yield* walk(field.message, `${path}.`, optionalFields, [...around, message]);
    }
  }
}

function isRequired(field: DescField): boolean {
  return has(field, FieldBehavior.REQUIRED) || getOption(field, fieldRules).required;
}

function has(field: DescField, behavior: FieldBehavior): boolean {
  return getOption(field, field_behavior).includes(behavior);
}
