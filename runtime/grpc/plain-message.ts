import { type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';
import { WireType } from '@bufbuild/protobuf/wire';
import { Edition } from '@bufbuild/protobuf/wkt';

/** Whether compiled code can read and write a message of this type; the others are left to the library. */
export function isPlainMessage(desc: DescMessage): boolean {
  return desc.file.edition === Edition.EDITION_PROTO3 && isMessage(desc) && !desc.fields.some(isUnusual);
}

/** Whether compiled code can do so with a field of such a type as well; a message in which another one is set is left to the library. */
export function isPlainField(field: DescField): boolean {
  if (field.fieldKind === 'map' && (field.mapKey !== ScalarType.STRING || field.mapKind === 'message')) return false;
  return field.message === undefined || isMessage(field.message);
}

/** Well-known types that are messages like others; the rest has forms of its own. */
const PLAIN_WELL_KNOWN: ReadonlySet<string> = new Set(['Any', 'Duration', 'Empty', 'FieldMask', 'Timestamp']);

/** Whether values of the type are messages in a field as well: wrappers and JSON values are something else there. */
function isMessage({ file, name }: DescMessage): boolean {
  return file.proto.package !== 'google.protobuf' || PLAIN_WELL_KNOWN.has(name);
}

/** Whether a field looks different from others of its kind when nothing is in it, or ends differently. */
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

/** What is in front of a value. */
export function tagOf(fieldNumber: number, wireType: WireType): number {
  return ((fieldNumber << 3) | wireType) >>> 0;
}
