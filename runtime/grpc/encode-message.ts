import { type DescField, type DescMessage, type MessageShape, ScalarType, toBinary } from '@bufbuild/protobuf';
import { WireType } from '@bufbuild/protobuf/wire';
import { FeatureSet_FieldPresence } from '@bufbuild/protobuf/wkt';
import { MessageWriter, UNUSUAL } from './message-writer.ts';
import { isPlainField, isPlainMessage, tagOf, wireTypeOf, zeroOf } from './plain-message.ts';

/**
 * Encodes a message to the bytes that `toBinary` makes of it, and throws where it throws.
 *
 * Like decoding (decode-message.ts), this uses code that is compiled for a type on first use, and leaves to the library
 * what is out of the ordinary: unknown fields that have to be passed on, a value of a wrong type, or a type of field
 * that the writer does not know.
 */
export function encodeMessage<Desc extends DescMessage>(desc: Desc, message: MessageShape<Desc>): Uint8Array {
  const encode = encoderOf(desc);
  if (encode !== undefined) {
    try {
      encode(writer, message);
      return writer.finish();
    } catch {
      writer.clear(); // the library does it again, and knows what to do or what is wrong
    }
  }
  return toBinary(desc, message);
}

/** Shared by all messages, since each is encoded in one go. */
const writer = new MessageWriter();

/** Writes a message. Throws when the library has to write it. */
type Encoder = (writer: MessageWriter, message: object) => void;

const encoders = new WeakMap<DescMessage, Encoder | undefined>();

/** The encoder of a type; undefined for one that only the library writes. */
function encoderOf(desc: DescMessage): Encoder | undefined {
  if (encoders.has(desc)) return encoders.get(desc);
  // Compiled on first use: the code of a message needs that of its fields, and a message may contain itself.
  let encode: Encoder | undefined;
  const encoder: Encoder = (target, message) => {
    encode ??= compile(desc);
    encode(target, message);
  };
  encoders.set(desc, isPlainMessage(desc) ? encoder : undefined);
  return encoders.get(desc);
}

/** The method of the writer for each type of scalar that it writes. */
const METHODS: Readonly<Partial<Record<ScalarType, string>>> = {
  [ScalarType.STRING]: 'string',
  [ScalarType.BYTES]: 'bytes',
  [ScalarType.BOOL]: 'bool',
  [ScalarType.INT32]: 'int32',
  [ScalarType.UINT32]: 'uint32',
  [ScalarType.INT64]: 'int64',
  [ScalarType.UINT64]: 'uint64',
};

function methodOf(field: DescField): string | undefined {
  return field.scalar === undefined ? METHODS[ScalarType.INT32] : METHODS[field.scalar];
}

function isWritable(field: DescField): boolean {
  if (field.message !== undefined || !isPlainField(field)) return isPlainField(field);
  const isPackable = field.fieldKind === 'list' && wireTypeOf(field) !== WireType.LengthDelimited;
  return methodOf(field) !== undefined && (!isPackable || field.packed);
}

/**
 * Compiles a message to a function of this form. The code contains only numbers, and names from the descriptor as
 * texts.
 *
 *     (writer, message) => {
 *       if (message.$typeName !== '...' || message.$unknown !== undefined) throw unusual;
 *       if (message['id'] !== '') writer.string(10, message['id']);
 *       ...
 *     }
 */
function compile(desc: DescMessage): Encoder {
  const values: unknown[] = [UNUSUAL];
  const nameOf = (value: unknown) => `value${values.push(value) - 1}`;
  const fields = desc.fields.toSorted((one, other) => one.number - other.number);
  const code = `return (writer, message) => {
    if (message.$typeName !== ${JSON.stringify(desc.typeName)} || message.$unknown !== undefined) throw value0;
    ${fields.map((field) => statementOf(field, nameOf)).join('\n')}
  }`;
  return new Function(...values.map((_, index) => `value${index}`), code)(...values) as Encoder; // what the code returns
}

/** The statement that writes a field if it is set; it throws there if only the library writes the field. */
function statementOf(field: DescField, nameOf: (value: unknown) => string): string {
  const { oneof } = field;
  const name = JSON.stringify(field.localName);
  const member = `message[${name}]`;
  if (field.fieldKind === 'list') {
    return isWritable(field) ? listStatement(field, member, nameOf) : `if (${member}.length !== 0) throw value0;`;
  }
  if (field.fieldKind === 'map') {
    return isWritable(field) ? mapStatement(field, member) : `if (Object.keys(${member}).length !== 0) throw value0;`;
  }
  const tag = tagOf(field.number, wireTypeOf(field));
  const write = isWritable(field) ? writeStatement(field, tag, 'value', nameOf) : 'throw value0;';
  if (oneof === undefined) return `{ const value = ${member}; if (${isSet(field)}) { ${write} } }`;
  const choice = `message[${JSON.stringify(oneof.localName)}]`;
  return `if (${choice}.case === ${name}) { const { value } = ${choice}; ${write} }`;
}

/** Whether a field's value is one to write, as an expression about `value`. */
function isSet(field: DescField): string {
  if (!('presence' in field) || field.presence !== FeatureSet_FieldPresence.IMPLICIT) return 'value !== undefined';
  if (field.scalar === ScalarType.BYTES) return 'value.byteLength !== 0';
  if (field.scalar === ScalarType.DOUBLE || field.scalar === ScalarType.FLOAT) return '!Object.is(value, 0)';
  return `value !== ${zeroOf(field)}`;
}

function listStatement(field: DescField, list: string, nameOf: (value: unknown) => string): string {
  const wireType = wireTypeOf(field);
  if (wireType === WireType.LengthDelimited) {
    const write = writeStatement(field, tagOf(field.number, wireType), 'items[index]', nameOf);
    return `for (let items = ${list}, index = 0; index < items.length; index++) { ${write} }`;
  }
  const tag = tagOf(field.number, WireType.LengthDelimited);
  return `{
    const items = ${list};
    if (items.length !== 0) {
      const start = writer.open(${tag});
      for (let index = 0; index < items.length; index++) writer.${methodOf(field)}Value(items[index]);
      writer.close(start);
    }
  }`;
}

/** Map entries have the key in field 1, and the value in field 2, whatever they are. */
function mapStatement(field: DescField, map: string): string {
  return `for (const key of Object.keys(${map})) {
    const start = writer.open(${tagOf(field.number, WireType.LengthDelimited)});
    writer.string(${tagOf(1, WireType.LengthDelimited)}, key);
    writer.${methodOf(field)}(${tagOf(2, wireTypeOf(field))}, ${map}[key]);
    writer.close(start);
  }`;
}

/** The statement that writes a value with its tag. */
function writeStatement(field: DescField, tag: number, value: string, nameOf: (value: unknown) => string): string {
  const { message } = field;
  if (message === undefined) return `writer.${methodOf(field)}(${tag}, ${value});`;
  const encode = encoderOf(message);
  if (encode !== undefined) {
    return `const start = writer.open(${tag}); ${nameOf(encode)}(writer, ${value}); writer.close(start);`;
  }
  return `writer.bytes(${tag}, ${nameOf((child: MessageShape<DescMessage>) => toBinary(message, child))}(${value}));`;
}
