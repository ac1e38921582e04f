import { setImmediate as nextTurn } from 'node:timers/promises';
import { create, toBinary } from '@bufbuild/protobuf';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { GetInvoiceRequestSchema } from '../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { createFakeServices } from '../testing/fake-services.ts';
import { AS_ADA, startTestGateway, type TestGateway } from '../testing/start-test-gateway.ts';

const services = createFakeServices();
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway({ services: services.routes });
});
afterAll(() => gateway.stop());
afterEach(() => services.reset());

const TEXT_TYPE = 'application/grpc-web-text+proto';
const PATH = '/numer.invoice.v1.InvoiceService/GetInvoice';

/** A message as gRPC-web frames it. */
function framed(): Buffer {
  const message = toBinary(
    GetInvoiceRequestSchema,
    create(GetInvoiceRequestSchema, { invoiceId: '01890000-0000-7000-8000-000000000001' }),
  );
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.byteLength, 1);
  return Buffer.concat([head, message]);
}

/** Posts a body in the given pieces, and gives the answer decoded from base64. */
async function post(pieces: readonly string[], { path = PATH, type = 'application/grpc-web-text' } = {}) {
  async function* body() {
    for (const piece of pieces) {
      yield Buffer.from(piece);
      await nextTurn();
    }
  }
  const response = await fetch(gateway.url + path, {
    method: 'POST',
    headers: { ...AS_ADA, 'content-type': type },
    body: body(),
    duplex: 'half',
  });
  const answer = (await response.text()).match(/[^=]+={0,2}/g) ?? [];
  return {
    type: response.headers.get('content-type'),
    status: response.status,
    body: Buffer.concat(answer.map((piece) => Buffer.from(piece, 'base64'))).toString('latin1'),
  };
}

test('a call in base64 is answered in base64, whatever its type is written like', async () => {
  for (const type of [TEXT_TYPE, 'application/grpc-web-text', 'Application/gRPC-Web-Text']) {
    const answer = await post([framed().toString('base64')], { type });
    expect([answer.status, answer.type]).toEqual([200, TEXT_TYPE]);
    expect(answer.body).toContain('grpc-status: 0');
  }
  expect(services.calls).toHaveLength(3);
});

test('texts that are padded each for itself, and cut anywhere, are one message', async () => {
  const bytes = framed();
  const padded = [bytes.subarray(0, 5), bytes.subarray(5, 9), bytes.subarray(9)].map((part) => part.toString('base64'));
  expect((await post([padded.join('')])).body).toContain('grpc-status: 0');
  expect((await post([...padded.join('')])).body).toContain('grpc-status: 0');
  expect(services.calls).toHaveLength(2);
});

test.each([['no base64: ä'], ['AAAA='], ['===='], ['A'], ['AAAAA'], ['A=AA'], ['AAAA AAAA'], ['-_-_']])(
  'a body that is no base64 is told so, and reaches no service: %s',
  async (body) => {
    const answer = await post([body]);
    expect([answer.status, answer.type]).toEqual([200, TEXT_TYPE]);
    expect(decodeURIComponent(answer.body)).toContain('grpc-status: 3\r\n');
    expect(decodeURIComponent(answer.body)).toContain('the body is not base64');
    expect(services.calls).toEqual([]);
  },
);

test('an RPC that does not exist is answered in base64 as well', async () => {
  const answer = await post([framed().toString('base64')], { path: '/numer.invoice.v1.InvoiceService/Nope' });
  expect([answer.status, answer.type]).toEqual([200, TEXT_TYPE]);
  expect(answer.body).toContain('grpc-status: 12');
});
