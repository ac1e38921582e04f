import type {
  DescEnum,
  DescEnumValue,
  DescField,
  DescMessage,
  DescMethod,
  DescOneof,
  DescService,
} from '@bufbuild/protobuf';
import type { DescriptorProto, EnumDescriptorProto, FileDescriptorProto } from '@bufbuild/protobuf/wkt';

/** A declaration that can have a comment above it. */
export type Commented = DescEnum | DescEnumValue | DescField | DescMessage | DescMethod | DescOneof | DescService;

/** Gives the comment above a declaration; empty when there is none. */
export type Comments = (declaration: Commented) => string;

/** Field numbers of google/protobuf/descriptor.proto, which make up the locations in source info. */
const AT = {
  fileMessage: 4,
  fileEnum: 5,
  fileService: 6,
  messageField: 2,
  messageMessage: 3,
  messageEnum: 4,
  messageOneof: 8,
  enumValue: 2,
  serviceMethod: 2,
} as const;

/** Full name and location of a declaration. */
type Place = readonly [name: string, path: readonly number[]];

/**
 * Reads the comments of proto files from their source info, which a compiled image has and generated code does not. Line
 * breaks are kept; the space after each `//` is not.
 */
export function readComments(files: readonly FileDescriptorProto[]): Comments {
  const comments = new Map<string, string>();
  for (const file of files) {
    const locations = new Map(
      file.sourceCodeInfo?.location.map(({ path, leadingComments }) => [path.join(), leadingComments] as const),
    );
    for (const [name, path] of placesOf(file)) {
      const text = locations.get(path.join())?.replaceAll(/^ /gm, '').trim() ?? '';
      if (text !== '') comments.set(name, text);
    }
  }
  return (declaration) => comments.get(fullNameOf(declaration)) ?? '';
}

function fullNameOf(declaration: Commented): string {
  return 'typeName' in declaration ? declaration.typeName : `${declaration.parent.typeName}.${declaration.name}`;
}

function* placesOf(file: FileDescriptorProto): Generator<Place> {
  const scope = file.package === '' ? '' : `${file.package}.`;
  for (const [index, message] of file.messageType.entries()) {
    yield* placesInMessage(message, scope + message.name, [AT.fileMessage, index]);
  }
  for (const [index, each] of file.enumType.entries()) {
    yield* placesInEnum(each, scope + each.name, [AT.fileEnum, index]);
  }
  for (const [index, service] of file.service.entries()) {
    const path = [AT.fileService, index];
    yield [scope + service.name, path];
    for (const [at, method] of service.method.entries()) {
      yield [`${scope}${service.name}.${method.name}`, [...path, AT.serviceMethod, at]];
    }
  }
}

function* placesInMessage(message: DescriptorProto, name: string, path: readonly number[]): Generator<Place> {
  yield [name, path];
  for (const [index, field] of message.field.entries()) {
    yield [`${name}.${field.name}`, [...path, AT.messageField, index]];
  }
  for (const [index, oneof] of message.oneofDecl.entries()) {
    yield [`${name}.${oneof.name}`, [...path, AT.messageOneof, index]];
  }
  for (const [index, nested] of message.nestedType.entries()) {
    yield* placesInMessage(nested, `${name}.${nested.name}`, [...path, AT.messageMessage, index]);
  }
  for (const [index, nested] of message.enumType.entries()) {
    yield* placesInEnum(nested, `${name}.${nested.name}`, [...path, AT.messageEnum, index]);
  }
}

function* placesInEnum(each: EnumDescriptorProto, name: string, path: readonly number[]): Generator<Place> {
  yield [name, path];
  for (const [index, value] of each.value.entries()) {
    yield [`${name}.${value.name}`, [...path, AT.enumValue, index]];
  }
}
