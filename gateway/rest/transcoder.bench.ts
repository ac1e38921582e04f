import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, test } from 'vitest';
import { type HttpRequest, type Ports, type Question, WAYS, type Way } from './testing/bench-question.ts';

/** How much is measured. Blocks of calls alternate between the ways, so that a busy machine is unfair to neither. */
const RUN = { blocks: 20, callsPerBlock: 2_000, connections: 16, warmUpBlocks: 2 } as const;

const HEADERS = {
  host: '127.0.0.1',
  accept: 'application/json',
  'accept-encoding': 'gzip, deflate',
  'user-agent': 'bench',
  'x-request-id': '0199f0a4-7c53-7d9e-8b1a-2f6f6c1d2e3f',
};
const WITH_JSON = { ...HEADERS, 'content-type': 'application/json' };

const REQUESTS: Readonly<Record<string, HttpRequest>> = {
  GET: { method: 'GET', path: '/v1/books/book-1', headers: HEADERS },
  'list of 20': { method: 'GET', path: '/v1/books?pageSize=20&states=DRAFT&states=PRINTED', headers: HEADERS },
  POST: {
    method: 'POST',
    path: '/v1/books',
    headers: WITH_JSON,
    body: JSON.stringify({
      title: 'Summa de arithmetica',
      priceMinor: '1999',
      author: { familyName: 'Pacioli', givenName: 'Luca' },
      tags: ['bookkeeping', 'double entry'],
      labels: { shelf: 'A 3' },
    }),
  },
  PATCH: {
    method: 'PATCH',
    path: '/v1/books/book-1',
    headers: WITH_JSON,
    body: '{"title":"Summa","priceMinor":"2499","subtitle":null}',
  },
};

let server: ChildProcess;
let connections: Readonly<Record<Way, readonly Socket[]>>;

beforeAll(async () => {
  server = fork(join(import.meta.dirname, 'testing/bench-server.ts'));
  const [ports]: [Ports] = (await once(server, 'message')) as [Ports];
  connections = { byHand: await open(ports.byHand), transcoded: await open(ports.transcoded) };
});
afterAll(() => {
  for (const socket of WAYS.flatMap((way) => connections[way])) socket.destroy();
  server.disconnect();
});

function open(port: number): Promise<Socket[]> {
  return Promise.all(
    Array.from({ length: RUN.connections }, async () => {
      const socket = connect(port, '127.0.0.1');
      await once(socket, 'connect');
      return socket;
    }),
  );
}

async function ask(question: Question): Promise<number> {
  server.send(question);
  const [answer]: [number] = (await once(server, 'message')) as [number];
  return answer;
}

function bytesOf({ method, path, headers, body = '' }: HttpRequest): Buffer {
  const all = body === '' ? headers : { ...headers, 'content-length': String(Buffer.byteLength(body)) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`);
}

/** Sends a request over a connection and waits until all of its answer is there. */
async function exchange(socket: Socket, request: Buffer): Promise<void> {
  socket.write(request);
  let answer = '';
  for (let length = Number.POSITIVE_INFINITY; answer.length < length; ) {
    const [chunk]: [Buffer] = (await once(socket, 'data')) as [Buffer];
    answer += chunk.toString('latin1');
    const body = answer.indexOf('\r\n\r\n') + 4;
    if (body > 3) length = body + Number(/^content-length: (\d+)/im.exec(answer)?.[1]);
  }
  if (!/^HTTP\/1\.1 20/.test(answer)) throw new Error(`answered with ${answer}`);
}

/** CPU of the server over keep-alive connections, in microseconds per request. */
async function measureHttp(way: Way, request: HttpRequest): Promise<number> {
  const bytes = bytesOf(request);
  const before = await ask({ ask: 'cpu' });
  let left = RUN.callsPerBlock;
  const send = async (socket: Socket) => {
    while (left-- > 0) await exchange(socket, bytes);
  };
  await Promise.all(connections[way].map(send));
  return ((await ask({ ask: 'cpu' })) - before) / RUN.callsPerBlock;
}

/** CPU of the same without a network, in microseconds per request. */
async function measureMemory(way: Way, request: HttpRequest): Promise<number> {
  const calls = RUN.callsPerBlock;
  return (await ask({ ask: 'memory', way, request, calls })) / calls;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

test.for([
  ['over HTTP', measureHttp],
  ['without a network', measureMemory],
] as const)('the transcoder against routes by hand, %s', { timeout: 600_000 }, async ([setting, measure]) => {
  const rows: string[] = [];
  for (const [name, request] of Object.entries(REQUESTS)) {
    const costs: Record<Way, number[]> = { byHand: [], transcoded: [] };
    for (let block = -RUN.warmUpBlocks; block < RUN.blocks; block++) {
      // The second way finds the caches warm, so they take turns at being first.
      for (const way of block % 2 === 0 ? WAYS : WAYS.toReversed()) {
        const cost = await measure(way, request);
        if (block >= 0) costs[way].push(cost);
      }
    }
    const ratio = median(costs.byHand.map((cost, block) => (costs.transcoded[block] ?? Number.NaN) / cost));
    const [byHand, transcoded] = WAYS.map((way) => median(costs[way]).toFixed(1).padStart(8));
    rows.push(`  ${name.padEnd(12)} by hand ${byHand} us   transcoder ${transcoded} us   ${ratio.toFixed(2)}x`);
  }
  process.stdout.write(`\nCPU per request ${setting}:\n${rows.join('\n')}\n`);
});
