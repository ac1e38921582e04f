import type { DescFile, DescMethod, FileRegistry } from '@bufbuild/protobuf';
import type { Element } from '../source-path.ts';

/** The contracts that a rule looks at. */
export interface Contracts {
  /** The files to check, without their imports. */
  readonly files: readonly DescFile[];
  /** These files and their imports, by name. */
  readonly registry: FileRegistry;
}

/** The element at fault. */
export interface Place {
  readonly element: Element;
  /** The option at fault, or a part of it: numbers as in google.protobuf.SourceCodeInfo.Location.path. */
  readonly within?: readonly number[];
}

/** One violation of a rule. */
export interface Finding {
  /** What is wrong and what would be right. */
  readonly message: string;
  /** Where it is; undefined when its file is gone. */
  readonly place: Place | undefined;
  /** Where it was in the former contracts. */
  readonly formerPlace?: Place;
}

/** Rules that `buf.yaml` enables together. */
export interface Category {
  readonly id: string;
  /** One sentence. */
  readonly purpose: string;
}

interface AnyRule {
  /** Unique among the rules of Buf and of all its plugins. */
  readonly id: string;
  readonly category: Category;
  /** One sentence, as `buf config ls-lint-rules` and `buf config ls-breaking-rules` show it. */
  readonly purpose: string;
}

/** A rule of `buf lint`. */
export interface LintRule extends AnyRule {
  check(contracts: Contracts): Finding[];
}

/** A rule of `buf breaking`. */
export interface BreakingRule extends AnyRule {
  compare(contracts: Contracts, former: Contracts): Finding[];
}

/** Number of `options` in google.protobuf.MethodDescriptorProto. */
export const METHOD_OPTIONS = 4;
/** Number of `options` in google.protobuf.DescriptorProto. */
export const MESSAGE_OPTIONS = 7;

/** Number of `options` in google.protobuf.FieldDescriptorProto. */
export const FIELD_OPTIONS = 8;

/** Every RPC of the checked files. */
export function methodsOf({ files }: Contracts): DescMethod[] {
  return files.flatMap((file) => file.services.flatMap((service) => service.methods));
}

/** `library.v1.LibraryService.GetBook`: how a message names an RPC. */
export function nameOf(method: DescMethod): string {
  return `${method.parent.typeName}.${method.name}`;
}
