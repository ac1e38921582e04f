import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PUBLIC_SERVICES } from './public-services.ts';
import { startTestGateway, type TestGateway } from './testing/start-test-gateway.ts';

const run = promisify(execFile);
let gateway: TestGateway;

/** `buf curl` without a schema, so that it has to ask the gateway for one. */
async function bufCurl(option: string): Promise<string> {
  const args = ['curl', '--http2-prior-knowledge', '--protocol', 'grpc', option, gateway.url];
  return (await run('buf', args, { timeout: 15_000 })).stdout;
}

beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.stop(0));

test('lists the public services, health and reflection to anybody', async () => {
  const services = (await bufCurl('--list-services')).trim().split('\n');
  const names = [...PUBLIC_SERVICES.keys()].map(({ typeName }) => typeName);
  const ofGrpc = ['Health', 'ServerReflection', 'ServerReflection'];
  expect(services.filter((name) => !name.startsWith('grpc.'))).toEqual(names.toSorted());
  expect(services.filter((name) => name.startsWith('grpc.')).map((name) => name.split('.').at(-1))).toEqual(ofGrpc);
});

test('does not tell of the RPCs that only services may call', async () => {
  const methods = await bufCurl('--list-methods');
  expect(methods).toContain('numer.user.v1.SessionService/CreateSession');
  expect(methods).not.toContain('Authenticate');
  expect(methods).not.toContain('ExportInvoices');
});
