import { once } from 'node:events';
import { request as sendHttp1 } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { json, text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../testing/start-test-gateway.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway();
});

afterAll(() => gateway.stop());

describe('a request that is hardly one', () => {
  function sendRaw(path: string, headers: Record<string, string>): Promise<{ status: number; body: string }> {
    return new Promise((resolve, reject) => {
      const { hostname, port } = new URL(gateway.url);
      sendHttp1({ hostname, port, path, headers, method: 'POST' }, async (response) => {
        resolve({ status: response.statusCode ?? 0, body: await text(response) });
      })
        .on('error', reject)
        .end();
    });
  }

  test.each([
    ['a host that is none, for REST', '/invoices', '['],
    ['a host that is none, for an RPC', '/numer.user.v1.UserService/CreateUser', '['],
    ['a host with a path', '/numer.user.v1.UserService/CreateUser', 'a/b'],
    ['a host with a port that is none', '/numer.user.v1.UserService/CreateUser', 'a:99999'],
    ['a target with a backslash', '/invoices\\..\\x', 'localhost'],
  ])('is 400: %s', async (_, path, host) => {
    const { status, body } = await sendRaw(path, { host });
    expect(status).toBe(400);
    expect(JSON.parse(body)).toMatchObject({ status: 400, reason: 'INVALID_ARGUMENT' });
  });

  async function sendBytes(bytes: string): Promise<string> {
    const { hostname, port } = new URL(gateway.url);
    const socket = connect(Number(port), hostname);
    socket.end(bytes);
    return text(socket);
  }

  test.each([
    ['without a host', ''],
    ['with two hosts', 'Host: localhost\r\nHost: localhost\r\n'],
    ['with an empty host', 'Host:\r\n'],
  ])('is 400 %s', async (_, headers) => {
    const answer = await sendBytes(`GET /livez HTTP/1.1\r\n${headers}Connection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('"reason":"INVALID_ARGUMENT"');
  });

  test('may come over HTTP/1.0 without a host, as the probes of load balancers do', async () => {
    expect(await sendBytes('GET /livez HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 200 .*\{"status":"ok"\}$/s);
    expect(await sendBytes('GET /customers HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 401 /);
  });

  test.each([
    ['GET http://localhost/livez', 200],
    ['GET http://localhost?a=b', 302],
    ['POST http://localhost/numer.user.v1.UserService/CreateUser', 415],
  ])('may name the host in its target: %s', async (line, status) => {
    const answer = await sendBytes(`${line} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  });

  test.each(['http://', 'http://[/livez', 'http://localhost:x/livez', 'http://:80/livez'])(
    'is 400 with a host in its target that is none: %s',
    async (target) => {
      const answer = await sendBytes(`GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    },
  );

  test('is 400 over HTTP/2 with an authority that is none', async () => {
    const session = connectHttp2(gateway.url);
    const path = '/numer.user.v1.UserService/CreateUser';
    const stream = session.request({ ':method': 'POST', ':path': path, ':authority': '[' });
    const [headers] = await once(stream, 'response');
    expect(headers[':status']).toBe(400);
    expect(await json(stream)).toMatchObject({ reason: 'INVALID_ARGUMENT' });
    session.close();
  });
});
