/**
 * Fills `vendor/` with the third-party protos that ours import, so that Buf works without a network:
 * `node proto/vendor.ts`.
 *
 * They come from npm packages, pinned like everything else. No package contains `buf/validate/validate.proto` as text,
 * so it is printed from the descriptor in `@bufbuild/protovalidate`. The rules that Buf lints are therefore always
 * those that the services apply.
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { getExtension, isFieldSet } from '@bufbuild/protobuf';
import {
  type DescriptorProto,
  type EnumDescriptorProto,
  type FieldDescriptorProto,
  FieldDescriptorProtoSchema,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
} from '@bufbuild/protobuf/wkt';
import { file_buf_validate_validate, predefined } from '@bufbuild/protovalidate/gen/buf/validate/validate_pb.js';

const root = join(import.meta.dirname, '..');
const vendor = join(root, 'vendor');

const gaxProtos = 'node_modules/google-gax/build/protos';
const healthProtos = 'node_modules/grpc-health-check/proto';
const reflectionProtos = 'node_modules/@grpc/reflection/build/proto';

/** Import path below `vendor/` -> file of an npm package. */
const copied: Record<string, string> = {
  'google/api/annotations.proto': `${gaxProtos}/google/api/annotations.proto`,
  'google/api/field_behavior.proto': `${gaxProtos}/google/api/field_behavior.proto`,
  'google/api/http.proto': `${gaxProtos}/google/api/http.proto`,
  'google/api/httpbody.proto': `${gaxProtos}/google/api/httpbody.proto`,
  'google/rpc/code.proto': `${gaxProtos}/google/rpc/code.proto`,
  'google/rpc/error_details.proto': `${gaxProtos}/google/rpc/error_details.proto`,
  'google/rpc/status.proto': `${gaxProtos}/google/rpc/status.proto`,
  'grpc/health/v1/health.proto': `${healthProtos}/health/v1/health.proto`,
  'grpc/reflection/v1/reflection.proto': `${reflectionProtos}/grpc/reflection/v1/reflection.proto`,
  'grpc/reflection/v1alpha/reflection.proto': `${reflectionProtos}/grpc/reflection/v1alpha/reflection.proto`,
};

const scalarNames: Partial<Record<Type, string>> = {
  [Type.DOUBLE]: 'double',
  [Type.FLOAT]: 'float',
  [Type.INT64]: 'int64',
  [Type.UINT64]: 'uint64',
  [Type.INT32]: 'int32',
  [Type.FIXED64]: 'fixed64',
  [Type.FIXED32]: 'fixed32',
  [Type.BOOL]: 'bool',
  [Type.STRING]: 'string',
  [Type.BYTES]: 'bytes',
  [Type.UINT32]: 'uint32',
  [Type.SFIXED32]: 'sfixed32',
  [Type.SFIXED64]: 'sfixed64',
  [Type.SINT32]: 'sint32',
  [Type.SINT64]: 'sint64',
};

/** The largest field number of protobuf, plus one: the end of `extensions N to max` in a descriptor. */
const rangeEndMax = 536_870_912;

function isInOneof(field: FieldDescriptorProto): boolean {
  return isFieldSet(field, FieldDescriptorProtoSchema.field.oneofIndex);
}

/**
 * Throws for anything that the printer below does not know, so that a new release of the package loses no part
 * unnoticed.
 */
function refuse(unknown: boolean, what: string): void {
  if (unknown)
    throw new Error(`proto/vendor.ts cannot print ${what}: teach it, or pin the older @bufbuild/protovalidate`);
}

function printFieldOptions(field: FieldDescriptorProto): string {
  const options: string[] = [];
  if (field.options?.packed) options.push('packed = true');
  if (field.options?.deprecated) options.push('deprecated = true');
  const rules = field.options ? getExtension(field.options, predefined).cel : [];
  for (const { id, message, expression } of rules) {
    const parts = Object.entries({ id, message, expression }).filter(([, text]) => text !== '');
    const body = parts.map(([name, text]) => `${name}: ${JSON.stringify(text)}`).join(', ');
    options.push(`(buf.validate.predefined).cel = {${body}}`);
  }
  return options.length === 0 ? '' : ` [${options.join(', ')}]`;
}

function printField(field: FieldDescriptorProto): string {
  refuse(field.defaultValue !== '' || field.type === Type.GROUP, `field ${field.name}`);
  const type = scalarNames[field.type] ?? field.typeName;
  const label = field.label === Label.REPEATED ? 'repeated ' : isInOneof(field) ? '' : 'optional ';
  return `${label}${type} ${field.name} = ${field.number}${printFieldOptions(field)};`;
}

function printMessage(message: DescriptorProto): string[] {
  refuse(message.nestedType.length + message.enumType.length + message.extension.length > 0, `message ${message.name}`);
  const lines = [`message ${message.name} {`];
  for (const { start, end } of message.reservedRange) lines.push(`  reserved ${start} to ${end - 1};`);
  for (const name of message.reservedName) lines.push(`  reserved ${JSON.stringify(name)};`);
  for (const { start, end } of message.extensionRange) {
    lines.push(`  extensions ${start} to ${end === rangeEndMax ? 'max' : end - 1};`);
  }
  for (const field of message.field) {
    if (!isInOneof(field)) lines.push(`  ${printField(field)}`);
  }
  for (const [index, oneof] of message.oneofDecl.entries()) {
    lines.push(`  oneof ${oneof.name} {`);
    for (const field of message.field) {
      if (isInOneof(field) && field.oneofIndex === index) lines.push(`    ${printField(field)}`);
    }
    lines.push('  }');
  }
  return [...lines, '}', ''];
}

function printEnum(declared: EnumDescriptorProto): string[] {
  return [
    `enum ${declared.name} {`,
    ...declared.reservedRange.map(({ start, end }) => `  reserved ${start} to ${end};`),
    ...declared.reservedName.map((name) => `  reserved ${JSON.stringify(name)};`),
    ...declared.value.map(({ name, number }) => `  ${name} = ${number};`),
    '}',
    '',
  ];
}

/** `buf/validate/validate.proto` as text. It is a proto2 file without nested types, which keeps this short. */
function printValidate(): string {
  const { proto } = file_buf_validate_validate;
  refuse(proto.syntax !== '' && proto.syntax !== 'proto2', `syntax ${proto.syntax}`);
  return [
    '// Printed by proto/vendor.ts from the descriptor in @bufbuild/protovalidate.',
    'syntax = "proto2";',
    '',
    `package ${proto.package};`,
    '',
    ...proto.dependency.map((path) => `import ${JSON.stringify(path)};`),
    '',
    ...proto.extension.flatMap((extension) => [
      `extend ${extension.extendee} {`,
      `  ${printField(extension)}`,
      '}',
      '',
    ]),
    ...proto.messageType.flatMap(printMessage),
    ...proto.enumType.flatMap(printEnum),
  ].join('\n');
}

async function write(path: string, text: string): Promise<void> {
  const target = join(vendor, path);
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, text);
}

await rm(vendor, { recursive: true, force: true });
for (const [path, source] of Object.entries(copied)) await write(path, await readFile(join(root, source), 'utf8'));
await write('buf/validate/validate.proto', printValidate());
