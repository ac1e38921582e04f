/**
 * A process for one way of making a call, with both ends of it, since a service uses only one way: V8 compiles what the
 * ways have in common, streams and HTTP/2, for all uses within a process. Its argument names the way. It answers each
 * question of its parent with the CPU time that the calls took.
 */
import { createServer, type Http2Server } from 'node:http2';
import { create } from '@bufbuild/protobuf';
import { type ConnectRouter, createClient, createRouterTransport, type Transport } from '@connectrpc/connect';
import { connectNodeAdapter, createGrpcTransport } from '@connectrpc/connect-node';
import { createUnaryGrpcTransport } from '../client.ts';
import { createDirectTransport } from '../direct.ts';
import { serveUnaryGrpc } from '../server.ts';
import { EchoRequestSchema, TestService } from '../testdata/gen/test_service_pb.ts';
import { createBareCaller, createBareServer } from './bare.ts';
import type { Question, RequestName, Way } from './bench-question.ts';
import { listen, urlOf } from './peers.ts';

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
} satisfies Readonly<Record<RequestName, unknown>>;

const HEADERS = {
  authorization: `Bearer ${'a'.repeat(300)}`,
  'x-request-id': '0199f0a4-7c53-7d9e-8b1a-2f6f6c1d2e3f',
};

type Call = (request: (typeof REQUESTS)[RequestName]) => Promise<unknown>;

function routes(router: ConnectRouter): void {
  router.service(TestService, { echo: ({ payload }) => (payload === undefined ? {} : { payload }) });
}

async function open(server: Http2Server): Promise<string> {
  await listen(server);
  return urlOf(server.address());
}

function callOver(transport: Transport): Call {
  const client = createClient(TestService, transport);
  return (request) => client.echo(request, { headers: HEADERS, timeoutMs: 10_000 });
}

const calls: Readonly<Record<Way, () => Promise<Call>>> = {
  async 'node:http2 and the codec'() {
    const headers = { ...HEADERS, 'grpc-timeout': '10000m', 'user-agent': 'bare/1.0' };
    return createBareCaller(await open(createBareServer()), headers).call;
  },
  async 'unary gRPC, both ends'() {
    const server = createServer();
    serveUnaryGrpc(server, { routes, maxTimeoutMs: 30_000 });
    return callOver(createUnaryGrpcTransport({ baseUrl: await open(server) }));
  },
  async 'connect-node gRPC, both ends'() {
    const baseUrl = await open(createServer(connectNodeAdapter({ routes, acceptCompression: [] })));
    return callOver(createGrpcTransport({ baseUrl, acceptCompression: [], idleConnectionTimeoutMs: 100 }));
  },
  createRouterTransport: async () => callOver(createRouterTransport(routes)),
  'direct, in process': async () => callOver(createDirectTransport(routes)),
};

const call = await calls[process.argv[2] as Way](); // the parent names one

process.on('message', async ({ request, count, atOnce }: Question) => {
  const before = process.cpuUsage();
  let left = count;
  const worker = async () => {
    while (left-- > 0) await call(REQUESTS[request]);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  const { user, system } = process.cpuUsage(before);
  process.send?.((user + system) / count);
});
process.on('disconnect', () => process.exit());
