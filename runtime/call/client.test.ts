import { constants, createServer } from 'node:http2';
import { type Client, Code, createClient } from '@connectrpc/connect';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { CustomerService } from '../../gen/numer/user/v1/customer_service_pb.ts';
import { closer, listen, urlOf } from '../grpc/testing/peers.ts';
import { startServer } from '../process/server.ts';
import { createNetworkTransport } from './client.ts';

/** A server that is killed in the middle of each call: nobody learns what it did. */
const server = createServer();
const close = closer(server);
let calls = 0;
server.on('stream', (stream) => {
  calls += 1;
  stream.on('error', () => {});
  stream.close(constants.NGHTTP2_CANCEL);
});
let customers: Client<typeof CustomerService>;
beforeAll(async () => {
  await listen(server);
  customers = createClient(CustomerService, createNetworkTransport(urlOf(server.address())));
});
beforeEach(() => {
  calls = 0;
});
afterAll(close);

const CONDITION = { 'if-match': '"1"' };
const KEY = { 'idempotency-key': 'k' };

test.each<[string, number, (headers: Record<string, string>) => Promise<unknown>, Record<string, string>]>([
  ['reads', 4, (headers) => customers.getCustomer({}, { headers }), {}],
  ['changes that set the same', 4, (headers) => customers.updateCustomer({}, { headers }), {}],
  ['changes under a condition', 1, (headers) => customers.updateCustomer({}, { headers }), CONDITION],
  [
    'changes under a condition with a key',
    4,
    (headers) => customers.updateCustomer({}, { headers }),
    { ...CONDITION, ...KEY },
  ],
  ['deletions', 1, (headers) => customers.deleteCustomer({}, { headers }), {}],
  ['deletions with a key', 4, (headers) => customers.deleteCustomer({}, { headers }), KEY],
  ['creations', 1, (headers) => customers.createCustomer({}, { headers }), KEY],
])('%s without an answer are made %i times', async (_, attempts, call, headers) => {
  await expect(call(headers)).rejects.toMatchObject({ rawMessage: expect.stringContaining('cannot be reached') });
  expect(calls).toBe(attempts);
});

test('an answer of the largest invoice there can be is read, and one beyond all bounds is refused', async () => {
  const large = await startServer({
    routes: (router) => {
      router.service(CustomerService, {
        getCustomer: ({ customerId }) => ({ customer: { notes: 'x'.repeat(Number(customerId)) } }),
      });
    },
    interceptors: [],
    host: '127.0.0.1',
    port: 0,
  });
  const client = createClient(CustomerService, createNetworkTransport(large.url));
  const { customer } = await client.getCustomer({ customerId: '20000000' });
  expect(customer?.notes).toHaveLength(20_000_000);
  await expect(client.getCustomer({ customerId: '40000000' })).rejects.toMatchObject({ code: Code.ResourceExhausted });
  await large.stop(0);
});
