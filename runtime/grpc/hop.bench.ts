import { createServer, type Http2Server } from 'node:http2';
import { create } from '@bufbuild/protobuf';
import { type ConnectRouter, createClient, createRouterTransport, type Transport } from '@connectrpc/connect';
import { connectNodeAdapter, createGrpcTransport } from '@connectrpc/connect-node';
import { afterAll, test } from 'vitest';
import { createUnaryGrpcTransport } from './client.ts';
import { createDirectTransport } from './direct.ts';
import { serveUnaryGrpc } from './server.ts';
import { EchoRequestSchema, TestService } from './testdata/gen/test_service_pb.ts';
import { createBareCaller, createBareServer } from './testing/bare.ts';
import { closer, listen, urlOf } from './testing/peers.ts';

/** How much is measured: blocks of calls, one way after the other, so that a busy machine is unfair to none. */
const RUN = { blocks: 12, callsPerBlock: 1_500, atOnce: 32, warmUpCalls: 20_000 } as const;

/** A document with three lines, and a page of twenty of them. */
const itemOf = (index: number) => ({ name: `Position ${index}`, amount: '3', total: BigInt(index) * 14_999n });
const document = {
  text: 'RE-2026-00042',
  number: 44_997n,
  items: [1, 2, 3].map(itemOf),
  choice: { case: 'word', value: 'open' } as const,
};
const REQUESTS = {
  'a document of 3 lines': create(EchoRequestSchema, { payload: document }),
  'a page of 60 lines': create(EchoRequestSchema, {
    payload: { ...document, items: Array.from({ length: 60 }, (_, index) => itemOf(index)) },
  }),
};

const HEADERS = {
  authorization: `Bearer ${'a'.repeat(300)}`,
  'x-request-id': '0199f0a4-7c53-7d9e-8b1a-2f6f6c1d2e3f',
};

function routes(router: ConnectRouter): void {
  router.service(TestService, { echo: ({ payload }) => (payload === undefined ? {} : { payload }) });
}

type Call = (request: (typeof REQUESTS)[keyof typeof REQUESTS]) => Promise<unknown>;

const closing: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closing) await close();
});

async function open(server: Http2Server): Promise<string> {
  closing.push(closer(server));
  await listen(server);
  return urlOf(server.address());
}

function callOver(transport: Transport): Call {
  const client = createClient(TestService, transport);
  return (request) => client.echo(request, { headers: HEADERS, timeoutMs: 10_000 });
}

async function createWays(): Promise<Record<string, Call>> {
  const bare = createBareCaller(await open(createBareServer()), {
    ...HEADERS,
    'grpc-timeout': '10000m',
    'user-agent': 'bare/1.0',
  });
  closing.push(() => bare.session.close());
  const fast = createServer();
  serveUnaryGrpc(fast, { routes, maxTimeoutMs: 30_000 });
  const stock = createServer(connectNodeAdapter({ routes, acceptCompression: [] }));
  const [fastUrl, stockUrl] = [await open(fast), await open(stock)];
  return {
    'node:http2 and the codec': bare.call,
    'unary gRPC, both ends': callOver(createUnaryGrpcTransport({ baseUrl: fastUrl })),
    'connect-node gRPC, both ends': callOver(
      createGrpcTransport({ baseUrl: stockUrl, acceptCompression: [], idleConnectionTimeoutMs: 100 }),
    ),
    createRouterTransport: callOver(createRouterTransport(routes)),
    'direct, in process': callOver(createDirectTransport(routes)),
  };
}

/** CPU of this process, that is of both ends, in microseconds a call. */
async function measure(call: Call, request: Parameters<Call>[0], calls: number): Promise<number> {
  const before = process.cpuUsage();
  let left = calls;
  const worker = async () => {
    while (left-- > 0) await call(request);
  };
  await Promise.all(Array.from({ length: RUN.atOnce }, worker));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / calls;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

test.for(Object.entries(REQUESTS))('the hop with %s', { timeout: 300_000 }, async ([name, request]) => {
  const ways = Object.entries(await createWays());
  for (const [, call] of ways) await measure(call, request, RUN.warmUpCalls);
  const costs = new Map<string, number[]>(ways.map(([way]) => [way, []]));
  for (let block = 0; block < RUN.blocks; block++) {
    for (const [way, call] of ways) costs.get(way)?.push(await measure(call, request, RUN.callsPerBlock));
  }
  const bare = median(costs.get('node:http2 and the codec') ?? []);
  const rows = [...costs].map(([way, values]) => {
    const cost = median(values);
    return `  ${way.padEnd(30)} ${cost.toFixed(1).padStart(8)} us ${(cost / bare).toFixed(2).padStart(6)}x`;
  });
  process.stdout.write(`\nCPU of both ends per call with ${name}:\n${rows.join('\n')}\n`);
});
