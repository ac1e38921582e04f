import { create, fromJson, type JsonObject, toJson } from '@bufbuild/protobuf';
import { FieldMaskSchema } from '@bufbuild/protobuf/wkt';
import { type CallOptions, createClient, type Transport } from '@connectrpc/connect';
import { Hono } from 'hono';
import {
  type Book,
  BookSchema,
  CreateBookRequestSchema,
  LibraryService,
  ListBooksRequestSchema,
  ListBooksResponseSchema,
  UpdateBookRequestSchema,
} from '../gen/testdata/library_pb.ts';

/** Answers have all fields, like those of the transcoder. */
const WRITE = { alwaysEmitImplicit: true } as const;
const TIMEOUT_MS = 30_000;
const PASSED_HEADERS = ['idempotency-key', 'if-match', 'traceparent', 'x-request-id'];

/**
 * Four routes of the library as one would write them by hand, to measure what the transcoder costs: the same JSON in and out,
 * the same status and headers, the same deadline and cancellation. Checks of unknown parameters, duplicate keys, the size of
 * the body and the media types are left out.
 */
export function createHandWrittenApp(transport: Transport): Hono {
  const library = createClient(LibraryService, transport);
  const app = new Hono();

  app.get('/v1/books', async (context) => {
    const { pageSize, pageToken } = context.req.query();
    const request = fromJson(ListBooksRequestSchema, {
      ...(pageSize === undefined ? {} : { pageSize: Number(pageSize) }),
      ...(pageToken === undefined ? {} : { pageToken }),
      states: context.req.queries('states') ?? [],
    });
    const answer = await library.listBooks(request, optionsOf(context.req.raw));
    return context.json(toJson(ListBooksResponseSchema, answer, WRITE));
  });

  app.get('/v1/books/:name', async (context) => {
    const book = await library.getBook({ name: context.req.param('name') }, optionsOf(context.req.raw));
    context.header('etag', `"${book.etag}"`);
    return context.json(jsonOf(book));
  });

  app.post('/v1/books', async (context) => {
    const given: JsonObject = await context.req.json();
    const request = fromJson(CreateBookRequestSchema, { book: given });
    const { book = create(BookSchema) } = await library.createBook(request, optionsOf(context.req.raw));
    context.header('etag', `"${book.etag}"`);
    context.header('location', `/v1/books/${encodeURIComponent(book.name)}`);
    return context.json(jsonOf(book), 201);
  });

  app.patch('/v1/books/:name', async (context) => {
    const given: JsonObject = await context.req.json();
    const request = fromJson(UpdateBookRequestSchema, { book: { ...given, name: context.req.param('name') } });
    const paths = BookSchema.fields.filter(({ jsonName }) => Object.hasOwn(given, jsonName)).map(({ name }) => name);
    request.updateMask = create(FieldMaskSchema, { paths });
    const { book = create(BookSchema) } = await library.updateBook(request, optionsOf(context.req.raw));
    context.header('etag', `"${book.etag}"`);
    return context.json(jsonOf(book));
  });

  return app;
}

function jsonOf(book: Book): JsonObject {
  // A message that is not a well-known type is an object in JSON.
  return toJson(BookSchema, book, WRITE) as JsonObject;
}

function optionsOf({ headers, signal }: Request): CallOptions {
  const passed = PASSED_HEADERS.flatMap((name): [string, string][] => {
    const value = headers.get(name);
    return value === null ? [] : [[name, value]];
  });
  return { headers: passed, signal, timeoutMs: TIMEOUT_MS };
}
