import { type DescField, type DescMessage, ScalarType } from '@bufbuild/protobuf';
import type { GeneratedFile, Printable } from '@bufbuild/protoplugin';

/** Whether a message is the one that stands for bytes of any type. */
export function isHttpBody({ typeName }: DescMessage): boolean {
  return typeName === 'google.api.HttpBody';
}

/** The TypeScript type of a message in proto3 JSON. */
export function jsonTypeOf(f: GeneratedFile, message: DescMessage): Printable {
  return f.importJson(message);
}

/** The TypeScript type of a field in proto3 JSON. Bytes that are a whole body are a Blob. */
export function printedJsonOf(f: GeneratedFile, field: DescField): Printable {
  switch (field.fieldKind) {
    case 'scalar':
      return scalarJson(field.scalar);
    case 'enum':
      return f.importJson(field.enum);
    case 'message':
      return isHttpBody(field.message) ? 'Blob' : jsonTypeOf(f, field.message);
    case 'list':
      return [elementJson(f, field), '[]'];
    case 'map':
      return ['{ [key: string]: ', elementJson(f, field), ' }'];
  }
}

function elementJson(f: GeneratedFile, field: DescField & { fieldKind: 'list' | 'map' }): Printable {
  if (field.enum !== undefined) return f.importJson(field.enum);
  return field.message === undefined ? scalarJson(field.scalar) : jsonTypeOf(f, field.message);
}

function scalarJson(type: ScalarType): string {
  switch (type) {
    case ScalarType.BOOL:
      return 'boolean';
    case ScalarType.INT32:
    case ScalarType.UINT32:
    case ScalarType.SINT32:
    case ScalarType.FIXED32:
    case ScalarType.SFIXED32:
      return 'number';
    case ScalarType.FLOAT:
    case ScalarType.DOUBLE:
      return '(number | "NaN" | "Infinity" | "-Infinity")';
    default:
      // Strings, bytes in base64, and 64-bit integers, which a JSON number cannot hold.
      return 'string';
  }
}
