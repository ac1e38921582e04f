import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { ConnectRouter, HandlerContext } from '@connectrpc/connect';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { InvoiceService } from '../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { PasswordResetService } from '../../gen/numer/user/v1/password_reset_service_pb.ts';
import { UserService } from '../../gen/numer/user/v1/user_service_pb.ts';
import {
  AS_ADA,
  callerOf,
  startTestGateway,
  type TestGateway,
  type TestGatewayOptions,
} from '../testing/start-test-gateway.ts';

/** What the services were called with, newest last. */
let calls: ReturnType<typeof callerOf>[] = [];
let gateway: TestGateway;
let options: TestGatewayOptions;

beforeEach(() => {
  calls = [];
  const called = (context: HandlerContext) => {
    calls.push(callerOf(context));
    return {};
  };
  options = {
    services: {
      invoice: (router) => router.service(InvoiceService, { getInvoice: (_, context) => called(context) }),
      user: (router) =>
        router.service(UserService, {
          createUser: (_, context) => called(context),
          getUser: (_, context) => called(context),
          updateUser: (_, context) => called(context),
        }),
    },
  };
});

afterEach(() => gateway.stop());

async function start(more: TestGatewayOptions = {}): Promise<void> {
  gateway = await startTestGateway({ ...options, ...more });
}

/** Reads an invoice. */
function read(headers: Record<string, string> = AS_ADA): Promise<Response> {
  return fetch(`${gateway.url}/invoices/1`, { headers });
}

/** Ends Ada's session at the user service. */
function endSession() {
  gateway.accounts.delete('token-of-ada');
  return {};
}

function signUp(headers: Record<string, string> = {}): Promise<Response> {
  const init = { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: '{}' };
  return fetch(`${gateway.url}/users`, init);
}

async function statusAndReason(response: Response): Promise<[number, unknown]> {
  const { reason } = (await response.json()) as { reason?: unknown };
  return [response.status, reason];
}

describe('credentials', () => {
  test('become an internal token with the identity of their owner', async () => {
    await start();
    expect((await read()).status).toBe(200);
    expect(calls[0]?.identity).toEqual({
      kind: 'user',
      userId: 'ada',
      actor: 'user:ada',
      sessionId: 'session-1',
      canWrite: true,
      timeZone: 'Europe/Berlin',
      defaultCurrencyCode: 'CHF',
    });
    expect(calls[0]?.header.authorization).not.toContain('token-of-ada');
  });

  test('of an API key act as the key', async () => {
    await start();
    gateway.accounts.set('key', { userId: 'ada', apiKeyId: 'key-1', canWrite: false, timeZone: 'UTC' });
    await read({ authorization: 'Bearer key' });
    expect(calls[0]?.identity).toMatchObject({ actor: 'api-key:key-1', sessionId: '', canWrite: false });
  });

  test.each([['bearer token-of-ada'], ['BEARER   token-of-ada'], ['Bearer token-of-ada ']])(
    'are taken as %j',
    async (authorization) => {
      await start();
      expect((await read({ authorization })).status).toBe(200);
    },
  );

  test('that are missing are 401 with a plain challenge', async () => {
    await start();
    const response = await read({});
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    expect(await statusAndReason(response)).toEqual([401, 'UNAUTHENTICATED']);
    expect(gateway.asked).toEqual([]);
  });

  test.each([
    ['unknown', 'Bearer nobody'],
    ['of another scheme', 'Basic YWRhOnNlY3JldA=='],
    ['without a token', 'Bearer'],
    ['two', 'Bearer token-of-ada token-of-ada'],
    ['too long', `Bearer ${'a'.repeat(2_001)}`],
  ])('that are %s are 401, and are not told why', async (_, authorization) => {
    await start();
    const response = await read({ authorization });
    expect(response.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
    const body = await response.text();
    expect(JSON.parse(body)).toMatchObject({ status: 401, reason: 'UNAUTHENTICATED' });
    expect(body).not.toContain('access_tokens');
    expect(calls).toEqual([]);
  });

  test('are no internal token, even a valid one', async () => {
    await start();
    const internal = await gateway.tokens.issue({ kind: 'service', name: 'invoice' });
    expect((await read({ authorization: `Bearer ${internal}` })).status).toBe(401);
    expect((await read({ 'x-internal-token': internal, 'x-user-id': 'ada' })).status).toBe(401);
    expect(calls).toEqual([]);
  });

  test('are not looked at by public RPCs, and do not reach them', async () => {
    await start();
    const internal = await gateway.tokens.issue({ kind: 'service', name: 'invoice' });
    for (const authorization of ['Basic nonsense', 'Bearer nobody', `Bearer ${internal}`]) {
      expect((await signUp({ authorization })).status).toBe(201);
    }
    expect(calls.map(({ identity, header }) => [identity, header.authorization])).toEqual(
      Array.from({ length: 3 }, () => [undefined, undefined]),
    );
    expect(gateway.asked).toEqual([]);
  });

  test('that cannot be checked are 503 with Retry-After, not 401', async () => {
    await start();
    gateway.down.add('user');
    const response = await read();
    expect(response.headers.get('retry-after')).toBe('1');
    expect(response.headers.get('www-authenticate')).toBeNull();
    const body = await response.text();
    expect(JSON.parse(body)).toMatchObject({ status: 503, reason: 'UNAVAILABLE' });
    expect(body).not.toMatch(/ECONN|10\.1\.2\.3/);
  });

  test('that the user service chokes on are 500 and tell nothing', async () => {
    await start({ onAuthenticate: () => Promise.reject(new Error('relation "sessions" does not exist')) });
    const response = await read();
    expect(await statusAndReason(response)).toEqual([500, 'INTERNAL']);
  });
});

describe('a token', () => {
  test('is asked about once in half a minute', async () => {
    await start();
    await read();
    gateway.clock.advance(29_999);
    await read();
    expect(gateway.asked).toEqual(['token-of-ada']);
    gateway.clock.advance(1);
    await read();
    expect(gateway.asked).toHaveLength(2);
  });

  test('is asked about anew when the clock was set back', async () => {
    await start();
    await read();
    gateway.clock.advance(-3_600_000);
    await read();
    expect(gateway.asked).toHaveLength(2);
    await read();
    expect(gateway.asked).toHaveLength(2);
  });

  test('is not remembered when it is unknown', async () => {
    await start();
    await read({ authorization: 'Bearer new' });
    gateway.accounts.set('new', { userId: 'eve', sessionId: 'session-2', canWrite: true, timeZone: 'UTC' });
    expect((await read({ authorization: 'Bearer new' })).status).toBe(200);
  });

  test('is asked about once by many calls at the same time', async () => {
    await start();
    const responses = await Promise.all(Array.from({ length: 20 }, () => read()));
    expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([200]));
    expect(gateway.asked).toEqual(['token-of-ada']);
  });

  test('fails every call that waits for the answer, and is asked about again afterwards', async () => {
    await start();
    gateway.down.add('user');
    const responses = await Promise.all(Array.from({ length: 5 }, () => read()));
    expect(responses.map(({ status }) => status)).toEqual([503, 503, 503, 503, 503]);
    gateway.down.clear();
    expect((await read()).status).toBe(200);
  });

  test('is not believed after it expires, though it is remembered', async () => {
    await start();
    const expireTime = timestampFromDate(new Date(gateway.clock.now().getTime() + 5_000));
    gateway.accounts.set('short', { userId: 'ada', sessionId: 's', canWrite: true, timeZone: 'UTC', expireTime });
    expect((await read({ authorization: 'Bearer short' })).status).toBe(200);
    gateway.accounts.delete('short');
    gateway.clock.advance(4_999);
    expect((await read({ authorization: 'Bearer short' })).status).toBe(200);
    gateway.clock.advance(1);
    expect((await read({ authorization: 'Bearer short' })).status).toBe(401);
  });
});

describe('changing the password', () => {
  test('makes the gateway ask anew for the other sessions, which may have been ended', async () => {
    await start({
      services: {
        ...options.services,
        user: (router) => router.service(UserService, { changePassword: endSession }),
      },
    });
    expect((await read()).status).toBe(200);
    const init = { method: 'POST', headers: { ...AS_ADA, 'content-type': 'application/json' }, body: '{}' };
    expect((await fetch(`${gateway.url}/users/ada/password`, init)).status).toBe(204);
    expect((await read()).status).toBe(401);
  });
});

describe('signing out', () => {
  function signOut(): Promise<Response> {
    return fetch(`${gateway.url}/sessions/current`, { method: 'DELETE', headers: AS_ADA });
  }

  test('ends the session at once', async () => {
    await start({ sessions: { deleteSession: endSession } });
    expect((await read()).status).toBe(200);
    expect((await signOut()).status).toBe(204);
    expect((await read()).status).toBe(401);
  });

  test('ends it even when calls are made meanwhile', async () => {
    const begun = Promise.withResolvers<void>();
    const mayEnd = Promise.withResolvers<void>();
    const deleteSession = async () => {
      begun.resolve();
      await mayEnd.promise;
      return endSession();
    };
    await start({ sessions: { deleteSession } });
    const signedOut = signOut();
    await begun.promise;
    expect((await read()).status).toBe(200);
    mayEnd.resolve();
    await signedOut;
    expect((await read()).status).toBe(401);
    // An answer given meanwhile does not come back either when the user is trusted again.
    gateway.clock.advance(30_000);
    expect((await read()).status).toBe(401);
  });

  test('shares no answer that began before it', async () => {
    let hold: Promise<void> | undefined;
    const begun = Promise.withResolvers<void>();
    const onAuthenticate = async () => {
      begun.resolve();
      await hold;
    };
    await start({ sessions: { deleteSession: endSession }, onAuthenticate });
    await read();
    gateway.clock.advance(30_000);
    const held = Promise.withResolvers<void>();
    hold = held.promise;
    const early = read();
    while (gateway.asked.length < 2) await new Promise(setImmediate);
    hold = undefined;
    gateway.accounts.set('other', { userId: 'ada', sessionId: 'session-1', canWrite: true, timeZone: 'UTC' });
    await fetch(`${gateway.url}/sessions/current`, { method: 'DELETE', headers: { authorization: 'Bearer other' } });
    expect((await read()).status).toBe(401);
    held.resolve();
    expect((await early).status).toBe(200);
    expect((await read()).status).toBe(401);
  });

  test('that fails leaves the session as it was', async () => {
    await start();
    await signOut();
    expect((await read()).status).toBe(200);
  });
});

test('a changed time zone counts from the next call on', async () => {
  await start();
  await read();
  gateway.accounts.set('token-of-ada', { userId: 'ada', sessionId: 's', canWrite: true, timeZone: 'Asia/Tokyo' });
  const headers = { ...AS_ADA, 'content-type': 'application/json' };
  await fetch(`${gateway.url}/users/ada`, { method: 'PATCH', headers, body: '{"timeZone":"Asia/Tokyo"}' });
  await read();
  expect(calls.at(-1)?.identity).toMatchObject({ timeZone: 'Asia/Tokyo' });
});

describe('the address of a caller', () => {
  const seen = () => calls.map(({ header }) => header['x-caller-address']);
  const claim = { 'x-caller-address': '6.6.6.6' };

  test('is what the connection says, and never what the caller claims', async () => {
    await start();
    await read({ ...AS_ADA, ...claim, 'x-forwarded-for': '6.6.6.6' });
    await signUp(claim);
    await signUp({ 'x-caller-address': 'caf\u00e9' });
    expect(seen()).toEqual(['127.0.0.1', '127.0.0.1', '127.0.0.1']);
  });

  test('is what the trusted proxy says', async () => {
    await start({ config: { TRUSTED_PROXIES: 1 } });
    await read({ ...AS_ADA, ...claim, 'x-forwarded-for': '6.6.6.6, 2001:DB8::0:9' });
    await signUp({ 'x-forwarded-for': '192.0.2.7:4711' });
    expect(seen()).toEqual(['2001:db8::9', '192.0.2.7']);
  });
});

describe('limits', () => {
  test('are told with every answer, failures included', async () => {
    await start({ config: { RATE_LIMIT_PER_USER: 10, RATE_LIMIT_PER_ADDRESS: 20 } });
    const success = await read();
    expect(success.headers.get('ratelimit')).toMatch(/^"user";r=9;t=(60|59)$/);
    expect(success.headers.get('ratelimit-policy')).toBe('"user";q=10;w=60');
    const invalid = await fetch(`${gateway.url}/invoices?colour=red`, { headers: AS_ADA });
    expect(invalid.headers.get('ratelimit')).toMatch(/^"user";r=8;/);
    const nobody = await read({});
    expect(nobody.status).toBe(401);
    expect(nobody.headers.get('ratelimit')).toMatch(/^"address";r=17;/);
  });

  test('of a user hold whatever the token, and leave other users alone', async () => {
    await start({ config: { RATE_LIMIT_PER_USER: 2 } });
    gateway.accounts.set('second', { userId: 'ada', sessionId: 's2', canWrite: true, timeZone: 'UTC' });
    gateway.accounts.set('eve', { userId: 'eve', sessionId: 's3', canWrite: true, timeZone: 'UTC' });
    await read();
    await read({ authorization: 'Bearer second' });
    const refused = await read();
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60);
    expect(refused.headers.get('ratelimit')).toMatch(/^"user";r=0;/);
    expect(await statusAndReason(refused)).toEqual([429, 'RATE_LIMITED']);
    expect((await read({ authorization: 'Bearer eve' })).status).toBe(200);
    expect(calls).toHaveLength(3);
  });

  test('of an address count failed authentications and public calls', async () => {
    await start({ config: { RATE_LIMIT_PER_ADDRESS: 3 } });
    expect((await read({ authorization: 'Bearer guess-1' })).status).toBe(401);
    expect((await read({ authorization: 'Bearer guess-2' })).status).toBe(401);
    expect((await signUp()).status).toBe(201);
    const refused = await read({ authorization: 'Bearer guess-3' });
    expect(await statusAndReason(refused)).toEqual([429, 'RATE_LIMITED']);
    expect(gateway.asked).toEqual(['guess-1', 'guess-2']);
  });

  test('of password resets are lower, by the address as well, and hold for nothing else', async () => {
    const services = {
      user(router: ConnectRouter) {
        router.service(UserService, { createUser: () => ({}) });
        router.service(PasswordResetService, { requestPasswordReset: () => ({}), confirmPasswordReset: () => ({}) });
      },
    };
    await start({ services });
    const post = async (path: string) =>
      (
        await fetch(gateway.url + path, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: '{}',
        })
      ).status;
    const statuses = await Promise.all(Array.from({ length: 62 }, () => post('/password-resets')));
    expect([204, 429].map((status) => statuses.filter((each) => each === status).length)).toEqual([60, 2]);
    expect([await post('/password-resets/confirm'), await post('/users')]).toEqual([204, 201]);
  });

  test('of an address are not escaped by a forged X-Forwarded-For', async () => {
    await start({ config: { RATE_LIMIT_PER_ADDRESS: 1 } });
    await read({ 'x-forwarded-for': '192.0.2.1' });
    expect((await read({ 'x-forwarded-for': '192.0.2.2' })).status).toBe(429);
  });

  test('of an address count for the caller behind a trusted proxy', async () => {
    await start({ config: { RATE_LIMIT_PER_ADDRESS: 1, TRUSTED_PROXIES: 1 } });
    await read({ ...AS_ADA, 'x-forwarded-for': '192.0.2.1' });
    expect((await read({ ...AS_ADA, 'x-forwarded-for': '192.0.2.2' })).status).toBe(200);
    expect((await read({ ...AS_ADA, 'x-forwarded-for': '10.9.9.9, 192.0.2.2' })).status).toBe(429);
  });
});
