import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type LookupFunction, type Server, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { waitUntil } from '../../../runtime/testing/wait-until.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../../../runtime/testing/webhook-receiver.ts';
import { createPublicLookup } from './public-lookup.ts';
import { type SendOptions, sendWebhook, type WebhookAnswer } from './send-webhook.ts';

let receiver: WebhookReceiver;
beforeEach(async () => {
  receiver = await startWebhookReceiver();
});
afterEach(() => receiver.close());

const anywhere: SendOptions = { targets: 'any', timeoutMs: 5_000 };

const message = (url: string) => ({ url, headers: { 'webhook-id': 'one' }, body: '{"é":1}' });

/** Sends without being cut off. */
async function send(url = receiver.url, options: Partial<SendOptions> = {}): Promise<WebhookAnswer> {
  const answer = await sendWebhook(message(url), { ...anywhere, ...options }, new AbortController().signal);
  if (answer === undefined) throw new Error('it was cut off');
  return answer;
}

/** A server that sends just these bytes to whoever connects, and nothing when there are none. */
async function startRawServer(bytes: string): Promise<{ url: string; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    socket.once('data', () => socket.write(bytes));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, // a TCP server has one
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** Listens, and accepts nothing until it may. */
const FAR_SERVER = `
  const { parentPort, workerData } = require('node:worker_threads');
  const server = require('node:net').createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end('no TLS'));
  });
  server.listen({ host: '127.0.0.1', port: 0, backlog: 1 }, () => {
    parentPort.postMessage(server.address().port);
    Atomics.wait(workerData, 0, 0);
  });
`;

/** A server with no place for another connection until it may accept: connecting takes the second after which the kernel asks again. */
async function startFarServer() {
  const gate = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(FAR_SERVER, { eval: true, workerData: gate });
  const [port] = (await once(worker, 'message')) as [number]; // what it posts
  const waiting = [0, 1].map(() => connect(port, '127.0.0.1'));
  await Promise.all(waiting.map((socket) => once(socket, 'connect')));
  return {
    port,
    accept() {
      Atomics.store(gate, 0, 1);
      Atomics.notify(gate, 0);
    },
    async close() {
      for (const socket of waiting) socket.destroy();
      await worker.terminate();
    },
  };
}

describe('a webhook', () => {
  test('is posted as JSON with its headers, on a connection of its own', async () => {
    expect(await send(`${receiver.url}?key=1`)).toEqual({
      statusCode: 204,
      error: '',
      response: '',
      retryAfter: undefined,
    });
    expect(receiver.received).toMatchObject([
      {
        method: 'POST',
        path: '/webhooks?key=1',
        body: '{"é":1}',
        headers: {
          'webhook-id': 'one',
          'content-type': 'application/json',
          'content-length': '8',
          'user-agent': 'Numer',
          connection: 'close',
        },
      },
    ]);
  });

  test.each([200, 201, 202, 299])('is taken with status %i', async (status) => {
    receiver.answer((response) => response.writeHead(status).end('done'));
    expect(await send()).toMatchObject({ statusCode: status, error: '', response: 'done' });
  });

  test.each([300, 400, 404, 410, 429, 500, 503])('is not taken with status %i', async (status) => {
    receiver.answer((response) => response.writeHead(status, { 'retry-after': '7' }).end('no'));
    expect(await send()).toEqual({
      statusCode: status,
      error: expect.stringContaining(`status ${status}`),
      response: 'no',
      retryAfter: '7',
    });
  });

  test('does not follow redirects', async () => {
    receiver.answer((response) => response.writeHead(302, { location: `${receiver.url}/elsewhere` }).end());
    expect(await send()).toMatchObject({
      statusCode: 302,
      error: 'It was answered with status 302; redirects are not followed.',
    });
    expect(receiver.received).toHaveLength(1);
  });

  test('whose answer is large is told with the beginning of it, and does not read on', async () => {
    let isCut = false;
    receiver.answer((response) => {
      response.on('close', () => {
        isCut = !response.writableFinished;
      });
      const write = () => {
        while (!response.destroyed && response.write('é'.repeat(10_000)));
      };
      response.on('drain', write);
      write();
    });
    const { statusCode, response } = await send();
    expect([statusCode, response]).toEqual([200, 'é'.repeat(512)]);
    await waitUntil(() => isCut);
  });

  test('whose answer is no text keeps what can be kept, and half a character at its end is left out', async () => {
    receiver.answer((response) => response.end(Buffer.from([0x41, 0x00, 0xff, 0x42])));
    expect((await send()).response).toBe('A\u{fffd}\u{fffd}B');
    receiver.answer((response) => response.end(`x${'é'.repeat(1_000)}`));
    expect((await send()).response).toBe(`x${'é'.repeat(511)}`);
  });

  test('that was taken is so even if the body of the answer never ends', async () => {
    receiver.answer((response) => void response.writeHead(200).write('half'));
    expect(await send(undefined, { timeoutMs: 200 })).toMatchObject({ statusCode: 200, error: '', response: 'half' });
  });
});

describe('it is told what was wrong when', () => {
  test('nothing listens', async () => {
    const { url } = receiver;
    await receiver.close();
    expect(await send(url)).toMatchObject({ statusCode: 0, error: 'The connection failed (ECONNREFUSED).' });
    receiver = await startWebhookReceiver();
  });

  test('there is no answer in time', async () => {
    receiver.answer(() => undefined);
    expect(await send(undefined, { timeoutMs: 50 })).toMatchObject({
      statusCode: 0,
      error: 'There was no answer within 0.05 seconds.',
    });
  });

  test('the head of the answer comes byte by byte and never ends', async () => {
    const server = await startRawServer('HTTP/1.1 200 OK\r\nx-');
    expect((await send(server.url, { timeoutMs: 50 })).error).toContain('no answer within');
    await server.close();
  });

  test.each([
    ['is not HTTP', 'SSH-2.0-OpenSSH_9.9\r\n', /^The connection failed \(HPE_/],
    [
      'switches to another protocol',
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n',
      /./,
    ],
    [
      'has a head of a megabyte',
      `HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(170_000)}\r\n`,
      /^The connection failed \(HPE_/,
    ],
  ])('the answer %s', async (_, bytes, error) => {
    const server = await startRawServer(bytes);
    expect(await send(server.url)).toMatchObject({ statusCode: 0, error: expect.stringMatching(error), response: '' });
    await server.close();
  });

  test('no answer when the process stops before there is one', async () => {
    receiver.answer(() => undefined);
    const cut = new AbortController();
    const sent = sendWebhook(message(receiver.url), anywhere, cut.signal);
    await waitUntil(() => receiver.received.length === 1);
    cut.abort();
    expect(await sent).toBeUndefined();
  });
});

describe('where only public addresses may be posted to', () => {
  const NOT_PUBLIC = 'The host has no public address, so no connection was made.';

  /** Addresses as name servers give them, by family. */
  function named(ipv4: readonly string[], ipv6: readonly string[] = []): Partial<SendOptions> {
    const resolve = async (_: string, family: 4 | 6) => (family === 4 ? ipv4 : ipv6);
    return { targets: 'public', lookup: createPublicLookup(resolve) };
  }

  test('http is refused', async () => {
    expect(await send(undefined, { targets: 'public' })).toMatchObject({
      statusCode: 0,
      error: 'Webhooks may only go to https URLs here.',
    });
    expect(receiver.received).toEqual([]);
  });

  test.each(['https://127.0.0.1/', 'https://[::1]/', 'https://2130706433/', 'https://[::ffff:7f00:1]/'])(
    '%s is refused without a lookup',
    async (url) => {
      expect((await send(url, { targets: 'public' })).error).toBe(NOT_PUBLIC);
    },
  );

  test.each([
    [['127.0.0.1'], []],
    [['10.1.2.3', '192.168.0.1'], ['fd00::1']],
    [[], ['::1']],
    [[], []],
  ])('a name of %s and %s is refused at the time of connecting', async (ipv4, ipv6) => {
    const { port } = new URL(receiver.url);
    expect((await send(`https://rebound.example:${port}/`, named(ipv4, ipv6))).error).toBe(NOT_PUBLIC);
  });

  test('of a name only the public addresses are connected to', async () => {
    const lookup = createPublicLookup(async (_, family) => (family === 4 ? ['127.0.0.1', '1.1.1.1'] : ['fe80::1']));
    const { promise, resolve } = Promise.withResolvers<unknown>();
    lookup('mixed.example', { all: true }, (error, addresses) => resolve([error, addresses]));
    expect(await promise).toEqual([null, [{ address: '1.1.1.1', family: 4 }]]);
  });

  test.each(['ENOTFOUND', 'ENODATA'])('a name with %s is told like one of the inner network', async (code) => {
    const unknown = createPublicLookup(() => Promise.reject(Object.assign(new Error(), { code })));
    const { error } = await send('https://unknown.example/', { targets: 'public', lookup: unknown });
    expect(error).toBe(NOT_PUBLIC);
  });

  test('a name that could not be looked up is told so', async () => {
    const lookup = createPublicLookup((_, family) =>
      Promise.reject(Object.assign(new Error(), { code: family === 4 ? 'ENODATA' : 'ETIMEOUT' })),
    );
    const { error } = await send('https://unknown.example/', { targets: 'public', lookup });
    expect(error).toBe('The connection failed (ETIMEOUT).');
  });

  test('a host that is far away has time to accept before its next address is tried', async () => {
    const far = await startFarServer();
    const lookup: LookupFunction = (_hostname, _options, callback) => {
      callback(null, [
        { address: '127.0.0.1', family: 4 },
        { address: '::1', family: 6 }, // where nothing listens
      ]);
      setImmediate(far.accept); // once the first address is being connected to
    };
    const { error } = await send(`https://far.example:${far.port}/`, { targets: 'public', lookup });
    expect(error).toBe('The connection failed (EPROTO).'); // it accepted, and then spoke no TLS
    await far.close();
  });

  test('a name without addresses of one family has those of the other', async () => {
    const lookup = createPublicLookup((_, family) =>
      family === 4 ? Promise.reject(new Error('ENODATA')) : Promise.resolve(['2606:4700:4700::1111']),
    );
    const { promise, resolve } = Promise.withResolvers<unknown>();
    lookup('six.example', {}, (error, address, family) => resolve([error, address, family]));
    expect(await promise).toEqual([null, '2606:4700:4700::1111', 6]);
  });
});
