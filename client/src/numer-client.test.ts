import { create, toBinary } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import { describe, expect, test } from 'vitest';
import { BadRequestSchema, ErrorInfoSchema } from '../../gen/google/rpc/error_details_pb.ts';
import { createNumerClient, type NumerClientOptions } from './numer-client.ts';
import { NumerError } from './numer-error.ts';
import { createTestServer, json, NO_NETWORK, type TestServer } from './testing/test-server.ts';

function clientOf(server: TestServer, options: Partial<NumerClientOptions> = {}) {
  return createNumerClient({ baseUrl: 'http://numer.test', apiKey: 'key', fetch: server.fetch, ...options });
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

/** An error as the Connect protocol carries it. */
function refusal(
  status: number,
  code: string,
  reason: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const info = create(ErrorInfoSchema, { reason, domain: 'numer', metadata: { state: 'OPEN' } });
  const bad = create(BadRequestSchema, { fieldViolations: [{ field: 'invoice.memo', description: 'is too long' }] });
  const details = [
    { type: 'google.rpc.ErrorInfo', value: base64(toBinary(ErrorInfoSchema, info)) },
    { type: 'google.rpc.BadRequest', value: base64(toBinary(BadRequestSchema, bad)) },
  ];
  return json({ code, message: 'No.', details }, status, { 'x-request-id': 'request-1', ...headers });
}

const STATS = 'POST /numer.stats.v1.StatsService/GetStats';
const REFRESH = 'POST /numer.user.v1.SessionService/RefreshSession';

describe('a Connect call', () => {
  test('carries the API key, but not to a public RPC', async () => {
    const server = createTestServer(json({}));
    const numer = clientOf(server);
    await numer.stats.getStats({});
    await numer.users.createUser({ name: 'Ada' });
    expect(server.seen.map(({ headers }) => headers.get('authorization'))).toEqual(['Bearer key', null]);
    expect(server.seen[0]?.target).toBe(STATS);
  });

  test('fails with all that the server says', async () => {
    const server = createTestServer(refusal(400, 'failed_precondition', 'INVOICE_STATE', { 'retry-after': '3' }));
    const error = await clientOf(server)
      .invoices.sendInvoice({ invoiceId: '1' })
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(NumerError);
    expect(error).toBeInstanceOf(ConnectError);
    expect(error).toMatchObject({
      code: Code.FailedPrecondition,
      rawMessage: 'No.',
      reason: 'INVOICE_STATE',
      facts: { state: 'OPEN' },
      violations: [{ field: 'invoice.memo', description: 'is too long' }],
      requestId: 'request-1',
      retryAfterMs: 3_000,
    });
    expect(new ConnectError('another')).not.toBeInstanceOf(NumerError);
  });

  test('is made again with the same key when there is no answer, and then fails as unavailable', async () => {
    const server = createTestServer(NO_NETWORK, refusal(503, 'unavailable', 'UNAVAILABLE'), NO_NETWORK);
    const call = clientOf(server).customers.createCustomer({ customer: { name: 'Ada' } });
    await expect(call).rejects.toMatchObject({ reason: 'UNAVAILABLE', code: Code.Unavailable, cause: NO_NETWORK });
    const keys = server.seen.map(({ headers }) => headers.get('idempotency-key'));
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
  });

  test.each([
    ['signs in', (numer: ReturnType<typeof clientOf>) => numer.session.signIn({ email: 'a@b.c', password: 'p' })],
    ['refreshes', (numer: ReturnType<typeof clientOf>) => numer.sessions.refreshSession({ refreshToken: 'r' })],
  ])('is not made again when it %s', async (_, call) => {
    const server = createTestServer(NO_NETWORK);
    await expect(call(clientOf(server))).rejects.toMatchObject({ reason: 'UNAVAILABLE' });
    expect(server.seen).toHaveLength(1);
  });

  test('waits as long as the server asks when it is refused for its rate', async () => {
    const server = createTestServer(
      refusal(429, 'resource_exhausted', 'RATE_LIMITED', { 'retry-after': '0' }),
      json({}),
    );
    await clientOf(server).stats.getStats({});
    expect(server.seen).toHaveLength(2);
  });

  test('ends with its deadline, pauses included, and when it is given up', async () => {
    const server = createTestServer(refusal(503, 'unavailable', 'UNAVAILABLE', { 'retry-after': '9' }));
    const late = clientOf(server, { timeoutMs: 20 }).stats.getStats({});
    await expect(late).rejects.toMatchObject({ code: Code.DeadlineExceeded });
    const given = clientOf(server).stats.getStats({}, { signal: AbortSignal.abort() });
    await expect(given).rejects.toMatchObject({ code: Code.Canceled });
  });

  test('in a session goes on with a new token, refreshed once for many calls', async () => {
    const tokens = (number: number) =>
      json({
        userId: 'ada',
        accessToken: `access-${number}`,
        refreshToken: `refresh-${number}`,
        expireTime: new Date(Date.now() + 600_000).toISOString(),
      });
    const server = createTestServer(({ target, headers }) => {
      if (target.endsWith('CreateSession')) return tokens(1);
      if (target === REFRESH) return tokens(2);
      const isGood = headers.get('authorization') === 'Bearer access-2';
      return isGood ? json({}) : refusal(401, 'unauthenticated', 'UNAUTHENTICATED');
    });
    const numer = clientOf(server, { apiKey: undefined });
    expect(await numer.session.signIn({ email: 'ada@example.com', password: 'secret' })).toBe('ada');
    await Promise.all(Array.from({ length: 10 }, () => numer.stats.getStats({})));
    expect(server.seen.filter(({ target }) => target === REFRESH)).toHaveLength(1);
  });
});
