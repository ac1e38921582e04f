/**
 * The benchmark's server, in a process of its own so that nothing else is measured. Serves each way on an HTTP server, sends
 * their ports to its parent, and answers the parent's questions.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { create, type Message, type MessageShape } from '@bufbuild/protobuf';
import type { Transport } from '@connectrpc/connect';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import {
  type Book,
  BookSchema,
  CreateBookResponseSchema,
  LibraryService,
  ListBooksResponseSchema,
  UpdateBookResponseSchema,
} from '../gen/testdata/library_pb.ts';
import { readNodeBody } from '../node-body.ts';
import { createTranscoder } from '../transcoder.ts';
import type { Ports, Question } from './bench-question.ts';
import { createHandWrittenApp } from './hand-written-app.ts';

function bookOf(index: number): Book {
  return create(BookSchema, {
    name: `book-${index}`,
    title: 'Summa de arithmetica, geometria, proportioni et proportionalita',
    priceMinor: 1999n,
    author: { familyName: 'Pacioli', givenName: 'Luca', homeAddress: { city: 'Sansepolcro', countryCode: 'IT' } },
    chapters: [1, 2, 3].map((chapter) => ({ title: `Chapter ${chapter}`, pageCount: 12 })),
    tags: ['bookkeeping', 'double entry'],
    labels: { shelf: 'A 3' },
    publishTime: { seconds: 1_700_000_000n, nanos: 0 },
    etag: '3',
  });
}

const answers: Readonly<Record<string, Message>> = {
  ListBooks: create(ListBooksResponseSchema, { books: Array.from({ length: 20 }, (_, index) => bookOf(index)) }),
  GetBook: bookOf(1),
  CreateBook: create(CreateBookResponseSchema, { book: bookOf(1) }),
  UpdateBook: create(UpdateBookResponseSchema, { book: bookOf(1) }),
};

/** A service that answers at once. It does with headers and messages only what every transport does. */
const transport: Transport = {
  async unary(method, _signal, _timeoutMs, header, input) {
    new Headers(header);
    create(method.input, input);
    // The table has the answer of each method that is called.
    const message = answers[method.name] as MessageShape<typeof method.output>;
    return { stream: false, service: method.parent, method, header: new Headers(), trailer: new Headers(), message };
  },
  stream: () => Promise.reject(new Error('nothing is streamed here')),
};

const transcoder = createTranscoder({
  services: [LibraryService],
  transport: () => transport,
  success: (rpc) => (rpc.name === 'CreateBook' ? { status: 201, location: '/v1/books/{name}' } : undefined),
});
const transcoded = new Hono<{ Bindings: HttpBindings }>();
transcoded.all('*', async (context) => {
  const incoming = context.env?.incoming;
  const readBody = incoming && ((maxBytes: number) => readNodeBody(incoming, maxBytes));
  return (await transcoder.handle(context.req.raw, { readBody })) ?? context.notFound();
});

const apps = { byHand: createHandWrittenApp(transport), transcoded };

async function serve(app: Hono<{ Bindings: HttpBindings }> | Hono): Promise<number> {
  const server = createServer(getRequestListener((request, env) => app.fetch(request, env)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port; // a TCP server that listens has one
}

/** CPU of this process so far, in microseconds. */
function cpuUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** CPU of `calls` requests without a network, in microseconds. */
async function callInMemory({ way, request, calls }: Extract<Question, { readonly ask: 'memory' }>): Promise<number> {
  const { method, path, headers, body } = request;
  const before = cpuUs();
  for (let call = 0; call < calls; call++) {
    const init = { method, headers: { ...headers }, ...(body === undefined ? {} : { body }) };
    const response = await apps[way].fetch(new Request(`http://127.0.0.1${path}`, init));
    await response.text();
  }
  return cpuUs() - before;
}

process.on('message', async (question: Question) => {
  process.send?.(question.ask === 'memory' ? await callInMemory(question) : cpuUs());
});
process.on('disconnect', () => process.exit());

const ports: Ports = { byHand: await serve(apps.byHand), transcoded: await serve(apps.transcoded) };
process.send?.(ports);
