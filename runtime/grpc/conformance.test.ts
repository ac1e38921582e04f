import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { type CallOptions, type Client, Code, ConnectError, createClient } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  EchoRequestSchema,
  type EchoResponse,
  ItemSchema,
  type OrdersSchema,
  PayloadSchema,
  TestService,
} from './testdata/gen/test_service_pb.ts';
import { cancelledCalls, FULL_PAYLOAD } from './testdata/test-service.ts';
import { CLIENTS, createDirectClient, marksOf, type Peer, type PeerClient, SERVERS } from './testing/peers.ts';

/** The same table of facts for every client with every server. */

type Orders = MessageInitShape<typeof OrdersSchema>;

/** A way to make calls, and what is known to differ on it. */
interface Pair {
  readonly client: Client<typeof TestService>;
  readonly clientName: string;
  readonly serverName: string;
}

type Case = (pair: Pair) => Promise<void>;

async function failureOf(call: Promise<unknown>): Promise<ConnectError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof ConnectError) return error;
    throw error;
  }
  throw new Error('the call succeeded');
}

async function ask(client: Pair['client'], orders: Orders, options: CallOptions = {}) {
  const seen = { header: new Headers(), trailer: new Headers() };
  const response: EchoResponse = await client.echo(
    { orders },
    {
      ...options,
      onHeader: (header) => {
        seen.header = header;
      },
      onTrailer: (trailer) => {
        seen.trailer = trailer;
      },
    },
  );
  return { response, ...seen };
}

const CODES = Object.values(Code).filter((code) => typeof code === 'number');

const CASES: Readonly<Record<string, Case>> = {
  async 'a message comes back with every field'({ client }) {
    const { payload } = await client.echo({ payload: FULL_PAYLOAD });
    expect(payload).toEqual(create(PayloadSchema, FULL_PAYLOAD));
  },
  async 'an empty message is a message'({ client }) {
    expect((await client.echo({})).payload).toEqual(create(PayloadSchema));
  },
  async 'megabytes go both ways'({ client }) {
    const data = new Uint8Array(3 * 1024 * 1024).fill(7);
    const { payload } = await client.echo({ payload: { data } });
    expect(Buffer.compare(payload?.data ?? new Uint8Array(), data)).toBe(0);
  },
  async 'two hundred calls at once each get their own answer'({ client }) {
    const texts = Array.from({ length: 200 }, (_, index) => `call ${index}`);
    const answers = await Promise.all(texts.map((text) => client.echo({ payload: { text } })));
    expect(answers.map(({ payload }) => payload?.text)).toEqual(texts);
  },
  async 'the server sees the metadata of the request'({ client }) {
    const headers = { 'x-word': 'one, two', 'x-bytes-bin': 'AAH+/w', 'x-empty': '' };
    const { response } = await ask(client, {}, { headers });
    expect(response.header).toMatchObject({
      'x-word': 'one, two',
      'x-bytes-bin': expect.stringMatching(/^AAH\+\/w=*$/),
    });
  },
  async 'the caller sees headers and trailers of the answer'({ client }) {
    const { header, trailer } = await ask(client, { header: { 'x-head': 'h' }, trailer: { 'x-trail': 't' } });
    expect([header.get('x-head'), header.get('x-trail')]).toEqual(['h', null]);
    expect([trailer.get('x-head'), trailer.get('x-trail')]).toEqual([null, 't']);
  },
  async 'every code arrives as itself'({ client }) {
    const failures = await Promise.all(CODES.map((code) => failureOf(ask(client, { code, message: `code ${code}` }))));
    expect(failures.map(({ code, rawMessage }) => [code, rawMessage])).toEqual(
      CODES.map((code) => [code, `code ${code}`]),
    );
  },
  async 'a message of a failure may hold any text'({ client }) {
    for (const message of ['100 %', ' ends in spaces ', 'Grüße\n世界 🌍', '%41', '']) {
      expect((await failureOf(ask(client, { code: Code.NotFound, message }))).rawMessage).toBe(message);
    }
  },
  async 'a failure carries its details'({ client, serverName }) {
    if (serverName === 'grpc-js') return; // it gives none by itself
    const details = [{ name: 'first', total: 1n }, { name: 'second' }];
    const failure = await failureOf(ask(client, { code: Code.Aborted, message: 'ä', details }));
    expect(failure.findDetails(ItemSchema)).toEqual(details.map((item) => create(ItemSchema, item)));
  },
  async 'a failure carries its metadata, and the headers and trailers that were set before'({ client }) {
    const orders = {
      code: Code.Aborted,
      errorMetadata: { 'x-error': 'e' },
      header: { 'x-head': 'h' },
      trailer: { 'x-trail': 't' },
    };
    const { metadata } = await failureOf(ask(client, orders));
    expect([metadata.get('x-error'), metadata.get('x-head'), metadata.get('x-trail')]).toEqual(['e', 'h', 't']);
  },
  async 'an error that is none of RPC gives nothing away'({ client }) {
    const failure = await failureOf(ask(client, { code: -1 }));
    expect([failure.code, failure.rawMessage, failure.cause]).toEqual([Code.Internal, 'internal error', undefined]);
  },
  async 'a method that is not implemented says so'({ client }) {
    expect((await failureOf(client.missing({}))).code).toBe(Code.Unimplemented);
  },
  async 'the server knows the deadline'({ client }) {
    const { timeoutMs = 0 } = (await ask(client, {}, { timeoutMs: 20_000 })).response;
    expect(timeoutMs).toBeGreaterThan(15_000);
    expect(timeoutMs).toBeLessThanOrEqual(20_001);
    // Other transports take only whole milliseconds for a deadline, and the rest of a deadline is passed on to them.
    expect(Number.isInteger(timeoutMs)).toBe(true);
  },
  async 'there is no deadline unless one is asked for'({ client }) {
    expect((await ask(client, {})).response.timeoutMs).toBeUndefined();
  },
  async 'a deadline ends the call on both sides'({ client }) {
    const cancelled = cancelledCalls.next();
    const failure = await failureOf(ask(client, { hang: true }, { timeoutMs: 60 }));
    expect(failure.code).toBe(Code.DeadlineExceeded);
    await cancelled;
  },
  async 'a deadline beyond what the server allows is refused'({ client, serverName }) {
    if (serverName === 'grpc-js') return; // it allows any
    expect((await failureOf(ask(client, {}, { timeoutMs: 31_000 }))).code).toBe(Code.InvalidArgument);
  },
  async 'a caller who gives up ends the call on both sides'({ client }) {
    const abort = new AbortController();
    const [begun, cancelled] = [cancelledCalls.begun(), cancelledCalls.next()];
    const failure = failureOf(ask(client, { hang: true }, { signal: abort.signal }));
    await begun;
    abort.abort();
    expect((await failure).code).toBe(Code.Canceled);
    await cancelled;
  },
  async 'a call that was given up before it began fails as such'({ client }) {
    expect((await failureOf(ask(client, {}, { signal: AbortSignal.abort() }))).code).toBe(Code.Canceled);
  },
  async 'a request beyond the limit is refused'({ client, serverName }) {
    if (serverName === 'direct') return; // nothing has a size there
    const data = new Uint8Array(4 * 1024 * 1024 + 1);
    // Bytes that do not compress, for the client that compresses.
    for (let index = 0; index < data.length; index += 1) data[index] = (index * 2_654_435_761) >>> 13;
    expect((await failureOf(client.echo({ payload: { data } }))).code).toBe(Code.ResourceExhausted);
  },
  async 'an answer beyond the limit is not read'({ client, serverName }) {
    if (serverName === 'direct') return; // same
    expect((await failureOf(ask(client, { answerBytes: 4 * 1024 * 1024 + 1 }))).code).toBe(Code.ResourceExhausted);
  },
  async 'interceptors of both sides run from the outside in'({ client, clientName, serverName }) {
    const marks = marksOf((await ask(client, {})).header);
    const expected = [
      ...(serverName === 'grpc-js' ? [] : ['server-inner', 'server-outer']),
      ...(clientName === 'grpc-js' ? [] : ['client-inner', 'client-outer']),
    ];
    expect(marks ?? '').toBe(expected.join(', '));
  },
  async 'neither side sees what the other does to a message'({ client }) {
    const request = create(EchoRequestSchema, { payload: FULL_PAYLOAD });
    const response = await client.echo(request);
    if (response.payload === undefined || request.payload === undefined) throw new Error('no payload');
    response.payload.items[0] = create(ItemSchema, { name: 'changed' });
    response.payload.data[0] = 99;
    expect(request.payload).toEqual(create(PayloadSchema, FULL_PAYLOAD));
  },
};

const PAIRS: readonly (readonly [client: keyof typeof CLIENTS, server: keyof typeof SERVERS])[] = [
  ['unary-grpc', 'unary-grpc'],
  ['unary-grpc', 'connect-node'],
  ['connect-node', 'unary-grpc'],
  ['connect-node', 'connect-node'],
  ['unary-grpc', 'grpc-js'],
  ['grpc-js', 'unary-grpc'],
];

describe.each(PAIRS)('client %s, server %s', (clientName, serverName) => {
  let server: Peer;
  let peer: PeerClient;
  beforeAll(async () => {
    server = await SERVERS[serverName]();
    peer = CLIENTS[clientName](server.baseUrl);
  });
  afterAll(async () => {
    peer.stop();
    await server.stop();
  });

  test.each(Object.entries(CASES))('%s', async (_, run) => {
    await run({ client: createClient(TestService, peer.transport), clientName, serverName });
  });
});

describe('direct, in process', () => {
  const client = createClient(TestService, createDirectClient().transport);

  test.each(Object.entries(CASES))('%s', async (_, run) => {
    await run({ client, clientName: 'direct', serverName: 'direct' });
  });

  test('a stream takes the transport of Connect', async () => {
    const numbers: number[] = [];
    for await (const { number } of client.count({ count: 3 })) numbers.push(number);
    expect(numbers).toEqual([1, 2, 3]);
  });
});
