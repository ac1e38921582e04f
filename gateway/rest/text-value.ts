import {
  type DescEnum,
  type DescField,
  type DescMessage,
  fromJson,
  type JsonValue,
  ScalarType,
} from '@bufbuild/protobuf';
import { protoCamelCase } from '@bufbuild/protobuf/reflect';
import { base64Decode } from '@bufbuild/protobuf/wire';
import { hasOwnJson, isWrapper } from './message-fields.ts';

/** Turns the text of a path segment or query parameter into proto3 JSON; undefined when the text does not fit. */
export type TextReader = (text: string) => JsonValue | undefined;

const integer = /^[+-]?\d{1,20}$/;
const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const int32Range: Range = [-(2n ** 31n), 2n ** 31n - 1n];
const uint32Range: Range = [0n, 2n ** 32n - 1n];
const int64Range: Range = [-(2n ** 63n), 2n ** 63n - 1n];
const uint64Range: Range = [0n, 2n ** 64n - 1n];

type Range = readonly [min: bigint, max: bigint];

const readers = new WeakMap<DescField, TextReader>();
const unreadable: TextReader = () => undefined;

/**
 * Gives the reader for one value of a field: the item, for a repeated field or a map. Undefined for a message that has no
 * text form.
 */
export function textReaderOf(field: DescField): TextReader | undefined {
  let reader = readers.get(field);
  if (reader === undefined) {
    reader = createReader(field) ?? unreadable;
    readers.set(field, reader);
  }
  return reader === unreadable ? undefined : reader;
}

function createReader(field: DescField): TextReader | undefined {
  if (field.message !== undefined) {
    return messageReader(field.message);
  }
  return field.enum === undefined ? scalarReader(field.scalar) : enumReader(field.enum);
}

/** Gives the reader for text of a scalar type; also used for the keys of maps. */
export function scalarReader(type: ScalarType): TextReader {
  switch (type) {
    case ScalarType.STRING:
      return (text) => text;
    case ScalarType.BOOL:
      return (text) => (text === 'true' ? true : text === 'false' ? false : undefined);
    case ScalarType.BYTES:
      return readBytes;
    case ScalarType.DOUBLE:
      return (text) => readFloat(text, Number);
    case ScalarType.FLOAT:
      return (text) => readFloat(text, (value) => Math.fround(Number(value)));
    case ScalarType.INT32:
    case ScalarType.SINT32:
    case ScalarType.SFIXED32:
      return integerReader(int32Range);
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return integerReader(uint32Range);
    case ScalarType.INT64:
    case ScalarType.SINT64:
    case ScalarType.SFIXED64:
      return integerReader(int64Range);
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return integerReader(uint64Range);
  }
}

function integerReader([min, max]: Range): TextReader {
  return (text) => {
    if (!integer.test(text)) {
      return undefined;
    }
    const value = BigInt(text.startsWith('+') ? text.slice(1) : text);
    // A string is valid for every integer type, and exact for all of them.
    return value >= min && value <= max ? value.toString() : undefined;
  };
}

function readFloat(text: string, toNumber: (text: string) => number): JsonValue | undefined {
  if (text === 'NaN' || text === 'Infinity' || text === '-Infinity') {
    return text;
  }
  const value = decimal.test(text) ? toNumber(text) : Number.NaN;
  return Number.isFinite(value) ? Number(text) : undefined;
}

function readBytes(text: string): JsonValue | undefined {
  try {
    base64Decode(text);
    return text;
  } catch {
    return undefined;
  }
}

function enumReader(values: DescEnum): TextReader {
  const names = new Set(values.values.flatMap((value) => [value.name, value.jsonName]));
  const readNumber = integerReader(int32Range);
  return (text) => {
    if (names.has(text)) {
      return text;
    }
    const number = readNumber(text);
    return number !== undefined && (values.open || Object.hasOwn(values.value, Number(number)))
      ? Number(number)
      : undefined;
  };
}

function messageReader(message: DescMessage): TextReader | undefined {
  const value = isWrapper(message) ? message.fields[0] : undefined;
  if (value !== undefined) {
    return createReader(value);
  }
  if (!hasOwnJson(message) || message.typeName === 'google.protobuf.Any') {
    return undefined;
  }
  switch (message.typeName) {
    case 'google.protobuf.FieldMask':
      return (text) => accepted(message, text.split(',').map(camelPath).join(','));
    case 'google.protobuf.Struct':
    case 'google.protobuf.ListValue':
    case 'google.protobuf.Value':
      return (text) => accepted(message, parseJson(text));
    default:
      return (text) => accepted(message, text);
  }
}

// Field masks are camelCase in JSON, but readers of the proto write them in snake_case.
function camelPath(path: string): string {
  return path
    .split('.')
    .map((name) => protoCamelCase(name.trim()))
    .join('.');
}

function accepted(message: DescMessage, json: JsonValue | undefined): JsonValue | undefined {
  if (json === undefined) {
    return undefined;
  }
  try {
    fromJson(message, json);
    return json;
  } catch {
    return undefined;
  }
}

function parseJson(text: string): JsonValue | undefined {
  try {
    // JSON.parse returns nothing but JSON values.
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}
