import { join } from 'node:path';
import { root } from '../../tidy/repository.ts';
import { createGrpcJs } from './grpc-js.ts';

/** What a process says about itself over gRPC. */
export interface Probed {
  /** Overall status, from Check and from the first response of Watch. */
  readonly check: string;
  readonly watch: string;
  /** The services that reflection lists. */
  readonly services: readonly string[];
}

/** Asks a process for its health and services, with grpc-js and the protos of gRPC. */
export async function probe(url: string): Promise<Probed> {
  const client = createGrpcJs(url, join(root, 'vendor'), [
    'grpc/health/v1/health.proto',
    'grpc/reflection/v1/reflection.proto',
  ]);
  try {
    const health = 'grpc.health.v1.Health';
    const { status: check } = await client.call(health, 'Check', {});
    const { status: watch } = await client.first(health, 'Watch', {});
    const question = { host: '', listServices: '' };
    const reflected = await client.first('grpc.reflection.v1.ServerReflection', 'ServerReflectionInfo', question);
    const services = reflected.listServicesResponse.service.map(({ name }: { name: string }) => name);
    return { check, watch, services };
  } finally {
    client.close();
  }
}
