import {
  create,
  type DescExtension,
  type DescFile,
  type DescMessage,
  type DescMethod,
  type DescService,
  toBinary,
} from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema, ServiceDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { Code, type ConnectRouter } from '@connectrpc/connect';
import { file_google_rpc_error_details } from '../../gen/google/rpc/error_details_pb.ts';
import { Health } from '../../gen/grpc/health/v1/health_pb.ts';
import { ServerReflection } from '../../gen/grpc/reflection/v1/reflection_pb.ts';
import { ServerReflection as ServerReflectionAlpha } from '../../gen/grpc/reflection/v1alpha/reflection_pb.ts';

/** What a client asks, in either version of the protocol. The two differ only in their names. */
interface Question {
  readonly host: string;
  readonly messageRequest:
    | { readonly case: 'fileByFilename' | 'fileContainingSymbol' | 'allExtensionNumbersOfType'; readonly value: string }
    | { readonly case: 'listServices'; readonly value: string }
    | {
        readonly case: 'fileContainingExtension';
        readonly value: { readonly containingType: string; readonly extensionNumber: number };
      }
    | { readonly case: undefined };
}

/** The answer to a question, also for both versions. */
type Answer =
  | { readonly case: 'listServicesResponse'; readonly value: { readonly service: { readonly name: string }[] } }
  | { readonly case: 'fileDescriptorResponse'; readonly value: { readonly fileDescriptorProto: Uint8Array[] } }
  | {
      readonly case: 'allExtensionNumbersResponse';
      readonly value: { readonly baseTypeName: string; readonly extensionNumber: number[] };
    }
  | { readonly case: 'errorResponse'; readonly value: { readonly errorCode: Code; readonly errorMessage: string } };

/** The gRPC services that every process of this system serves beside its own. */
const OF_GRPC: readonly DescService[] = [Health, ServerReflection, ServerReflectionAlpha];

/** The details of errors. No contract imports them, since gRPC carries them beside the message, but a client has to read them. */
const OF_ERRORS: readonly DescFile[] = [file_google_rpc_error_details];

/**
 * gRPC server reflection (grpc.reflection, v1 and v1alpha) for the services of a router, gRPC health and itself: their
 * files, all files these import, the details of errors, and nothing else. It streams both ways, so it works over HTTP/2 only.
 *
 * @param isVisible false for an RPC that callers must not see: it is left out of every answer
 */
export function registerReflection(
  router: ConnectRouter,
  services: readonly DescService[],
  isVisible: (method: DescMethod) => boolean = () => true,
): void {
  let made: Index | undefined;
  const index = () => {
    made ??= createIndex([...services, ...OF_GRPC], isVisible); // few ask for it, and every start would wait for it
    return made;
  };
  router.service(ServerReflection, { serverReflectionInfo: (questions) => answerAll(index(), questions) });
  router.service(ServerReflectionAlpha, { serverReflectionInfo: (questions) => answerAll(index(), questions) });
}

async function* answerAll<Asked extends Question>(index: Index, questions: AsyncIterable<Asked>) {
  const sent = new Set<DescFile>();
  for await (const question of questions) {
    yield {
      validHost: question.host,
      originalRequest: question,
      messageResponse: answer(index, question.messageRequest, sent),
    };
  }
}

/** The answer to one question; `sent` has the files that the client has already received on this stream. */
function answer(index: Index, question: Question['messageRequest'], sent: Set<DescFile>): Answer {
  switch (question.case) {
    case 'listServices':
      return {
        case: 'listServicesResponse',
        value: { service: index.services.map(({ typeName }) => ({ name: typeName })) },
      };
    case 'fileByFilename':
      return giveFile(index, index.fileByName.get(question.value), sent, `There is no file ${question.value} here.`);
    case 'fileContainingSymbol':
      return giveFile(
        index,
        index.fileBySymbol.get(question.value.replace(/^\./, '')),
        sent,
        `There is no symbol ${question.value} here.`,
      );
    case 'fileContainingExtension': {
      const { containingType, extensionNumber } = question.value;
      const extension = index.extensionsOf.get(containingType)?.find(({ number }) => number === extensionNumber);
      const missing = `There is no extension ${extensionNumber} of ${containingType} here.`;
      return giveFile(index, extension?.file, sent, missing);
    }
    case 'allExtensionNumbersOfType': {
      const extensions = index.extensionsOf.get(question.value) ?? [];
      if (!index.messageNames.has(question.value)) return refusal(Code.NotFound, `There is no ${question.value} here.`);
      return {
        case: 'allExtensionNumbersResponse',
        value: { baseTypeName: question.value, extensionNumber: extensions.map(({ number }) => number) },
      };
    }
    case undefined:
      return refusal(Code.InvalidArgument, 'The request asks nothing.');
  }
}

/** A file and those of its imports that the client has not received yet, so that it need not ask for each. */
function giveFile(index: Index, file: DescFile | undefined, sent: Set<DescFile>, missing: string): Answer {
  if (file === undefined) return refusal(Code.NotFound, missing);
  const files = [...closureOf([file])].filter((found) => found === file || !sent.has(found));
  for (const found of files) sent.add(found);
  return {
    case: 'fileDescriptorResponse',
    value: { fileDescriptorProto: files.map((found) => index.bytesOf(found)) },
  };
}

function refusal(errorCode: Code, errorMessage: string): Answer {
  return { case: 'errorResponse', value: { errorCode, errorMessage } };
}

/** Everything that can be asked for, by the key it is asked by. */
interface Index {
  readonly services: readonly DescService[];
  readonly fileByName: ReadonlyMap<string, DescFile>;
  /** By the full name of a message, field, oneof, enum, enum value, extension, service or method. */
  readonly fileBySymbol: ReadonlyMap<string, DescFile>;
  /** By the full name of the message that is extended. */
  readonly extensionsOf: ReadonlyMap<string, readonly DescExtension[]>;
  readonly messageNames: ReadonlySet<string>;
  /** The file as a serialized google.protobuf.FileDescriptorProto. */
  bytesOf(file: DescFile): Uint8Array;
}

function createIndex(services: readonly DescService[], isVisible: (method: DescMethod) => boolean): Index {
  const files = [...closureOf([...services.map(({ file }) => file), ...OF_ERRORS])];
  const messages = files.flatMap((file) => withNested(file.messages));
  const extensions = [...files, ...messages].flatMap((scope) =>
    scope.kind === 'file' ? scope.extensions : scope.nestedExtensions,
  );
  const bytes = new Map<DescFile, Uint8Array>();
  return {
    services,
    fileByName: new Map(files.map((file) => [file.proto.name, file])),
    fileBySymbol: new Map(files.flatMap((file) => symbolsOf(file, isVisible).map((symbol) => [symbol, file] as const))),
    extensionsOf: Map.groupBy(extensions, ({ extendee }) => extendee.typeName),
    messageNames: new Set(messages.map(({ typeName }) => typeName)),
    bytesOf(file) {
      const known = bytes.get(file) ?? toBytes(file, isVisible);
      bytes.set(file, known);
      return known;
    },
  };
}

/** The files and all that they import, directly or not, each once. */
function closureOf(files: readonly DescFile[]): Set<DescFile> {
  const found = new Set(files);
  // A set that grows during iteration is iterated to its new end.
  for (const file of found) for (const dependency of file.dependencies) found.add(dependency);
  return found;
}

function withNested(messages: readonly DescMessage[]): DescMessage[] {
  return messages.flatMap((message) => [message, ...withNested(message.nestedMessages)]);
}

function symbolsOf(file: DescFile, isVisible: (method: DescMethod) => boolean): string[] {
  const messages = withNested(file.messages);
  const enums = [...file.enums, ...messages.flatMap(({ nestedEnums }) => nestedEnums)];
  const extensions = [...file.extensions, ...messages.flatMap(({ nestedExtensions }) => nestedExtensions)];
  return [
    ...messages.flatMap(({ typeName, fields, oneofs }) => [
      typeName,
      ...[...fields, ...oneofs].map(({ name }) => `${typeName}.${name}`),
    ]),
    // The values of an enum are named beside it, not in it.
    ...enums.flatMap(({ typeName, values }) => [
      typeName,
      ...values.map(({ name }) => [...typeName.split('.').slice(0, -1), name].join('.')),
    ]),
    ...extensions.map(({ typeName }) => typeName),
    ...file.services.flatMap(({ typeName, methods }) => [
      typeName,
      ...methods.filter(isVisible).map(({ name }) => `${typeName}.${name}`),
    ]),
  ];
}

function toBytes(file: DescFile, isVisible: (method: DescMethod) => boolean): Uint8Array {
  const hidden = new Set(
    file.services.flatMap(({ methods }) => methods.filter((method) => !isVisible(method)).map(({ proto }) => proto)),
  );
  if (hidden.size === 0) return toBinary(FileDescriptorProtoSchema, file.proto);
  const service = file.proto.service.map((declared) =>
    create(ServiceDescriptorProtoSchema, {
      ...declared,
      method: declared.method.filter((method) => !hidden.has(method)),
    }),
  );
  return toBinary(FileDescriptorProtoSchema, create(FileDescriptorProtoSchema, { ...file.proto, service }));
}
