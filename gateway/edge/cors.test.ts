import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../testing/start-test-gateway.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway();
});

afterAll(() => gateway.stop());

function send(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(gateway.url + path, init);
}

describe('pages of other origins', () => {
  const preflight = {
    method: 'OPTIONS',
    headers: {
      origin: 'https://app.example',
      'access-control-request-method': 'PATCH',
      'access-control-request-headers': 'authorization,content-type,if-match,idempotency-key',
    },
  };

  test('may ask first', async () => {
    const response = await send('/invoices/1', preflight);
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('access-control-allow-methods')).toContain('PATCH');
    const allowed = response.headers.get('access-control-allow-headers')?.toLowerCase().split(', ');
    expect(allowed).toEqual(
      expect.arrayContaining(['authorization', 'content-type', 'if-match', 'idempotency-key', 'x-grpc-web']),
    );
  });

  test.each([
    ['a success', '/livez', 200],
    ['an unknown route', '/nothing', 404],
    ['a call without credentials', '/customers', 401],
  ])('may read the answer to %s', async (_, path, status) => {
    const response = await send(path, { headers: { origin: 'https://app.example' } });
    expect(response.status).toBe(status);
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    const exposed = response.headers.get('access-control-expose-headers')?.toLowerCase().split(', ');
    expect(exposed).toEqual(
      expect.arrayContaining(['content-disposition', 'etag', 'location', 'ratelimit', 'retry-after', 'x-request-id']),
    );
  });

  test('are let in only when they are on the list, where there is one', async () => {
    const strict = await startTestGateway({ config: { CORS_ORIGINS: ['https://good.example'] } });
    const allowed = async (origin: string) => {
      const response = await fetch(`${strict.url}/livez`, { headers: { origin } });
      expect(response.headers.get('vary')).toBe('Origin');
      return response.headers.get('access-control-allow-origin');
    };
    expect(await allowed('https://good.example')).toBe('https://good.example');
    expect(await allowed('https://evil.example')).toBeNull();
    expect(await allowed('null')).toBeNull();
    await strict.stop();
  });
});
