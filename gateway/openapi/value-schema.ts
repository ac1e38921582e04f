import { type DescMessage, ScalarType } from '@bufbuild/protobuf';
import { isWrapper } from '../rest/message-fields.ts';
import type { Schema } from './document.ts';

const float: Schema = { anyOf: [{ type: 'number' }, { type: 'string', enum: ['NaN', 'Infinity', '-Infinity'] }] };

/** The schema of a scalar in proto3 JSON (https://protobuf.dev/programming-guides/json/), without bounds. */
export function scalarSchema(type: ScalarType): Schema {
  switch (type) {
    case ScalarType.STRING:
      return { type: 'string' };
    case ScalarType.BOOL:
      return { type: 'boolean' };
    case ScalarType.BYTES:
      return { type: 'string', contentEncoding: 'base64' };
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return float;
    case ScalarType.INT32:
    case ScalarType.SINT32:
    case ScalarType.SFIXED32:
      return { type: 'integer', format: 'int32' };
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return { type: 'integer', format: 'int64', minimum: 0, maximum: 2 ** 32 - 1 };
    case ScalarType.INT64:
    case ScalarType.SINT64:
    case ScalarType.SFIXED64:
      return { type: 'string', format: 'int64', pattern: '^-?[0-9]{1,19}$' };
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return { type: 'string', format: 'uint64', pattern: '^[0-9]{1,20}$' };
  }
}

/** The messages that are not objects of their fields in JSON, by type name. */
const specials: Readonly<Record<string, Schema>> = {
  'google.protobuf.Any': {
    type: 'object',
    properties: { '@type': { type: 'string', description: 'URL of the message type.' } },
    required: ['@type'],
    additionalProperties: true,
  },
  'google.protobuf.Duration': { type: 'string', pattern: '^-?[0-9]{1,12}([.][0-9]{1,9})?s$' },
  'google.protobuf.FieldMask': { type: 'string' },
  'google.protobuf.ListValue': { type: 'array', items: {} },
  'google.protobuf.Struct': { type: 'object', additionalProperties: true },
  'google.protobuf.Timestamp': { type: 'string', format: 'date-time' },
  'google.protobuf.Value': {},
};

/** The schema of a message with a JSON form of its own; undefined for one that is an object of its fields. */
export function ownJsonSchema(message: DescMessage): Schema | undefined {
  const wrapped = isWrapper(message) ? message.fields[0] : undefined;
  return wrapped?.fieldKind === 'scalar' ? scalarSchema(wrapped.scalar) : specials[message.typeName];
}
