import type { DescField, DescMessage } from '@bufbuild/protobuf';

const fieldsByName = new WeakMap<DescMessage, ReadonlyMap<string, DescField>>();

/** Finds a field by either name that proto3 JSON accepts: the JSON name (`dueDate`) or the proto name (`due_date`). */
export function findField(message: DescMessage, name: string): DescField | undefined {
  let fields = fieldsByName.get(message);
  if (fields === undefined) {
    fields = new Map([
      ...message.fields.map((field) => [field.name, field] as const),
      ...message.fields.map((field) => [field.jsonName, field] as const),
    ]);
    fieldsByName.set(message, fields);
  }
  return fields.get(name);
}

const wrapperNames = ['Bool', 'Bytes', 'Double', 'Float', 'Int32', 'Int64', 'String', 'UInt32', 'UInt64'];
const specialNames = ['Any', 'Duration', 'FieldMask', 'ListValue', 'Struct', 'Timestamp', 'Value'];
const wrapperTypes = new Set(wrapperNames.map((name) => `google.protobuf.${name}Value`));
const specialTypes = new Set(specialNames.map((name) => `google.protobuf.${name}`));

/** Whether a message is one of the wrappers (`google.protobuf.StringValue` and so on), which are plain values in JSON. */
export function isWrapper(message: DescMessage): boolean {
  return wrapperTypes.has(message.typeName);
}

/** Whether a message has a JSON form of its own instead of an object of its fields. */
export function hasOwnJson(message: DescMessage): boolean {
  return isWrapper(message) || specialTypes.has(message.typeName);
}

/** Whether a field holds one message that is an object of its fields in JSON. */
export function isPlainMessage(field: DescField): field is DescField & { fieldKind: 'message' } {
  return field.fieldKind === 'message' && !hasOwnJson(field.message);
}

/** Whether a message is google.api.HttpBody, which stands for bytes as they are. */
export function isHttpBody(message: DescMessage): boolean {
  return message.typeName === 'google.api.HttpBody';
}
