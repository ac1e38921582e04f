import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fromBinary } from '@bufbuild/protobuf';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BadRequestSchema, ErrorInfoSchema } from '../../gen/google/rpc/error_details_pb.ts';
import { makeScratchDir } from '../../runtime/testing/scratch-dir.ts';
import { type Api, addCustomer, addOpenInvoice, type Json, signUp } from './testing/api.ts';
import { createGrpcJs, type GrpcJs, refusalOf } from './testing/grpc-js.ts';
import { useSharedNumer } from './testing/use-numer.ts';

// Programs that this project did not write, and that know only the address of the system.

const run = promisify(execFile);
const numer = useSharedNumer();
const url = () => numer().url;
const SERVICE = 'numer.invoice.v1.InvoiceService';
/** Long, because `buf curl` compiles its schema each time, which takes a second or two, and more on a busy machine. */
const BUF_TIMEOUT_MS = 60_000;

let api: Api;
let invoice: Json;
const authorization = () => `Bearer ${api.accessToken}`;

beforeAll(async () => {
  api = await signUp(url);
  invoice = await addOpenInvoice(api, await addCustomer(api));
});

describe.each([
  ['HTTP/1.1', '--http1.1', '1.1'],
  ['HTTP/2', '--http2-prior-knowledge', '2'],
])('curl over %s', (_, flag, version) => {
  /** The response as curl sees it: version, status, headers in lower case, body. */
  async function curl(path: string, ...options: string[]) {
    const args = [flag, '--silent', '--show-error', '--include', '--write-out', '\n%{http_version}'];
    const credentials = ['--header', `authorization: ${authorization()}`];
    const { stdout } = await run('curl', [...args, ...credentials, ...options, url() + path]);
    const [head = '', ...rest] = stdout.split('\r\n\r\n');
    const [statusLine = '', ...lines] = head.split('\r\n');
    const body = rest.join('').split('\n');
    return {
      version: body.pop(),
      status: Number(statusLine.split(' ')[1]),
      headers: Object.fromEntries(lines.map((line) => line.toLowerCase().split(': ', 2))) as Record<string, string>,
      body: JSON.parse(body.join('\n')) as Json,
    };
  }

  test('reads an invoice, with its ETag', async () => {
    const answer = await curl(`/invoices/${invoice.id}`);
    expect(answer).toMatchObject({ version, status: 200, body: invoice, headers: { etag: invoice.etag } });
  });

  test('makes a customer, and is told where it is', async () => {
    const json = ['--header', 'content-type: application/json'];
    const { status, headers, body } = await curl('/customers', ...json, '--data', '{"name": "Bell Books"}');
    expect([status, headers.location]).toEqual([201, `/customers/${body.id}`]);
  });

  test('is told what is wrong', async () => {
    const json = ['--header', 'content-type: application/json'];
    const invalid = await curl('/customers', ...json, '--data', '{"name": ""}');
    expect([invalid.status, invalid.headers['content-type']]).toEqual([400, 'application/problem+json']);
    expect(invalid.body).toMatchObject({ reason: 'INVALID_ARGUMENT', errors: [{ pointer: '/name' }] });
    const missing = await curl(`/invoices/${api.userId}`);
    expect([missing.status, missing.body.reason]).toEqual([404, 'INVOICE_NOT_FOUND']);
    const wrongMethod = await curl('/invoices', '--request', 'PUT');
    expect([wrongMethod.status, wrongMethod.headers.allow]).toEqual([405, 'get, head, post']);
  });
});

const [REFLECTION, IMAGE] = ['server reflection', 'the released image'] as const;

/** Each protocol of `buf curl`, and each source of its schema. */
const BUF_CURLS = [
  ['connect', REFLECTION],
  ['grpc', REFLECTION],
  ['grpcweb', REFLECTION],
  ['connect', IMAGE],
] as const;

describe.each(BUF_CURLS)('buf curl in %s that knows by %s', { timeout: BUF_TIMEOUT_MS }, (protocol, source) => {
  interface Failure {
    readonly code: string;
    readonly details: readonly { readonly type: string; readonly value: string }[];
  }

  function bufCurl(method: string, request: object): Promise<{ stdout: string }> {
    const schema = source === IMAGE ? ['--schema', `${url()}/schemas/latest/image.binpb`] : [];
    // Reflection streams in both directions, and gRPC has trailers: both need HTTP/2.
    const flags = ['--protocol', protocol, '--http2-prior-knowledge', ...schema];
    const call = ['--header', `authorization: ${authorization()}`, '--data', JSON.stringify(request)];
    return run('buf', ['curl', ...flags, ...call, `${url()}/${SERVICE}/${method}`]);
  }

  async function failureOf(call: Promise<unknown>): Promise<Failure> {
    const { stderr } = await call.then(
      () => ({ stderr: 'null' }),
      (cause: { stderr: string }) => cause,
    );
    return JSON.parse(stderr);
  }

  function detailOf<T>({ details }: Failure, type: string, read: (bytes: Uint8Array) => T): T | undefined {
    const detail = details.find((each) => each.type === type);
    return detail && read(Buffer.from(detail.value, 'base64'));
  }

  test('how to read an invoice', async () => {
    const { stdout } = await bufCurl('GetInvoice', { invoiceId: invoice.id });
    expect(JSON.parse(stdout).invoice).toMatchObject({ number: invoice.number, totalMinor: invoice.totalMinor });
  });

  test('what was wrong', async () => {
    const missing = await failureOf(bufCurl('GetInvoice', { invoiceId: api.userId }));
    const reason = (bytes: Uint8Array) => fromBinary(ErrorInfoSchema, bytes).reason;
    expect([missing.code, detailOf(missing, 'google.rpc.ErrorInfo', reason)]).toEqual([
      'not_found',
      'INVOICE_NOT_FOUND',
    ]);
    const invalid = await failureOf(bufCurl('RecordPayment', { invoiceId: invoice.id, amountMinor: '-1' }));
    const fields = (bytes: Uint8Array) => fromBinary(BadRequestSchema, bytes).fieldViolations.map(({ field }) => field);
    expect([invalid.code, detailOf(invalid, 'google.rpc.BadRequest', fields)]).toEqual([
      'invalid_argument',
      ['amount_minor'],
    ]);
  });
});

describe('grpc-js with the protos of the newest release', () => {
  const scratch = makeScratchDir('numer-protos');
  let client: GrpcJs;

  beforeAll(async () => {
    const tarball = await fetch(`${url()}/schemas/latest/protos.tar.gz`);
    const file = join(scratch.path, 'protos.tar.gz');
    await writeFile(file, Buffer.from(await tarball.arrayBuffer()));
    await run('tar', ['--extract', '--file', file, '--directory', scratch.path]);
    client = createGrpcJs(url(), scratch.path, [
      'numer/invoice/v1/invoice_service.proto',
      'numer/user/v1/session_service.proto',
    ]);
  });
  afterAll(() => {
    client.close();
    scratch.remove();
  });

  test('reads an invoice', async () => {
    const headers = { authorization: authorization() };
    const { invoice: found } = await client.call(SERVICE, 'GetInvoice', { invoiceId: invoice.id }, headers);
    expect(found).toMatchObject({
      number: invoice.number,
      state: 'OPEN',
      totalMinor: invoice.totalMinor,
      lines: [{ description: 'Bread design' }],
    });
  });

  test('is told code, reason and fields of an error', async () => {
    const headers = { authorization: authorization() };
    const call = (method: string, request: object, sent: Record<string, string> = headers) =>
      refusalOf(client.call(SERVICE, method, request, sent));
    expect(await call('GetInvoice', { invoiceId: api.userId })).toEqual({
      code: 'NOT_FOUND',
      message: 'There is no invoice with this id.',
      reason: 'INVOICE_NOT_FOUND',
      fields: [],
    });
    expect(await call('RecordPayment', { invoiceId: invoice.id, amountMinor: '-1' })).toMatchObject({
      code: 'INVALID_ARGUMENT',
      reason: 'INVALID_ARGUMENT',
      fields: ['amount_minor'],
    });
    expect(await call('ListInvoices', {}, {})).toMatchObject({
      code: 'UNAUTHENTICATED',
      message: 'This call needs an access token or an API key, as `Authorization: Bearer ...`.',
      reason: 'UNAUTHENTICATED',
    });
    expect(await call('ExportInvoices', {})).toMatchObject({ code: 'UNIMPLEMENTED' });
  });
});
