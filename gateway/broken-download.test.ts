import { once } from 'node:events';
import { get as getHttp1 } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { Code, ConnectError } from '@connectrpc/connect';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { CustomerBulkService } from '../gen/numer/user/v1/customer_bulk_service_pb.ts';
import { AS_ADA, startTestGateway, type TestGateway } from './testing/start-test-gateway.ts';

const PATH = '/customers/csv';

let gateway: TestGateway;
const lines: string[] = [];

beforeAll(async () => {
  gateway = await startTestGateway({
    log: pino({ base: null }, { write: (line: string) => void lines.push(line) }),
    services: {
      user: (router) =>
        router.service(CustomerBulkService, {
          downloadCustomers({ pageToken }) {
            // The service goes away after the second part.
            if (pageToken === '2') throw new ConnectError('connect ECONNREFUSED 10.1.2.3:8081', Code.Unavailable);
            const data = new TextEncoder().encode('name\r\n');
            return { file: { contentType: 'text/csv', data }, nextPageToken: pageToken === '' ? '1' : '2' };
          },
        }),
    },
  });
});

afterAll(() => gateway.stop());

afterEach(() => {
  lines.length = 0;
  vi.restoreAllMocks();
});

async function overHttp1(): Promise<Readable> {
  const [response] = await once(getHttp1(gateway.url + PATH, { headers: AS_ADA }), 'response');
  return response;
}

async function overHttp2(): Promise<Readable> {
  const session = connectHttp2(gateway.url);
  const stream = session.request({ ':path': PATH, ...AS_ADA });
  stream.once('close', () => session.close());
  await once(stream, 'response');
  return stream;
}

describe.each([
  ['HTTP/1.1', overHttp1],
  ['HTTP/2', overHttp2],
])('a download over %s that fails halfway', (_, download) => {
  test('is broken off for the client, and is one line of the log', async () => {
    const printed = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const body = await download();
    await expect(text(body)).rejects.toThrow();
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { level: 50, msg: 'request failed', method: 'GET', path: PATH, status: 503 },
    ]);
    expect(printed).not.toHaveBeenCalled();
  });
});
