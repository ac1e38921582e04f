import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { DomainError } from '../runtime/call/errors.ts';
import { createFakeServices } from './testing/fake-services.ts';
import { AS_ADA, startTestGateway, type TestGateway } from './testing/start-test-gateway.ts';

/** The calls of `buf curl`, which compiles the protos first, take a second or two each on a busy machine. */
const BUF_TIMEOUT_MS = 60_000;

const services = createFakeServices();
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway({ services: services.routes });
});

afterAll(() => gateway.stop());

afterEach(() => services.reset());

describe('buf curl', () => {
  const run = promisify(execFile);
  const root = new URL('..', import.meta.url).pathname;

  async function bufCurl(protocol: string, rpc: string, data: string): Promise<{ stdout: string; stderr: string }> {
    const flags = ['--schema', '.', '--protocol', protocol, '--data', data];
    if (protocol === 'grpc') flags.push('--http2-prior-knowledge');
    const headers = Object.entries(AS_ADA).flatMap(([name, value]) => ['--header', `${name}: ${value}`]);
    return run(`${root}node_modules/.bin/buf`, ['curl', ...flags, ...headers, `${gateway.url}/${rpc}`], { cwd: root });
  }

  test.each([['connect'], ['grpcweb'], ['grpc']])(
    'gets an answer by %s',
    { timeout: BUF_TIMEOUT_MS },
    async (protocol) => {
      const { stdout } = await bufCurl(protocol, 'numer.invoice.v1.InvoiceService/GetInvoice', '{"invoiceId":"i1"}');
      expect(JSON.parse(stdout)).toMatchObject({ invoice: { id: 'i1', totalMinor: '9007199254740993' } });
    },
  );

  test('shows the reason of an error', { timeout: BUF_TIMEOUT_MS }, async () => {
    services.fail = new DomainError('missing', 'INVOICE_NOT_FOUND', 'There is no such invoice.');
    const call = bufCurl('grpc', 'numer.invoice.v1.InvoiceService/GetInvoice', '{"invoiceId":"i1"}');
    const { stderr } = await call.then(
      () => ({ stderr: 'no error' }),
      (cause: { stderr: string }) => cause,
    );
    const { code, details } = JSON.parse(stderr) as { code: string; details: { type: string; value: string }[] };
    expect([code, details[0]?.type]).toEqual(['not_found', 'google.rpc.ErrorInfo']);
    expect(Buffer.from(details[0]?.value ?? '', 'base64').toString()).toContain('INVOICE_NOT_FOUND');
  });
});
