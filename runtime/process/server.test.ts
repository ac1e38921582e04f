import { Code, createClient } from '@connectrpc/connect';
import { expect, test } from 'vitest';
import { createUnaryGrpcTransport } from '../grpc/client.ts';
import { TestService } from '../grpc/testdata/gen/test_service_pb.ts';
import { startServer } from './server.ts';

test('callers who leave, however many, cost no other call on their connection its answer', async () => {
  let begun = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    interceptors: [],
    routes: (router) =>
      router.service(TestService, {
        async echo() {
          begun.resolve();
          await held.promise;
          return {};
        },
      }),
  });
  const client = createClient(TestService, createUnaryGrpcTransport({ baseUrl: server.url }));
  const kept = client.echo({});
  for (let left = 0; left < 1_200; left++) {
    begun = Promise.withResolvers();
    const leaving = new AbortController();
    const call = client.echo({}, { signal: leaving.signal });
    await begun.promise;
    leaving.abort();
    await expect(call).rejects.toMatchObject({ code: Code.Canceled });
  }
  held.resolve();
  await expect(kept).resolves.toBeDefined();
  await server.stop();
});
