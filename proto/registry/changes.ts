import { type DescEnum, type DescMessage, type DescService, type MessageShape, toBinary } from '@bufbuild/protobuf';
import { nestedTypes } from '@bufbuild/protobuf/reflect';
import {
  DescriptorProtoSchema,
  EnumDescriptorProtoSchema,
  EnumValueDescriptorProtoSchema,
  FieldDescriptorProtoSchema,
  MethodDescriptorProtoSchema,
  ServiceDescriptorProtoSchema,
} from '@bufbuild/protobuf/wkt';
import { readBindings } from '../../gateway/rest/http-rule.ts';
import { eventsOf, topicOf } from '../event-comments.ts';
import type { Image } from './image.ts';

/** What a change means to users of the contracts: nothing, better comments, something new, or something broken. */
export type Level = 'none' | 'patch' | 'minor' | 'major';

/** The difference between two states of the contracts. Compatibility is judged elsewhere. */
export interface Changes {
  /** `major` when something is gone. */
  readonly level: Level;
  /** What was added, changed and removed, one line each. */
  readonly notes: readonly string[];
}

interface Entry {
  /** Its name in a note. */
  readonly label: string;
  /** The element around it. When that is new or gone as well, only it is noted. */
  readonly parent: string;
  /** Its own part of the descriptor, to find whether it changed. */
  readonly content: string;
}

type Named = readonly [name: string, entry: Entry];

/** Lists what changed from one state of the contracts to another. */
export function compareImages(former: Image, current: Image): Changes {
  const before = inventoryOf(former);
  const after = inventoryOf(current);
  const added = [...after].filter(([name, { parent }]) => !before.has(name) && !isNew(parent, before, after));
  const removed = [...before].filter(([name, { parent }]) => !after.has(name) && !isNew(parent, after, before));
  const changed = [...after].filter(([name, { content }]) => (before.get(name)?.content ?? content) !== content);
  const notes = [
    ...added.map(([, { label }]) => `Added ${label}.`),
    ...changed.map(([, { label }]) => `Changed ${label}.`),
    ...removed.map(([, { label }]) => `Removed ${label}.`),
  ];
  if (removed.length > 0) return { level: 'major', notes };
  if (notes.length > 0) return { level: 'minor', notes };
  if (commentsOf(former) !== commentsOf(current)) return { level: 'patch', notes: ['Better comments.'] };
  return { level: 'none', notes: [] };
}

/** Whether an element is only in the second inventory, so that the elements inside it need no note. */
function isNew(name: string, first: ReadonlyMap<string, Entry>, second: ReadonlyMap<string, Entry>): boolean {
  return second.has(name) && !first.has(name);
}

/** The contents of the contracts in one line, for the notes of the first release. */
export function summarize(contracts: Image): string {
  const services = contracts.files.flatMap((file) => file.services);
  const rpcs = services.flatMap((service) => service.methods);
  return `${services.length} services with ${rpcs.length} RPCs, and ${eventsOf(contracts).length} events.`;
}

/** Everything with a name, by its full name. */
function inventoryOf({ files }: Image): Map<string, Entry> {
  return new Map(
    files.flatMap((file) => [
      ...file.services.flatMap(serviceEntries),
      ...[...nestedTypes(file)].flatMap((type) => {
        if (type.kind === 'message') return messageEntries(type);
        return type.kind === 'enum' ? enumEntries(type) : [];
      }),
    ]),
  );
}

function serviceEntries({ typeName, proto, methods }: DescService): Named[] {
  const content = print(ServiceDescriptorProtoSchema, { ...proto, method: [] });
  return [
    [typeName, { label: `service \`${typeName}\``, parent: '', content }],
    ...methods.map((method): Named => {
      const [binding] = readBindings(method);
      const route = binding === undefined ? '' : ` (\`${binding.httpMethod} ${binding.path}\`)`;
      const name = `${typeName}.${method.name}`;
      const label = `RPC \`${name}\`${route}`;
      return [name, { label, parent: typeName, content: print(MethodDescriptorProtoSchema, method.proto) }];
    }),
  ];
}

function messageEntries(message: DescMessage): Named[] {
  const { typeName, proto, parent } = message;
  const content = print(DescriptorProtoSchema, { ...proto, field: [], nestedType: [], enumType: [] });
  const topic = topicOf(message);
  const label = topic === '' ? `message \`${typeName}\`` : `event \`${topic}\` (\`${typeName}\`)`;
  return [
    [typeName, { label, parent: parent?.typeName ?? '', content }],
    ...message.fields.map((field): Named => {
      const name = `${typeName}.${field.name}`;
      const own = print(FieldDescriptorProtoSchema, field.proto);
      return [name, { label: `field \`${name}\``, parent: typeName, content: own }];
    }),
  ];
}

function enumEntries({ typeName, proto, parent, values }: DescEnum): Named[] {
  const content = print(EnumDescriptorProtoSchema, { ...proto, value: [] });
  return [
    [typeName, { label: `enum \`${typeName}\``, parent: parent?.typeName ?? '', content }],
    ...values.map((value): Named => {
      const name = `${typeName}.${value.name}`;
      const own = print(EnumValueDescriptorProtoSchema, value.proto);
      return [name, { label: `enum value \`${name}\``, parent: typeName, content: own }];
    }),
  ];
}

/** The bytes of a descriptor with all its options, for comparison. */
function print<Desc extends DescMessage>(schema: Desc, proto: MessageShape<Desc>): string {
  return Buffer.from(toBinary(schema, proto)).toString('base64');
}

/** All comments, each with the path of its element. Their position in the file does not matter. */
function commentsOf({ files }: Image): string {
  return JSON.stringify(
    files.map(({ proto }) => [
      proto.name,
      proto.sourceCodeInfo?.location
        .filter((location) => location.leadingComments + location.trailingComments !== '')
        .map(({ path, leadingComments, trailingComments }) => [path, leadingComments, trailingComments]),
    ]),
  );
}
