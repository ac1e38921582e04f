import { create, type JsonValue, toJson } from '@bufbuild/protobuf';
import { Code, ConnectError, createRouterTransport, type HandlerContext, type Transport } from '@connectrpc/connect';
import { HttpBodySchema } from '../gen/google/api/httpbody_pb.ts';
import {
  type Book,
  BookSchema,
  DeleteBookResponseSchema,
  LibraryService,
  UpdateBookRequestSchema,
} from '../gen/testdata/library_pb.ts';

/** What a handler was called with. */
export interface SeenCall {
  readonly header: Headers;
  readonly signal: AbortSignal;
  readonly timeoutMs: number | undefined;
  /** Proto3 JSON; only for the methods whose input tests look into. */
  readonly input?: JsonValue;
}

/** A library service in memory. */
export interface Library {
  readonly transport: Transport;
  readonly calls: SeenCall[];
  /** When set, thrown by every method. */
  failure: ConnectError | undefined;
}

/** Makes the service that the test contract describes, doing just enough to see what reached it. */
export function createLibrary(): Library {
  const calls: SeenCall[] = [];
  const library: Library = { transport: undefined as unknown as Transport, calls, failure: undefined };
  const see = (context: HandlerContext, input?: JsonValue): void => {
    const { requestHeader: header, signal } = context;
    calls.push({ header, signal, timeoutMs: context.timeoutMs(), ...(input !== undefined && { input }) });
    if (library.failure !== undefined) {
      throw library.failure;
    }
  };
  const transport = createRouterTransport(({ service }) => {
    service(LibraryService, {
      listBooks: (_, context) => {
        see(context);
        return { books: [book('one'), book('two')], nextPageToken: '' };
      },
      getBook: ({ name }, context) => {
        see(context);
        return book(name);
      },
      createBook: ({ book: given }, context) => {
        see(context);
        context.responseHeader.set('idempotent-replayed', 'true');
        context.responseHeader.set('x-internal', 'secret');
        context.responseTrailer.set('link', '</next>');
        return { book: { ...book('new book'), title: given?.title ?? '' } };
      },
      updateBook: (request, context) => {
        see(context, toJson(UpdateBookRequestSchema, request));
        return request.book === undefined ? {} : { book: request.book };
      },
      deleteBook: (_, context) => {
        see(context);
        return create(DeleteBookResponseSchema);
      },
      lendBook: ({ name, reader }, context) => {
        see(context);
        return { ...book(name), title: reader };
      },
      closeBook: ({ name }, context) => {
        see(context);
        return book(name);
      },
      replaceTags: ({ tags }, context) => {
        see(context);
        return { tags };
      },
      async *watchBooks({ count }, context) {
        see(context);
        for (let n = 1; n <= count; n++) {
          yield book(String(n));
        }
        if (count < 0) {
          yield book('first');
          throw new ConnectError('the shelf broke', Code.Aborted);
        }
        while (count === 0 && !context.signal.aborted) {
          await new Promise((resolve) => setImmediate(resolve));
        }
      },
      downloadText: ({ name }, context) => {
        see(context);
        return create(HttpBodySchema, { contentType: 'text/plain', data: new TextEncoder().encode(`text of ${name}`) });
      },
      async *streamText({ name }, context) {
        see(context);
        yield create(HttpBodySchema, { contentType: 'text/plain', data: new TextEncoder().encode('text of ') });
        yield create(HttpBodySchema, { data: new TextEncoder().encode(name) });
      },
      downloadCatalogue: ({ count, pageToken }, context) => {
        see(context);
        return partOfCatalogue(count, pageToken === '' ? 1 : Number(pageToken));
      },
      uploadText: ({ name, text }, context) => {
        see(context);
        return { ...book(name), title: `${text?.contentType}: ${text?.data.length} bytes` };
      },
      echoRaw: (body, context) => {
        see(context);
        return body;
      },
      echo: (kinds, context) => {
        see(context);
        return kinds;
      },
      audit: (kinds) => kinds,
      probe: (kinds) => kinds,
      collect: async () => ({}),
    });
  });
  return Object.assign(library, { transport });
}

function partOfCatalogue(count: number, part: number) {
  if (part === 13) {
    throw new ConnectError('the shelf broke', Code.Aborted);
  }
  const file = { contentType: 'text/csv', data: new TextEncoder().encode(`${part}\n`) };
  return {
    file,
    nextPageToken: part < count ? String(part + 1) : '',
    fileName: `"${count}"\né.csv`,
    etag: `v${count}`,
  };
}

function book(name: string): Book {
  return create(BookSchema, { name, title: 'A title', priceMinor: 1999n, etag: '3' });
}
