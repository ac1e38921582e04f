import type { DescField, DescFile, DescMessage, DescMethod, DescService } from '@bufbuild/protobuf';

/** The elements of a proto file whose place and comment are needed. */
export type Element = DescFile | DescMessage | DescField | DescService | DescMethod;

/** Field numbers in google/protobuf/descriptor.proto that make up source paths. */
const PART = { fileMessage: 4, fileService: 6, messageField: 2, messageMessage: 3, serviceMethod: 2 } as const;

/** The file that contains an element. */
export function fileOf(element: Element): DescFile {
  switch (element.kind) {
    case 'file':
      return element;
    case 'message':
    case 'service':
      return element.file;
    case 'field':
    case 'rpc':
      return element.parent.file;
  }
}

/** The path of an element in its file, as in google.protobuf.SourceCodeInfo.Location.path. */
export function sourcePathOf(element: Element): number[] {
  switch (element.kind) {
    case 'file':
      return [];
    case 'service':
      return [PART.fileService, element.file.services.indexOf(element)];
    case 'rpc':
      return [...sourcePathOf(element.parent), PART.serviceMethod, element.parent.methods.indexOf(element)];
    case 'message':
      return element.parent === undefined
        ? [PART.fileMessage, element.file.messages.indexOf(element)]
        : [...sourcePathOf(element.parent), PART.messageMessage, indexIn(element.parent.proto.nestedType, element)];
    case 'field':
      return [...sourcePathOf(element.parent), PART.messageField, indexIn(element.parent.proto.field, element)];
  }
}

/** The index in the descriptor's own list, since the parsed list leaves out map entries. */
function indexIn(list: readonly unknown[], { proto }: DescMessage | DescField): number {
  return list.indexOf(proto);
}
