import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { HttpConnection } from './http-connection.ts';

let server: Server;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function open(answer: Parameters<typeof createServer>[1]): Promise<HttpConnection> {
  server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return HttpConnection.open(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}

const GET = 'GET / HTTP/1.1\r\nhost: test\r\n\r\n';

test('reads one answer after the other on one connection', async () => {
  let count = 0;
  const connection = await open((_request, response) => {
    count += 1;
    const body = 'x'.repeat(count * 100_000);
    response.writeHead(200, { 'content-length': body.length }).end(body);
  });
  for (const length of [100_000, 200_000]) {
    const { status, body } = await connection.exchange(GET);
    expect([status, body.length]).toEqual([200, length]);
  }
});

test('reads an answer that comes in chunks', async () => {
  const connection = await open(async (_request, response) => {
    for (const part of ['{"a"', ':', '1}']) {
      response.write(part);
      await new Promise((resolve) => setImmediate(resolve));
    }
    response.end();
  });
  expect((await connection.exchange(GET)).body.toString()).toBe('{"a":1}');
});

test('reads an answer without a body', async () => {
  const connection = await open((_request, response) => response.writeHead(204).end());
  expect(await connection.exchange(GET)).toEqual({ status: 204, body: Buffer.alloc(0) });
});

test('fails when the connection is closed instead of answering, and when it was closed before', async () => {
  const connection = await open((request) => request.socket.destroy());
  await expect(connection.exchange(GET)).rejects.toThrow();
  await expect(connection.exchange(GET)).rejects.toThrow('closed the connection');
});
