import {
  clone,
  create,
  createFileRegistry,
  type DescMethod,
  type DescService,
  type MessageInitShape,
  setExtension,
} from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema, MethodOptionsSchema } from '@bufbuild/protobuf/wkt';
import { http } from '../gen/google/api/annotations_pb.ts';
import { HttpRuleSchema } from '../gen/google/api/http_pb.ts';
import { file_testdata_library, LibraryService } from '../gen/testdata/library_pb.ts';

/** Initial values of a rule. */
export type RuleInit = MessageInitShape<typeof HttpRuleSchema>;

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
  const imports = new Map(
    file_testdata_library.dependencies.map((dependency) => [`${dependency.name}.proto`, dependency.proto]),
  );
  const registry = createFileRegistry(file, (name) => imports.get(name));
  const described = registry.getService(LibraryService.typeName);
  if (described === undefined) {
    throw new Error('the test contract has lost its service');
  }
  return described;
}

/** Finds a method by the name it has in the proto. */
export function methodNamed(service: DescService, name: string): DescMethod {
  const method = service.methods.find((candidate) => candidate.name === name);
  if (method === undefined) {
    throw new Error(`no method ${name}`);
  }
  return method;
}
