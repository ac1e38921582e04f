import { once } from 'node:events';
import { connect } from 'node:http2';
import { text } from 'node:stream/consumers';
import { Code, ConnectError, createClient, type Interceptor, type Transport } from '@connectrpc/connect';
import { createConnectTransport, createGrpcTransport, createGrpcWebTransport } from '@connectrpc/connect-node';
import {
  createConnectTransport as createConnectWebTransport,
  createGrpcWebTransport as createGrpcWebWebTransport,
} from '@connectrpc/connect-web';
import { beforeAll, describe, expect, test } from 'vitest';
import { BadRequestSchema, ErrorInfoSchema } from '../../gen/google/rpc/error_details_pb.ts';
import { InvoiceSchema } from '../../gen/numer/invoice/v1/invoice_pb.ts';
import { InvoiceService } from '../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { SessionService } from '../../gen/numer/user/v1/session_service_pb.ts';
import { type Api, addCustomer, addOpenInvoice, type Json, signUp } from './testing/api.ts';
import { useSharedNumer } from './testing/use-numer.ts';

const numer = useSharedNumer();
const url = () => numer().url;
const CREDENTIALS = { email: 'typed@example.com', password: 'correct horse' };

let api: Api;
let invoice: Json;
let changed: Json;

beforeAll(async () => {
  api = await signUp(url, CREDENTIALS);
  const customerId = await addCustomer(api);
  invoice = await addOpenInvoice(api, customerId);
  changed = await addOpenInvoice(api, customerId);
});

interface Protocol {
  readonly name: string;
  transport(interceptors: Interceptor[]): Transport;
}

const protocols: readonly Protocol[] = [
  { name: 'gRPC', transport: (interceptors) => createGrpcTransport({ baseUrl: url(), interceptors }) },
  {
    name: 'Connect over HTTP/1.1',
    transport: (interceptors) => createConnectTransport({ baseUrl: url(), httpVersion: '1.1', interceptors }),
  },
  {
    name: 'Connect over HTTP/2 in JSON',
    transport: (interceptors) =>
      createConnectTransport({ baseUrl: url(), httpVersion: '2', useBinaryFormat: false, interceptors }),
  },
  {
    name: 'gRPC-web',
    transport: (interceptors) => createGrpcWebTransport({ baseUrl: url(), httpVersion: '1.1', interceptors }),
  },
  {
    name: 'Connect of browsers',
    transport: (interceptors) => createConnectWebTransport({ baseUrl: url(), useHttpGet: true, interceptors }),
  },
  {
    name: 'gRPC-web of browsers',
    transport: (interceptors) => createGrpcWebWebTransport({ baseUrl: url(), interceptors }),
  },
];

function bearer(accessToken: string): Interceptor {
  return (next) => (request) => {
    request.header.set('authorization', `Bearer ${accessToken}`);
    return next(request);
  };
}

async function failureOf(call: Promise<unknown>): Promise<ConnectError> {
  return call.then(
    () => expect.unreachable('the call succeeded'),
    (error: unknown) => ConnectError.from(error),
  );
}

function reasonOf(error: ConnectError): string | undefined {
  return error.findDetails(ErrorInfoSchema)[0]?.reason;
}

describe.each(protocols)('$name', ({ name, transport }) => {
  async function signedIn() {
    const { accessToken } = await createClient(SessionService, transport([])).createSession(CREDENTIALS);
    return createClient(InvoiceService, transport([bearer(accessToken)]));
  }

  test('signs in and reads the invoice that was made over REST', async () => {
    const client = await signedIn();
    const { invoice: found } = await client.getInvoice({ invoiceId: invoice.id });
    expect(found).toMatchObject({
      id: invoice.id,
      number: invoice.number,
      totalMinor: BigInt(invoice.totalMinor),
      etag: invoice.etag,
      lines: [{ description: 'Bread design', quantity: '2', netMinor: 9999n }],
      customer: { name: 'Ada Bakery' },
    });
  });

  test('tells an error with its code, its reason and the fields at fault', async () => {
    const client = await signedIn();
    const missing = await failureOf(client.getInvoice({ invoiceId: api.userId }));
    expect([missing.code, reasonOf(missing)]).toEqual([Code.NotFound, 'INVOICE_NOT_FOUND']);

    const invalid = await failureOf(client.recordPayment({ invoiceId: invoice.id, amountMinor: -1n }));
    expect([invalid.code, reasonOf(invalid)]).toEqual([Code.InvalidArgument, 'INVALID_ARGUMENT']);
    expect(invalid.findDetails(BadRequestSchema)[0]?.fieldViolations).toMatchObject([{ field: 'amount_minor' }]);

    const tooMuch = await failureOf(client.recordPayment({ invoiceId: invoice.id, amountMinor: 11900n }));
    expect([tooMuch.code, reasonOf(tooMuch)]).toEqual([Code.FailedPrecondition, 'OVERPAYMENT']);
    expect(tooMuch.findDetails(ErrorInfoSchema)[0]?.metadata).toMatchObject({ dueMinor: '11899' });
  });

  test('takes an open invoice as it was read, with another memo, and nothing frozen that is another', async () => {
    const client = await signedIn();
    const { invoice: read } = await client.getInvoice({ invoiceId: changed.id });
    if (read === undefined) expect.unreachable('the answer holds the invoice');
    const updateMask = { paths: InvoiceSchema.fields.map(({ name: path }) => path) };
    const { invoice: noted } = await client.updateInvoice({ invoice: { ...read, memo: name }, updateMask });
    expect(noted).toMatchObject({ memo: name, lines: read.lines, number: read.number });
    const moved = await failureOf(client.updateInvoice({ invoice: { ...read, dueDate: '2099-12-30' }, updateMask }));
    expect([moved.code, reasonOf(moved)]).toEqual([Code.FailedPrecondition, 'INVOICE_STATE']);
    expect(moved.findDetails(BadRequestSchema)[0]?.fieldViolations).toMatchObject([{ field: 'invoice.due_date' }]);
  });

  test('refuses a caller without credentials, and RPCs that are for services alone', async () => {
    const nobody = await failureOf(createClient(InvoiceService, transport([])).listInvoices({}));
    expect([nobody.code, reasonOf(nobody)]).toEqual([Code.Unauthenticated, 'UNAUTHENTICATED']);
    const client = await signedIn();
    const internal = await failureOf(client.exportInvoices({}));
    expect(internal.code).toBe(Code.Unimplemented);
  });
});

describe('REST', () => {
  const inProtoNames = (json: Json): Json =>
    Object.fromEntries(
      Object.entries(json).map(([key, value]) => [
        key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
        value,
      ]),
    );

  test.each([
    ['names of JSON', (json: Json) => json],
    ['names of the proto', inProtoNames],
  ])('takes an open invoice as it was read, with another memo, in %s', async (memo, write) => {
    const path = `/invoices/${changed.id}`;
    const read = await api.get(path);
    expect(await api.patch(path, write({ ...read, memo }))).toMatchObject({ memo, lines: read.lines });
    const { status, body } = await api.call('PATCH', path, { body: write({ ...read, lines: [] }) });
    expect([status, body.reason]).toEqual([409, 'INVOICE_STATE']);
  });
});

describe('REST over HTTP/2', () => {
  test('gives what it gives over HTTP/1.1', async () => {
    const session = connect(url());
    const request = session.request({
      ':path': `/invoices/${invoice.id}`,
      authorization: `Bearer ${api.accessToken}`,
    });
    const [headers] = await once(request, 'response');
    expect(headers[':status']).toBe(200);
    expect(headers.etag).toBe(invoice.etag);
    expect(JSON.parse(await text(request))).toEqual(invoice);
    session.close();
  });
});
