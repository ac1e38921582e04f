import { create, createFileRegistry, type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import {
  FieldDescriptorProto_Label,
  FieldDescriptorProto_Type,
  FileDescriptorProtoSchema,
  file_google_protobuf_struct,
  file_google_protobuf_timestamp,
} from '@bufbuild/protobuf/wkt';
import fc from 'fast-check';

/** Those types of field that are in proto3. */
export const ALL_TYPES: readonly FieldDescriptorProto_Type[] = Object.values(FieldDescriptorProto_Type).filter(
  (type) => typeof type === 'number' && type !== FieldDescriptorProto_Type.GROUP,
);

/** A message with a field of each type and in every form: alone, optional, in a oneof, repeated, as the value of a map. */
export function everyKind(types: readonly FieldDescriptorProto_Type[] = ALL_TYPES): DescMessage {
  const { MESSAGE, ENUM, STRING } = FieldDescriptorProto_Type;
  let number = 0;
  const named = (kind: string, type: number) => ({
    name: `${kind}_${type}`,
    number: ++number,
    label: FieldDescriptorProto_Label.OPTIONAL,
    type,
    ...(type === MESSAGE ? { typeName: '.kinds.Kinds' } : type === ENUM ? { typeName: '.kinds.Color' } : {}),
  });
  const maps = types.filter((type) => type !== MESSAGE);
  const file = create(FileDescriptorProtoSchema, {
    name: 'kinds.proto',
    package: 'kinds',
    syntax: 'proto3',
    dependency: ['google/protobuf/timestamp.proto', 'google/protobuf/struct.proto'],
    enumType: [{ name: 'Color', value: [{ name: 'NONE' }, { name: 'RED', number: 1 }] }],
    messageType: [
      {
        name: 'Kinds',
        field: [
          ...types.map((type) => named('alone', type)),
          ...types.map((type) => ({ ...named('many', type), label: FieldDescriptorProto_Label.REPEATED })),
          ...types.map((type) => ({ ...named('one', type), oneofIndex: 0 })),
          ...maps.map((type) => ({
            ...named('map', MESSAGE),
            label: FieldDescriptorProto_Label.REPEATED,
            name: `map_${type}`,
            typeName: `.kinds.Kinds.Map${type}Entry`,
          })),
          { ...named('time', MESSAGE), typeName: '.google.protobuf.Timestamp' },
          { ...named('extra', MESSAGE), typeName: '.kinds.Extra' },
          ...types.map((type, index) => ({ ...named('maybe', type), oneofIndex: 1 + index, proto3Optional: true })),
        ],
        nestedType: maps.map((type) => ({
          name: `Map${type}Entry`,
          options: { mapEntry: true },
          field: [
            { ...named('', STRING), name: 'key', number: 1 },
            { ...named('', type), name: 'value', number: 2 },
          ],
        })),
        oneofDecl: [{ name: 'choice' }, ...types.map((type) => ({ name: `_maybe_${type}` }))],
      },
      { name: 'Extra', field: [{ ...named('json', MESSAGE), number: 1, typeName: '.google.protobuf.Struct' }] },
    ],
  });
  const wellKnown = [file_google_protobuf_timestamp, file_google_protobuf_struct];
  const registry = createFileRegistry(file, (name) => wellKnown.find(({ proto }) => proto.name === name));
  const desc = registry.getMessage('kinds.Kinds');
  if (desc === undefined) throw new Error('there is no such message');
  return desc;
}

/** Writes one field, or what might be one. */
type Write = (writer: BinaryWriter) => void;

const anything: fc.Arbitrary<Write> = fc
  .tuple(fc.integer({ min: 1, max: 200 }), fc.constantFrom(0, 1, 2, 3, 5), fc.uint8Array({ maxLength: 12 }))
  .map(
    ([number, wireType, bytes]) =>
      (writer) =>
        writer.tag(number, wireType as WireType).raw(bytes), // some of it makes sense
  );

/** The fields of a message in any order and number, and now and then something else. */
export function bytesOf(desc: DescMessage, depth: number): fc.Arbitrary<Uint8Array> {
  const fields = desc.fields.filter((field) => depth > 0 || field.message === undefined);
  const known = [anything, ...fields.map((field) => writeOf(field, depth))];
  const all = fc.oneof(...known);
  return fc.array(all, { maxLength: 8 }).map((writes) => {
    const writer = new BinaryWriter();
    for (const write of writes) write(writer);
    return writer.finish();
  });
}

function writeOf(field: DescField, depth: number): fc.Arbitrary<Write> {
  const { number } = field;
  if (field.fieldKind === 'map') {
    const value = writeValue(field.scalar, 2);
    return fc.tuple(fc.constantFrom('a', 'b', '__proto__'), value).map(([key, write]) => (writer) => {
      write(writer.tag(number, WireType.LengthDelimited).fork().tag(1, WireType.LengthDelimited).string(key));
      writer.join();
    });
  }
  if (field.message !== undefined) {
    return bytesOf(field.message, depth - 1).map(
      (bytes) => (writer) => writer.tag(number, WireType.LengthDelimited).bytes(bytes),
    );
  }
  if (field.fieldKind !== 'list') return writeValue(field.scalar, number);
  const packed = fc.uint8Array({ maxLength: 16 }).map(
    (bytes): Write =>
      (writer) => {
        writer.tag(number, WireType.LengthDelimited).bytes(bytes);
      },
  );
  return fc.oneof(writeValue(field.scalar, number), packed);
}

/** A scalar, or without one the number of an enum. */
function writeValue(scalar: ScalarType | undefined, number: number): fc.Arbitrary<Write> {
  const small = fc.integer({ min: 0, max: 3 });
  switch (scalar) {
    case ScalarType.STRING:
    case ScalarType.BYTES:
      return fc
        .oneof(
          fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
          fc.uint8Array(),
        )
        .map((bytes) => (writer) => writer.tag(number, WireType.LengthDelimited).bytes(bytes));
    case ScalarType.DOUBLE:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return fc.double().map((value) => (writer) => writer.tag(number, WireType.Bit64).double(value));
    case ScalarType.FLOAT:
    case ScalarType.FIXED32:
    case ScalarType.SFIXED32:
      return fc.float().map((value) => (writer) => writer.tag(number, WireType.Bit32).float(value));
    default:
      return fc
        .oneof(small.map(BigInt), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }))
        .map((value) => (writer) => writer.tag(number, WireType.Varint).int64(value));
  }
}
