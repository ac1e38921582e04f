import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from './testing/start-test-gateway.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway();
});

afterAll(() => gateway.stop());

afterEach(() => gateway.down.clear());

function send(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(gateway.url + path, init);
}

describe('health', () => {
  test('is alive without any service', async () => {
    gateway.down.add('user').add('stats');
    expect((await send('/livez')).status).toBe(200);
  });

  test('is ready when all services are', async () => {
    gateway.clock.advance(1_000);
    const response = await send('/readyz');
    expect({ status: response.status, body: await response.json() }).toEqual({ status: 200, body: { status: 'ok' } });
  });

  test('is not ready when one is down, and says which', async () => {
    gateway.clock.advance(1_000);
    gateway.down.add('stats');
    const response = await send('/readyz');
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(await response.json()).toEqual({ status: 'unavailable', unready: ['stats'] });
  });

  test('looks at the services once a second at most', async () => {
    gateway.clock.advance(1_000);
    expect((await send('/readyz')).status).toBe(200);
    gateway.down.add('stats');
    gateway.clock.advance(999);
    expect((await send('/readyz')).status).toBe(200);
    gateway.clock.advance(1);
    expect((await send('/readyz')).status).toBe(503);
  });

  test('looks again when the clock was set back', async () => {
    gateway.clock.advance(1_000);
    gateway.down.add('stats');
    expect((await send('/readyz')).status).toBe(503);
    gateway.down.clear();
    gateway.clock.advance(-3_600_000);
    expect((await send('/readyz')).status).toBe(200);
  });
});
