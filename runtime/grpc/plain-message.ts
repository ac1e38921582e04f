import { type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';
import { WireType } from '@bufbuild/protobuf/wire';
import { Edition } from '@bufbuild/protobuf/wkt';

/** Whether a message is one of proto3 with nothing in it but what compiled code can read and write; others are left to the library. */
export function isPlainMessage(desc: DescMessage): boolean {
  return desc.file.edition === Edition.EDITION_PROTO3 && isMessage(desc) && !desc.fields.some(isUnusual);
}

/** Well-known types that are messages like others; the rest has forms of its own. */
const PLAIN_WELL_KNOWN: ReadonlySet<string> = new Set(['Any', 'Duration', 'Empty', 'FieldMask', 'Timestamp']);

/** Whether values of the type are messages in a field as well: wrappers and JSON values are something else there. */
function isMessage({ file, name }: DescMessage): boolean {
  return file.proto.package !== 'google.protobuf' || PLAIN_WELL_KNOWN.has(name);
}

function isUnusual(field: DescField): boolean {
  if ('longAsString' in field && field.longAsString) return true;
  if ('delimitedEncoding' in field && field.delimitedEncoding) return true;
  if (field.enum?.open === false || (field.message !== undefined && !isMessage(field.message))) return true;
  return field.fieldKind === 'map' && (field.mapKey !== ScalarType.STRING || field.mapKind === 'message');
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
