import {
  createFileRegistry,
  type DescEnum,
  type DescField,
  type DescFile,
  type DescMessage,
  type DescMethod,
  type DescService,
  fromBinary,
  getOption,
} from '@bufbuild/protobuf';
import { nestedTypes } from '@bufbuild/protobuf/reflect';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { event } from '../../gen/numer/options/v1/options_pb.ts';
import { type Comments, readComments } from '../openapi/comments.ts';
import type { FindAnchor } from './comment-markup.ts';

/** What a reference describes, taken from one released image. */
export interface Contracts {
  readonly services: readonly DescService[];
  /** Messages that are neither events nor the request or response of an RPC, by file. */
  readonly messages: readonly DescMessage[];
  /** In order of their topics. */
  readonly events: readonly DescMessage[];
  /** Those that are not nested in a message. */
  readonly enums: readonly DescEnum[];
  readonly comments: Comments;
  readonly findAnchor: FindAnchor;
  /** The fields and RPCs that carry a message, by its full name. */
  readonly users: ReadonlyMap<string, readonly (DescField | DescMethod)[]>;
}

/** The folder of our own protos. What they import is not described. */
const OWN = 'numer/';

/** Reads an image as `buf build` writes it. */
export function readContracts(image: Uint8Array): Contracts {
  const set = fromBinary(FileDescriptorSetSchema, image);
  const files = [...createFileRegistry(set).files]
    .filter(({ name }) => name.startsWith(OWN))
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
  const services = files.flatMap((file) => file.services);
  const all = files.flatMap((file) => [...nestedTypes(file)]).filter((type) => type.kind === 'message');
  const called = new Set<DescMessage>(
    services.flatMap(({ methods }) => methods.flatMap(({ input, output }) => [input, output])),
  );
  return {
    services,
    messages: all.filter((message) => !called.has(message) && topicOf(message) === ''),
    events: all
      .filter((message) => topicOf(message) !== '')
      .toSorted((one, other) => (topicOf(one) < topicOf(other) ? -1 : 1)),
    enums: files.flatMap((file) => file.enums),
    comments: readComments(set.file),
    findAnchor: indexOf(files, services),
    users: usersOf(all, services),
  };
}

/** The topic of an event; empty for any other message. */
export function topicOf(message: DescMessage): string {
  return getOption(message, event).topic;
}

/** The anchor of an element: its full name, which is unique in the page. */
export function anchorOf(element: DescEnum | DescField | DescMessage | DescMethod | DescService): string {
  return 'typeName' in element ? element.typeName : `${element.parent.typeName}.${element.name}`;
}

/** Finds anchors by the short names that comments use, where a name means only one thing. */
function indexOf(files: readonly DescFile[], services: readonly DescService[]): FindAnchor {
  const anchors = new Map<string, string | undefined>();
  const add = (name: string, anchor: string) => anchors.set(name, anchors.has(name) ? undefined : anchor);
  for (const type of files.flatMap((file) => [...nestedTypes(file)])) {
    if (type.kind === 'message' || type.kind === 'enum') add(type.name, anchorOf(type));
  }
  for (const { values, typeName } of files.flatMap((file) => file.enums)) {
    for (const { name } of values) add(name, `${typeName}.${name}`);
  }
  for (const method of services.flatMap(({ methods }) => methods)) add(method.name, anchorOf(method));
  return (name) => anchors.get(name);
}

function usersOf(
  messages: readonly DescMessage[],
  services: readonly DescService[],
): Map<string, (DescField | DescMethod)[]> {
  const users = new Map<string, (DescField | DescMethod)[]>();
  const add = (user: DescField | DescMethod, { typeName }: DescMessage) =>
    users.set(typeName, [...(users.get(typeName) ?? []), user]);
  for (const field of messages.flatMap(({ fields }) => fields)) {
    if (field.message !== undefined) add(field, field.message);
  }
  for (const method of services.flatMap(({ methods }) => methods)) {
    add(method, method.input);
    add(method, method.output);
  }
  return users;
}
