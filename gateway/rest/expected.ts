import { type DescEnum, type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';
import { isWrapper } from './message-fields.ts';

// More names than this do not help in a message.
const namesMax = 20;

const scalarTexts: Readonly<Record<ScalarType, string>> = {
  [ScalarType.DOUBLE]: 'a number',
  [ScalarType.FLOAT]: 'a number within the range of a 32-bit float',
  [ScalarType.INT64]: 'a whole number of 64 bits',
  [ScalarType.UINT64]: 'a whole number from 0 with at most 64 bits',
  [ScalarType.INT32]: 'a whole number from -2147483648 to 2147483647',
  [ScalarType.FIXED64]: 'a whole number from 0 with at most 64 bits',
  [ScalarType.FIXED32]: 'a whole number from 0 to 4294967295',
  [ScalarType.BOOL]: 'true or false',
  [ScalarType.STRING]: 'a string',
  [ScalarType.BYTES]: 'a base64 string',
  [ScalarType.UINT32]: 'a whole number from 0 to 4294967295',
  [ScalarType.SFIXED32]: 'a whole number from -2147483648 to 2147483647',
  [ScalarType.SFIXED64]: 'a whole number of 64 bits',
  [ScalarType.SINT32]: 'a whole number from -2147483648 to 2147483647',
  [ScalarType.SINT64]: 'a whole number of 64 bits',
};

const messageTexts: Readonly<Record<string, string>> = {
  'google.protobuf.Any': 'an object with "@type"',
  'google.protobuf.Duration': 'a duration in seconds such as "1.5s"',
  'google.protobuf.FieldMask': 'a string of field paths such as "title,author.familyName"',
  'google.protobuf.ListValue': 'an array',
  'google.protobuf.Timestamp': 'an RFC 3339 time such as "2026-01-31T12:00:00Z"',
  'google.protobuf.Value': 'any JSON value',
};

/** Describes, in words that follow "must be", one value of a field: an item, for a repeated field or map. */
export function expectedValue(field: DescField): string {
  if (field.message !== undefined) {
    return expectedMessage(field.message);
  }
  return field.enum === undefined ? scalarTexts[field.scalar] : expectedEnum(field.enum);
}

/** Describes, in words that follow "must be", the whole value of a field. */
export function expectedField(field: DescField): string {
  switch (field.fieldKind) {
    case 'list':
      return 'an array';
    case 'map':
      return 'an object';
    default:
      return expectedValue(field);
  }
}

/** Describes, in words that follow "must be", the JSON of a message. */
export function expectedMessage(message: DescMessage): string {
  const value = isWrapper(message) ? message.fields[0] : undefined;
  return value === undefined ? (messageTexts[message.typeName] ?? 'an object') : expectedValue(value);
}

function expectedEnum(values: DescEnum): string {
  // The zero value of AIP-126 means "not given", so nobody is told to give it.
  const names = values.values.map((value) => value.jsonName).filter((name) => !name.endsWith('_UNSPECIFIED'));
  const shown = names.slice(0, namesMax).join(', ');
  return `one of ${shown}${names.length > namesMax ? ', ...' : ''}`;
}
