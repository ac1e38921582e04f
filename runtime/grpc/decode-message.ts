import {
  type DescField,
  type DescMessage,
  fromBinary,
  type Message,
  type MessageShape,
  ScalarType,
} from '@bufbuild/protobuf';
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { FeatureSet_FieldPresence } from '@bufbuild/protobuf/wkt';
import { isPlainField, isPlainMessage, tagOf, wireTypeOf, zeroOf } from './plain-message.ts';

/**
 * Decodes a message as `fromBinary` does, and throws where it throws.
 *
 * Messages of proto3 are read by code that is compiled for their type on first use, and that makes each message in one
 * step. The library adds one property after another. This costs more, and turns an object with more than a dozen into a
 * dictionary, which is slow to read as well. Anything out of the ordinary, such as a field that this version does not
 * know or bytes that are no message, is left to the library. An absent message field is a property that is undefined.
 */
export function decodeMessage<Desc extends DescMessage>(desc: Desc, bytes: Uint8Array): MessageShape<Desc> {
  const read = readerOf(desc);
  if (read !== undefined) {
    try {
      return read(new BinaryReader(bytes), bytes.byteLength) as MessageShape<Desc>; // what the code makes
    } catch {
      // The library reads it again, and knows what to do or what is wrong.
    }
  }
  return fromBinary(desc, bytes);
}

/** Reads a message up to the position where it ends. Throws when the library has to read it. */
type Reader = (source: BinaryReader, end: number) => Message;

const readers = new WeakMap<DescMessage, Reader | undefined>();

/** The reader of a type; undefined for one that only the library reads. */
function readerOf(desc: DescMessage): Reader | undefined {
  if (readers.has(desc)) return readers.get(desc);
  // Compiled on first use: the code of a message needs that of its fields, and a message may contain itself.
  let read: Reader | undefined;
  const reader: Reader = (source, end) => {
    read ??= compile(desc);
    return read(source, end);
  };
  readers.set(desc, isPlainMessage(desc) ? reader : undefined);
  return readers.get(desc);
}

/**
 * Compiles a message to a function of this form. The code contains only numbers, and names from the descriptor as
 * texts.
 *
 *     (source, end) => {
 *       let field0 = '', field1, field2 = [];
 *       while (source.pos < end) {
 *         const start = source.pos;
 *         const tag = source.uint32();
 *         if (source.pos - start > 4) throw unusual;
 *         switch (tag) {
 *           case 10: field0 = source.string(true); break;
 *           ...
 *           default: throw unusual;
 *         }
 *       }
 *       return { $typeName: '...', 'id': field0, ... };
 *     }
 */
function compile(desc: DescMessage): Reader {
  const values: unknown[] = [UNUSUAL];
  const nameOf = (value: unknown) => `value${values.push(value) - 1}`;
  const variables = new Map(desc.members.map((member, index) => [member, `field${index}`]));
  const variableOf = (field: DescField) => variables.get(field.oneof ?? field) ?? '';
  const declarations = desc.members.map((member) => `let ${variables.get(member)} = ${defaultOf(member)};`);
  const cases = desc.fields.filter(isPlainField).map((field) => casesOf(field, variableOf(field), nameOf));
  const properties = desc.members.map((member) => `${JSON.stringify(member.localName)}: ${variables.get(member)}`);
  const code = `return (source, end) => {
    ${declarations.join('\n')}
    while (source.pos < end) {
      const start = source.pos;
      const tag = source.uint32();
      if (source.pos - start > 4) throw value0;
      switch (tag) { ${cases.join('\n')} default: throw value0; }
    }
    return { ${[`$typeName: ${JSON.stringify(desc.typeName)}`, ...properties].join(', ')} };
  }`;
  return new Function(...values.map((_, index) => `value${index}`), code)(...values) as Reader; // what the code returns
}

/** What the compiled code throws when it meets something that the library has to handle. */
const UNUSUAL = new Error('this message is for the library to read');

type Member = DescMessage['members'][number];

/** The value of a member that is not on the wire, as an expression. */
function defaultOf(member: Member): string {
  if (member.kind === 'oneof') return '{ case: undefined }';
  switch (member.fieldKind) {
    case 'list':
      return '[]';
    case 'map':
      return '{}';
    case 'message':
      return 'undefined';
    default:
      return member.presence === FeatureSet_FieldPresence.IMPLICIT ? zeroOf(member) : 'undefined';
  }
}

/** The part of the switch that reads a field. */
function casesOf(field: DescField, variable: string, nameOf: (value: unknown) => string): string {
  switch (field.fieldKind) {
    case 'list':
      return listCases(field, variable, nameOf);
    case 'map':
      return mapCase(field, variable);
    default: {
      const { oneof, localName } = field;
      const value = readExpression(field, nameOf);
      const tag = tagOf(field.number, wireTypeOf(field));
      const name = JSON.stringify(localName);
      // A message that comes twice has to be merged.
      const isTwice = oneof === undefined ? `${variable} !== undefined` : `${variable}.case === ${name}`;
      const guard = field.fieldKind === 'message' ? `if (${isTwice}) throw value0;` : '';
      return `case ${tag}: ${guard} ${variable} = ${oneof === undefined ? value : `{ case: ${name}, value: ${value} }`}; break;`;
    }
  }
}

function listCases(field: DescField, variable: string, nameOf: (value: unknown) => string): string {
  const wireType = wireTypeOf(field);
  const push = `${variable}.push(${readExpression(field, nameOf)});`;
  const single = `case ${tagOf(field.number, wireType)}: ${push} break;`;
  if (wireType === WireType.LengthDelimited) return single;
  const packed = `for (const stop = source.uint32() + source.pos; source.pos < stop;) ${push}`;
  return `${single} case ${tagOf(field.number, WireType.LengthDelimited)}: ${packed} break;`;
}

/** Map entries have the key in field 1, and the value in field 2. */
function mapCase(field: DescField, variable: string): string {
  const key = `source.string(${isUtf8(field)})`;
  const valueTag = tagOf(2, wireTypeOf(field));
  return `case ${tagOf(field.number, WireType.LengthDelimited)}: {
    let key = '', item = ${zeroOf(field)};
    for (const stop = source.uint32() + source.pos; source.pos < stop;) {
      switch (source.uint32()) {
        case ${tagOf(1, WireType.LengthDelimited)}: key = ${key}; break;
        case ${valueTag}: item = ${scalarOf(field)}; break;
        default: throw value0;
      }
    }
    if (key === '__proto__') throw value0;
    ${variable}[key] = item;
    break;
  }`;
}

/** An expression that reads the value of a field or of an item of a list. */
function readExpression(field: DescField, nameOf: (value: unknown) => string): string {
  const { message } = field;
  if (message === undefined) return scalarOf(field);
  const read = readerOf(message);
  if (read !== undefined) return `${nameOf(readChild(read))}(source)`;
  return `${nameOf((bytes: Uint8Array) => fromBinary(message, bytes))}(source.bytes())`;
}

function readChild(read: Reader): (source: BinaryReader) => Message {
  return (source) => {
    const length = source.uint32();
    return read(source, source.pos + length);
  };
}

/** The method of the library's reader for each type of scalar. */
const METHODS: Readonly<Record<ScalarType, string>> = {
  [ScalarType.DOUBLE]: 'double()',
  [ScalarType.FLOAT]: 'float()',
  [ScalarType.INT64]: 'int64()',
  [ScalarType.UINT64]: 'uint64()',
  [ScalarType.INT32]: 'int32()',
  [ScalarType.FIXED64]: 'fixed64()',
  [ScalarType.FIXED32]: 'fixed32()',
  [ScalarType.BOOL]: 'bool()',
  [ScalarType.STRING]: 'string()',
  [ScalarType.BYTES]: 'bytes()',
  [ScalarType.UINT32]: 'uint32()',
  [ScalarType.SFIXED32]: 'sfixed32()',
  [ScalarType.SFIXED64]: 'sfixed64()',
  [ScalarType.SINT32]: 'sint32()',
  [ScalarType.SINT64]: 'sint64()',
};

function scalarOf(field: DescField): string {
  if (field.scalar === undefined) return 'source.int32()';
  if (field.scalar === ScalarType.STRING) return `source.string(${isUtf8(field)})`;
  return `source.${METHODS[field.scalar]}`;
}

function isUtf8(field: DescField): boolean {
  return 'utf8Validation' in field && field.utf8Validation;
}
