import { Code, ConnectError, type Transport } from '@connectrpc/connect';
import { createConnectTransport, createGrpcWebTransport } from '@connectrpc/connect-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ErrorInfoSchema } from '../../gen/google/rpc/error_details_pb.ts';
import { Health } from '../../gen/grpc/health/v1/health_pb.ts';
import { createUnaryGrpcTransport } from '../grpc/client.ts';
import { type RunningServer, startServer } from '../process/server.ts';

let server: RunningServer;
beforeAll(async () => {
  server = await startServer({ routes: () => undefined, interceptors: [], host: '127.0.0.1', port: 0 });
});
afterAll(() => server.stop());

test.each<[string, (baseUrl: string) => Transport]>([
  ['gRPC', (baseUrl) => createUnaryGrpcTransport({ baseUrl })],
  ['gRPC-web', (baseUrl) => createGrpcWebTransport({ baseUrl, httpVersion: '2', idleConnectionTimeoutMs: 10 })],
  ['Connect', (baseUrl) => createConnectTransport({ baseUrl, httpVersion: '2', idleConnectionTimeoutMs: 10 })],
])('a service says by %s that it has no such RPC', async (_, createTransport) => {
  const call = createTransport(server.url).unary(Health.method.check, undefined, undefined, undefined, {});
  const error = await call.catch((cause: unknown) => ConnectError.from(cause));
  if (!(error instanceof ConnectError)) throw new Error('the call did not fail');
  expect([error.code, error.rawMessage]).toEqual([Code.Unimplemented, 'There is no such RPC.']);
  expect(error.findDetails(ErrorInfoSchema)).toMatchObject([{ reason: 'NOT_FOUND' }]);
});
