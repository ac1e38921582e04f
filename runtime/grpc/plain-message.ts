import { type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';
import { WireType } from '@bufbuild/protobuf/wire';
import { Edition } from '@bufbuild/protobuf/wkt';

/** Whether compiled code can read and write a message of this type; the others are left to the library. */
export function isPlainMessage(desc: DescMessage): boolean {
  return desc.file.edition === Edition.EDITION_PROTO3 && isMessage(desc) && !desc.fields.some(isUnusual);
}

/**
 * Whether compiled code can also read and write a field of this type. A message with any other field set is left to the
 * library.
 */
export function isPlainField(field: DescField): boolean {
  if (field.fieldKind === 'map' && (field.mapKey !== ScalarType.STRING || field.mapKind === 'message')) return false;
  return field.message === undefined || isMessage(field.message);
}

/** Well-known types that are ordinary messages; the others have forms of their own. */
const PLAIN_WELL_KNOWN: ReadonlySet<string> = new Set(['Any', 'Duration', 'Empty', 'FieldMask', 'Timestamp']);

/** Whether a field of this type holds messages: wrappers and JSON values have another form in a field. */
function isMessage({ file, name }: DescMessage): boolean {
  return file.proto.package !== 'google.protobuf' || PLAIN_WELL_KNOWN.has(name);
}

/** Whether a field differs from others of its kind in its empty value, or in how it ends. */
function isUnusual(field: DescField): boolean {
  if ('longAsString' in field && field.longAsString) return true;
  if ('delimitedEncoding' in field && field.delimitedEncoding) return true;
  return field.enum?.open === false;
}

/** The zero of a scalar or enum, in a field or as an item of a list or map, as an expression. */
export function zeroOf(field: DescField): string {
  switch (field.scalar) {
    case ScalarType.STRING:
      return "''";
    case ScalarType.BOOL:
      return 'false';
    case ScalarType.BYTES:
      return 'new Uint8Array(0)';
    case ScalarType.INT64:
    case ScalarType.UINT64:
    case ScalarType.SINT64:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return '0n';
    default:
      return '0';
  }
}

/** How a value of the field is put on the wire, alone or as an item that is not packed. */
export function wireTypeOf(field: DescField): WireType {
  if (field.message !== undefined) return WireType.LengthDelimited;
  switch (field.scalar) {
    case ScalarType.STRING:
    case ScalarType.BYTES:
      return WireType.LengthDelimited;
    case ScalarType.DOUBLE:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return WireType.Bit64;
    case ScalarType.FLOAT:
    case ScalarType.FIXED32:
    case ScalarType.SFIXED32:
      return WireType.Bit32;
    default:
      return WireType.Varint;
  }
}

/** The tag in front of a value. */
export function tagOf(fieldNumber: number, wireType: WireType): number {
  return ((fieldNumber << 3) | wireType) >>> 0;
}
