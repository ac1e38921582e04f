import { fromBinary } from '@bufbuild/protobuf';
import { anyUnpack } from '@bufbuild/protobuf/wkt';
import { Client, type ClientReadableStream, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { loadSync, type MethodDefinition, type ServiceDefinition } from '@grpc/proto-loader';
import { BadRequestSchema, ErrorInfoSchema } from '../../../gen/google/rpc/error_details_pb.ts';
import { StatusSchema } from '../../../gen/google/rpc/status_pb.ts';
import type { Json } from './api.ts';

/** A grpc-js client for services that it knows only from proto files. */
export interface GrpcJs {
  /** Makes a unary call; rejects with grpc-js's own error. */
  call(service: string, method: string, request: object, headers?: Readonly<Record<string, string>>): Promise<Json>;
  /** The first response of a server stream or a bidirectional stream. The call is then cancelled. */
  first(service: string, method: string, request: object): Promise<Json>;
  close(): void;
}

/** The content of a grpc-js error, with its details unpacked. */
export interface GrpcJsRefusal {
  readonly code: string | undefined;
  /** The text for people. */
  readonly message: string | undefined;
  readonly reason: string | undefined;
  readonly fields: readonly string[];
}

/**
 * Loads proto files like any user of grpc-js, and connects.
 *
 * @param folder the folder of imports
 * @param files import paths of the protos
 */
export function createGrpcJs(url: string, folder: string, files: readonly string[]): GrpcJs {
  const definitions = loadSync([...files], { includeDirs: [folder], longs: String, enums: String, defaults: true });
  const client = new Client(new URL(url).host, credentials.createInsecure());
  const find = (service: string, method: string): MethodDefinition<object, Json> => {
    // proto-loader gives the definition of a service under its name.
    const found = (definitions[service] as ServiceDefinition | undefined)?.[method];
    if (found === undefined) throw new Error(`the protos have no ${service}/${method}`);
    return found as MethodDefinition<object, Json>;
  };

  return {
    call(service, method, request, headers = {}) {
      const { path, requestSerialize, responseDeserialize } = find(service, method);
      const metadata = new Metadata();
      for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
      return new Promise((resolve, reject) => {
        client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, metadata, (error, answer) => {
          if (error) reject(error);
          else resolve(answer);
        });
      });
    },
    first(service, method, request) {
      const { path, requestSerialize, responseDeserialize, requestStream } = find(service, method);
      let call: ClientReadableStream<Json>;
      if (requestStream) {
        const both = client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize);
        both.write(request);
        call = both;
      } else {
        call = client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, request);
      }
      return new Promise((resolve, reject) => {
        // After its end, a cancelled call reports that it was cancelled.
        call.once('error', reject);
        call.once('data', (answer: Json) => {
          resolve(answer);
          call.on('error', () => undefined);
          call.cancel();
        });
      });
    },
    close: () => client.close(),
  };
}

/** Waits until a call is refused; gives the error. */
export async function refusalOf(call: Promise<unknown>): Promise<GrpcJsRefusal> {
  const error = await call.then(
    () => undefined,
    // grpc-js rejects with nothing else.
    (cause: unknown) => cause as ServiceError,
  );
  const [bytes] = error?.metadata.get('grpc-status-details-bin') ?? [];
  const details = typeof bytes === 'object' ? fromBinary(StatusSchema, bytes).details : [];
  const unpack = <T>(read: (any: (typeof details)[number]) => T | undefined) =>
    details.flatMap((any) => read(any) ?? []);
  return {
    code: error === undefined ? undefined : status[error.code],
    message: error?.details,
    reason: unpack((any) => anyUnpack(any, ErrorInfoSchema)?.reason)[0],
    fields: unpack((any) => anyUnpack(any, BadRequestSchema)?.fieldViolations.map(({ field }) => field)).flat(),
  };
}
