import { type DescField, type DescMessage, getOption } from '@bufbuild/protobuf';
import { field as fieldRules } from '@bufbuild/protovalidate/gen/buf/validate/validate_pb.js';
import { FieldBehavior, field_behavior } from '../../gen/google/api/field_behavior_pb.ts';

/**
 * What a message is used for. It has another shape in each use: `input` is what a request may set, `patch` the same as a
 * merge patch (nothing required, null clears), and `output` what an answer has (including fields with their default value).
 */
export type Use = 'input' | 'output' | 'patch';

/** Gives the names of a message's required fields that may be left out where the message is the value of a field. */
export type OptionalFields = (holder: DescField) => readonly string[];

/** Whether a caller has to give the field. */
export function isRequired(field: DescField): boolean {
  return hasBehavior(field, FieldBehavior.REQUIRED) || getOption(field, fieldRules).required;
}

/** The fields that a message has in this use. Those that only the server sets are ignored in requests. */
export function fieldsOf(message: DescMessage, use: Use): DescField[] {
  const absent = use === 'output' ? FieldBehavior.INPUT_ONLY : FieldBehavior.OUTPUT_ONLY;
  return message.fields.filter((field) => !hasBehavior(field, absent));
}

/** Whether the field declares the behavior. */
export function hasBehavior(field: DescField, behavior: FieldBehavior): boolean {
  return getOption(field, field_behavior).includes(behavior);
}

/** Whether callers set any field of the message. */
export function isSettable(message: DescMessage): boolean {
  return fieldsOf(message, 'input').length > 0;
}
