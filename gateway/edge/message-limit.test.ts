import { once } from 'node:events';
import { Agent, type IncomingMessage, type OutgoingHttpHeaders, request as sendHttp1 } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { create, type MessageInitShape, toBinary, toJsonString } from '@bufbuild/protobuf';
import { type Client, Code, ConnectError, createClient, type Transport } from '@connectrpc/connect';
import {
  compressionBrotli,
  compressionGzip,
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from '@connectrpc/connect-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ErrorInfoSchema } from '../../gen/google/rpc/error_details_pb.ts';
import type { LineAllowanceChargeSchema } from '../../gen/numer/invoice/v1/allowance_charge_pb.ts';
import { InvoiceSchema } from '../../gen/numer/invoice/v1/invoice_pb.ts';
import { InvoiceService, PreviewInvoiceRequestSchema } from '../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { AS_ADA, startTestGateway, type TestGateway } from '../testing/start-test-gateway.ts';

const VALUES_MAX = 100_000;

let gateway: TestGateway;
/** How many lines the service was sent, newest last. */
const received: (number | undefined)[] = [];
beforeAll(async () => {
  gateway = await startTestGateway({
    services: {
      invoice: (router) =>
        router.service(InvoiceService, {
          createInvoice({ invoice }) {
            received.push(invoice?.lines.length);
            return {};
          },
          previewInvoice({ invoice }) {
            received.push(invoice?.lines.length);
            return {};
          },
        }),
    },
  });
});
afterAll(() => gateway.stop());

/** As many lines and allowances as an invoice may have, each with these fields. */
function invoiceOf(allowance: MessageInitShape<typeof LineAllowanceChargeSchema>) {
  const items = Array(20).fill(allowance);
  return { invoice: { lines: Array(500).fill({ allowances: items, charges: items }) } };
}

/** Of 80,000 and more than 100,000 values. */
const many = invoiceOf({ reason: 'a', reasonCode: '95', percent: '1' });
const tooMany = invoiceOf({ reason: 'a', reasonCode: '95', percent: '1', amountMinor: 1n });

describe('a message with more values than are taken is refused before it is decoded', () => {
  const options = () => ({ baseUrl: gateway.url, readMaxBytes: 4e6 });
  const transports: Readonly<Record<string, () => Transport>> = {
    gRPC: () => createGrpcTransport(options()),
    'gRPC, gzip': () => createGrpcTransport({ ...options(), sendCompression: compressionGzip }),
    'gRPC-web': () => createGrpcWebTransport({ ...options(), httpVersion: '1.1' }),
    'gRPC-web, JSON, brotli': () =>
      createGrpcWebTransport({
        ...options(),
        httpVersion: '1.1',
        useBinaryFormat: false,
        sendCompression: compressionBrotli,
      }),
    'Connect, JSON': () => createConnectTransport({ ...options(), httpVersion: '1.1', useBinaryFormat: false }),
    'Connect, binary': () => createConnectTransport({ ...options(), httpVersion: '2', useBinaryFormat: true }),
    'Connect, binary, gzip': () =>
      createConnectTransport({
        ...options(),
        httpVersion: '1.1',
        useBinaryFormat: true,
        sendCompression: compressionGzip,
      }),
  };

  test.each(Object.keys(transports))('over %s', async (name) => {
    const open = transports[name];
    if (open === undefined) throw new Error(`no transport ${name}`);
    const client: Client<typeof InvoiceService> = createClient(InvoiceService, open());
    const before = received.length;
    const error = await client.createInvoice(tooMany, { headers: AS_ADA }).then(
      () => undefined,
      (reason: unknown) => ConnectError.from(reason),
    );
    expect(error?.code).toBe(Code.ResourceExhausted);
    expect(error?.findDetails(ErrorInfoSchema)[0]?.reason).toBe('BODY_TOO_LARGE');
    expect(error?.rawMessage).toContain('more than 100000 values');
    expect(received).toHaveLength(before);
  });

  test.each(['proto', 'json'])('over Connect by GET, compressed: %s', async (encoding) => {
    const desc = PreviewInvoiceRequestSchema;
    const message = create(desc, tooMany);
    const bytes = encoding === 'proto' ? toBinary(desc, message) : toJsonString(desc, message);
    const text = gzipSync(bytes).toString('base64url');
    const query = new URLSearchParams({ connect: 'v1', encoding, base64: '1', compression: 'gzip', message: text });
    const before = received.length;
    const url = `${gateway.url}/numer.invoice.v1.InvoiceService/PreviewInvoice?${query}`;
    const response = await fetch(url, { headers: AS_ADA });
    expect([response.status, await response.json()]).toMatchObject([
      429,
      { code: 'resource_exhausted', message: expect.stringContaining('more than 100000 values') },
    ]);
    expect(received).toHaveLength(before);
  });
});

describe('a message that is too large is refused before it has arrived, and', () => {
  const path = '/numer.invoice.v1.InvoiceService/CreateInvoice';
  const body = Buffer.alloc(6_000_000, 0x20);
  const types = ['application/json', 'application/proto', 'application/grpc-web+proto'];

  test.each(types)('leaves an HTTP/1.1 connection to the next request: %s', async (type) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const send = async (target: string, headers: OutgoingHttpHeaders, sent?: Buffer) => {
      const request = sendHttp1(gateway.url + target, { method: sent ? 'POST' : 'GET', agent, headers });
      request.end(sent);
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      return text(response);
    };
    const refusal = await send(path, { ...AS_ADA, 'content-type': type, 'transfer-encoding': 'chunked' }, body);
    expect(decodeURIComponent(refusal)).toContain('larger than');
    expect(await send('/livez', {})).toBe('{"status":"ok"}');
    agent.destroy();
  });

  test.each([...types, 'application/grpc'])('ends the stream over HTTP/2: %s', async (type) => {
    const session = connectHttp2(gateway.url);
    const stream = session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': type,
      te: 'trailers',
      ...AS_ADA,
    });
    stream.resume().end(body);
    await once(stream, 'close');
    expect(stream.rstCode).toBe(0); // NO_ERROR
    session.close();
  });
});

test('JSON that is nested without end is refused before it is parsed', async () => {
  const response = await fetch(`${gateway.url}/numer.invoice.v1.InvoiceService/CreateInvoice`, {
    method: 'POST',
    headers: { ...AS_ADA, 'content-type': 'application/json' },
    body: '['.repeat(3_000_000),
  });
  expect([response.status, await response.json()]).toMatchObject([
    400,
    { message: expect.stringContaining('deeper than 100 levels') },
  ]);
});

test.each([true, false])(
  'a message with as many items as its contract allows is taken, binary: %s',
  async (useBinaryFormat) => {
    const transport = createConnectTransport({ baseUrl: gateway.url, httpVersion: '1.1', useBinaryFormat });
    await createClient(InvoiceService, transport).createInvoice(many, { headers: AS_ADA });
    expect(received.at(-1)).toBe(500);
  },
);

describe('a list or map with more items than its contract allows is refused by name before it is decoded,', () => {
  const line = { allowances: [{}] };
  const excesses: [MessageInitShape<typeof InvoiceSchema>, string, string][] = [
    [{ lines: Array(20_000).fill(line) }, 'invoice.lines', 'must contain no more than 500 item(s)'],
    [
      { lines: [line, { charges: Array(20_000).fill({}) }] },
      'invoice.lines[1].charges',
      'must contain no more than 20 item(s)',
    ],
    [{ tags: Array(20_000).fill('a') }, 'invoice.tags', 'must contain no more than 20 item(s)'],
    [{ availableActions: Array(50_000).fill(1) }, 'invoice.available_actions', 'must contain no more than 20 item(s)'],
    [
      { metadata: Object.fromEntries(Array.from({ length: 1000 }, (_, at) => [`k${at}`, 'a long value'.repeat(3)])) },
      'invoice.metadata',
      'must contain no more than 50 entries',
    ],
  ];
  test.each(excesses.flatMap((excess) => [[...excess, true] as const, [...excess, false] as const]))(
    '$1, binary: $3',
    async (invoice, field, description, useBinaryFormat) => {
      const transport = createConnectTransport({ baseUrl: gateway.url, httpVersion: '1.1', useBinaryFormat });
      const before = received.length;
      const error = await createClient(InvoiceService, transport)
        .createInvoice({ invoice }, { headers: AS_ADA })
        .catch(ConnectError.from);
      expect(error).toMatchObject({ code: Code.InvalidArgument, rawMessage: `${field} ${description}` });
      expect(received).toHaveLength(before);
    },
  );

  test.each([true, false])('update_mask, binary: %s', async (useBinaryFormat) => {
    const transport = createConnectTransport({ baseUrl: gateway.url, httpVersion: '1.1', useBinaryFormat });
    const call = createClient(InvoiceService, transport).updateInvoice(
      { updateMask: { paths: Array(10_000).fill('memo') } },
      { headers: AS_ADA },
    );
    await expect(call).rejects.toMatchObject({
      code: Code.InvalidArgument,
      rawMessage: 'update_mask.paths must contain no more than 1000 item(s)',
    });
  });

  test.each(excesses)('$1, over REST', async (invoice, field, detail) => {
    const before = received.length;
    const response = await fetch(`${gateway.url}/invoices`, {
      method: 'POST',
      headers: { ...AS_ADA, 'content-type': 'application/json' },
      body: toJsonString(InvoiceSchema, create(InvoiceSchema, invoice)),
    });
    const pointer = field
      .replace(/^invoice/, '')
      .replaceAll(/[.[]/g, '/')
      .replaceAll(']', '')
      .replace('available_a', 'availableA');
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { reason: 'INVALID_ARGUMENT', errors: [{ pointer, detail }] },
    ]);
    expect(received).toHaveLength(before);
  });
});

test('text does not count, whatever is in it', async () => {
  const transport = createConnectTransport({ baseUrl: gateway.url, httpVersion: '1.1', useBinaryFormat: false });
  const client = createClient(InvoiceService, transport);
  const memo = '{[,"\\'.repeat(VALUES_MAX);
  await client.createInvoice({ invoice: { memo } }, { headers: AS_ADA });
  expect(received.at(-1)).toBe(0);
});

test('of several messages in one unary call none is decompressed', async () => {
  const packed = gzipSync(new Uint8Array(1_000_000));
  const head = Buffer.alloc(5);
  head.writeUInt8(1);
  head.writeUInt32BE(packed.byteLength, 1);
  const before = received.length;
  const answer = await fetch(`${gateway.url}/numer.invoice.v1.InvoiceService/CreateInvoice`, {
    method: 'POST',
    headers: { ...AS_ADA, 'content-type': 'application/grpc-web+proto', 'grpc-encoding': 'gzip' },
    body: Buffer.concat(Array(500).fill(Buffer.concat([head, packed]))),
  });
  expect(decodeURIComponent((await answer.text()).slice(5))).toContain('a unary call has one message');
  expect(received).toHaveLength(before);
});
