import { create, createFileRegistry, type MessageInitShape } from '@bufbuild/protobuf';
import { type FileDescriptorProto, FileDescriptorSetSchema, type SourceCodeInfo } from '@bufbuild/protobuf/wkt';
import { fileOf, sourcePathOf } from '../source-path.ts';
import {
  type AnnotationSchema,
  type CheckRequest,
  type CheckResponse,
  CheckResponseSchema,
  type FileDescriptor,
  type FileLocationSchema,
  type ListCategoriesResponse,
  ListCategoriesResponseSchema,
  type ListRulesResponse,
  ListRulesResponseSchema,
  RuleType,
} from './gen/check_pb.ts';
import type { Contracts, Finding, Place } from './rule.ts';
import { BREAKING_RULES, CATEGORIES, LINT_RULES } from './rules.ts';

/** Checks the rules that the request names, or all when it names none. */
export function check(request: CheckRequest): CheckResponse {
  const contracts = readContracts(request.fileDescriptors);
  const former = readContracts(request.againstFileDescriptors);
  const isAsked = ({ id }: { readonly id: string }): boolean => {
    return request.ruleIds.length === 0 || request.ruleIds.includes(id);
  };
  const annotations = [
    ...LINT_RULES.filter(isAsked).flatMap((rule) => annotate(rule.id, rule.check(contracts))),
    ...BREAKING_RULES.filter(isAsked).flatMap((rule) => annotate(rule.id, rule.compare(contracts, former))),
  ];
  return create(CheckResponseSchema, { annotations });
}

/** The rules, for Buf to list and choose from. */
export function listRules(): ListRulesResponse {
  const describe =
    (type: RuleType) =>
    ({ id, purpose, category }: (typeof LINT_RULES | typeof BREAKING_RULES)[number]) => {
      return { id, purpose, categoryIds: [category.id], default: true, type };
    };
  return create(ListRulesResponseSchema, {
    rules: [...LINT_RULES.map(describe(RuleType.LINT)), ...BREAKING_RULES.map(describe(RuleType.BREAKING))],
  });
}

/** The categories, for Buf to list and choose from. */
export function listCategories(): ListCategoriesResponse {
  return create(ListCategoriesResponseSchema, { categories: CATEGORIES.map(({ id, purpose }) => ({ id, purpose })) });
}

function readContracts(descriptors: readonly FileDescriptor[]): Contracts {
  const protos = new Map<string, FileDescriptorProto>();
  for (const { fileDescriptorProto: proto } of descriptors) {
    if (proto) protos.set(proto.name, proto);
  }
  const checked = new Set(
    descriptors.filter(({ isImport }) => !isImport).map(({ fileDescriptorProto }) => fileDescriptorProto?.name),
  );
  const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: importedFirst(protos) }));
  // By name, so that of two files that collide the same one is always reported.
  const files = [...registry.files].toSorted((one, other) => (one.name < other.name ? -1 : 1));
  return { registry, files: files.filter(({ proto }) => checked.has(proto.name)) };
}

/** The files, each after those that it imports, as the registry requires. */
function importedFirst(protos: ReadonlyMap<string, FileDescriptorProto>): FileDescriptorProto[] {
  const ordered = new Set<FileDescriptorProto>();
  const visit = (name: string): void => {
    const proto = protos.get(name);
    if (proto === undefined || ordered.has(proto)) return;
    // Imports never form a cycle: the compiler refuses that.
    for (const imported of proto.dependency) visit(imported);
    ordered.add(proto);
  };
  for (const name of protos.keys()) visit(name);
  return [...ordered];
}

function annotate(ruleId: string, findings: readonly Finding[]): MessageInitShape<typeof AnnotationSchema>[] {
  return findings.map(({ message, place, formerPlace }) => ({
    ruleId,
    message,
    ...(place && { fileLocation: locate(place) }),
    ...(formerPlace && { againstFileLocation: locate(formerPlace) }),
  }));
}

function locate({ element, within = [] }: Place): MessageInitShape<typeof FileLocationSchema> {
  const { proto } = fileOf(element);
  const path = sourcePathOf(element);
  // An option that is not written in the file has no place, so the option around it, or else the element itself, stands
  // for it. The first number alone would match any option.
  for (let depth = within.length; depth > 1; depth--) {
    const sourcePath = findPath(proto.sourceCodeInfo, [...path, ...within.slice(0, depth)]);
    if (sourcePath !== undefined) return { fileName: proto.name, sourcePath };
  }
  return { fileName: proto.name, sourcePath: path };
}

/** The first path in the file that equals this path or starts with it; undefined when there is none. */
function findPath(info: SourceCodeInfo | undefined, path: readonly number[]): number[] | undefined {
  return info?.location.find((location) => path.every((number, index) => location.path[index] === number))?.path;
}
