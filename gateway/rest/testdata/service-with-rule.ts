import { clone, create, createFileRegistry, type DescFile, type DescService, setExtension } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema, MethodOptionsSchema } from '@bufbuild/protobuf/wkt';
import { http } from '../gen/google/api/annotations_pb.ts';
import { HttpRuleSchema } from '../gen/google/api/http_pb.ts';
import { file_testdata_library, LibraryService } from '../gen/testdata/library_pb.ts';

/** Initial values of a google.api.HttpRule. */
export interface RuleInit {
  pattern?:
    | { case: 'get' | 'put' | 'post' | 'delete' | 'patch'; value: string }
    | { case: 'custom'; value: { kind?: string; path?: string } };
  body?: string;
  responseBody?: string;
  additionalBindings?: RuleInit[];
}

/** Gives the library service with only the named methods, each under a rule of the test's own. */
export function serviceWithRules(rules: Readonly<Record<string, RuleInit>>): DescService {
  const file = clone(FileDescriptorProtoSchema, file_testdata_library.proto);
  const [service] = file.service;
  if (service === undefined) {
    throw new Error('the test contract has no service');
  }
  service.method = service.method.filter((method) => Object.hasOwn(rules, method.name));
  for (const method of service.method) {
    method.options = create(MethodOptionsSchema);
    setExtension(method.options, http, create(HttpRuleSchema, rules[method.name] ?? {}));
  }
  const imports = new Map<string, DescFile>();
  collectImports(imports, file_testdata_library);
  const registry = createFileRegistry(file, (name) => imports.get(name)?.proto);
  const described = registry.getService(LibraryService.typeName);
  if (described === undefined) {
    throw new Error('the test contract has lost its service');
  }
  return described;
}

function collectImports(imports: Map<string, DescFile>, file: DescFile): void {
  for (const dependency of file.dependencies) {
    imports.set(`${dependency.name}.proto`, dependency);
    collectImports(imports, dependency);
  }
}
