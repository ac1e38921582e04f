import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, test } from 'vitest';
import { LibraryService } from '../rest/gen/testdata/library_pb.ts';
import { type RuleInit, serviceWithRules } from '../rest/testdata/service-with-rule.ts';
import { type Comments, readComments } from './comments.ts';
import { createOpenApi, type OpenApiOptions } from './create-openapi.ts';
import type { OpenApiDocument } from './document.ts';

const withoutComments = readComments([]);

function describeApi(options: Partial<OpenApiOptions> = {}): OpenApiDocument {
  return createOpenApi({
    info: { title: 'Library', version: '1.0.0', description: 'Books.', license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: '/' }],
    security: [],
    services: [LibraryService],
    // OpenAPI 3.1 cannot express the method SEARCH, which one of its bindings has.
    expose: ({ name }) => name !== 'Echo',
    success: () => undefined,
    comments: withoutComments,
    extras: () => ({}),
    components: {},
    ...options,
  });
}

const describeRule = (rule: RuleInit, rpc = 'Probe') =>
  describeApi({ services: [serviceWithRules({ [rpc]: rule })], expose: () => true });

const library = describeApi();
const schemas = library.components.schemas ?? {};

describe('the document', () => {
  test('is valid', async () => {
    expect(await new Validator().validate(JSON.parse(JSON.stringify(library)))).toEqual({ valid: true });
  });

  test('stays valid with a field of every kind in query, body and answer', async () => {
    const get = describeRule({ pattern: { case: 'get', value: '/kinds' } });
    expect(await new Validator().validate(JSON.parse(JSON.stringify(get)))).toEqual({ valid: true });
    const post = describeRule({ pattern: { case: 'post', value: '/kinds' }, body: '*' });
    expect(await new Validator().validate(JSON.parse(JSON.stringify(post)))).toEqual({ valid: true });
  });

  test('has every path, with one variable for each wildcard', () => {
    const operations = Object.entries(library.paths).map(
      ([path, item]) =>
        `${path} ${Object.entries(item).map(([method, { operationId }]) => `${method}:${operationId}`)}`,
    );
    expect(operations).toEqual([
      '/v1/books get:listBooks,post:createBook',
      '/v1/books/{name} get:getBook,patch:updateBook,delete:deleteBook',
      '/v1/shelves/{name1}/books/{name2} get:getBookByName',
      '/v1/books/{name}:lend post:lendBook',
      '/v1/books/{name}:close post:closeBook',
      '/v1/books/{name}/tags put:replaceTags',
      '/v1/books:watch get:watchBooks',
      '/v1/books/{name}/text get:downloadText,put:uploadText',
      '/v1/books/{name}/text:stream get:streamText',
      '/v1/catalogue get:downloadCatalogue',
      '/v1/raw post:echoRaw',
    ]);
  });

  test('calls a service without its suffix', () => {
    expect(library.tags).toEqual([{ name: 'Library', description: '' }]);
  });

  test('cannot be written for a method that OpenAPI does not know', () => {
    expect(() => describeApi({ expose: () => true })).toThrow(
      'library.v1.LibraryService.Echo: OpenAPI 3.1 has no word for SEARCH /v1/echo',
    );
  });
});

describe('parameters', () => {
  test('come from the path, and from the query for what neither path nor body sets', () => {
    const parameters = (path: string, method: 'delete' | 'get' | 'patch' | 'post') =>
      library.paths[path]?.[method]?.parameters?.map((each) =>
        'name' in each ? `${each.in} ${each.name}` : each.$ref,
      );
    expect(parameters('/v1/books', 'get')).toEqual([
      'query pageSize',
      'query pageToken',
      'query states',
      'query filter.author',
      'query filter.publishedAfter',
    ]);
    expect(parameters('/v1/books', 'post')).toEqual(['query validateOnly']);
    expect(parameters('/v1/books/{name}', 'patch')).toEqual(['path name', 'query updateMask']);
    expect(parameters('/v1/books/{name}', 'delete')).toEqual(['path name', 'query force']);
    expect(parameters('/v1/books/{name}:lend', 'post')).toEqual(['path name']);
  });

  test('have the types of text, and leave out what a query cannot say', () => {
    const { parameters = [] } = describeRule({ pattern: { case: 'get', value: '/kinds' } }).paths['/kinds']?.get ?? {};
    const byName = new Map(parameters.flatMap((each) => ('name' in each ? [[each.name, each] as const] : [])));
    expect(byName.get('int64Value')).toMatchObject({ schema: { type: 'string', format: 'int64' } });
    expect(byName.get('timestamp')).toMatchObject({ schema: { type: 'string', format: 'date-time' } });
    expect(byName.get('boolWrapper')).toMatchObject({ schema: { type: 'boolean' } });
    expect(byName.get('colors')).toMatchObject({
      schema: { type: 'array', items: { $ref: '#/components/schemas/Color' } },
    });
    expect(byName.get('labels')).toMatchObject({ style: 'deepObject', explode: true, schema: { type: 'object' } });
    expect(byName.has('nested.text')).toBe(true);
    expect(byName.has('nested.nested.text')).toBe(false);
    expect(byName.has('items')).toBe(false);
    expect(byName.has('any')).toBe(false);
  });

  test('of several segments say so', () => {
    const document = describeRule({ pattern: { case: 'get', value: '/files/{text=**}' } });
    expect(document.paths['/files/{text}']?.get?.parameters?.[0]).toMatchObject({
      name: 'text',
      description: 'May have several segments, with slashes between them.',
    });
  });
});

describe('bodies', () => {
  test('have no fields that the path gives', () => {
    expect(Object.keys(schemas.LendBookRequest?.properties ?? {})).toEqual(['reader', 'days']);
  });

  test('of a PATCH are merge patches', () => {
    const content = library.paths['/v1/books/{name}']?.patch?.requestBody?.content ?? {};
    expect(Object.keys(content)).toEqual(['application/json', 'application/merge-patch+json']);
    expect(content['application/json']).toEqual({ schema: { $ref: '#/components/schemas/BookPatch' } });
    expect(schemas.BookPatch?.properties).toMatchObject({
      title: { type: ['string', 'null'] },
      author: { anyOf: [{ $ref: '#/components/schemas/AuthorPatch' }, { type: 'null' }] },
      // Lists are replaced as a whole.
      chapters: { type: ['array', 'null'], items: { $ref: '#/components/schemas/ChapterInput' } },
    });
  });

  test('that are raw bytes have any type', () => {
    expect(library.paths['/v1/raw']?.post?.requestBody?.content).toEqual({ '*/*': {} });
    expect(library.paths['/v1/raw']?.post?.responses['200']).toMatchObject({ content: { '*/*': {} } });
  });
});

describe('answers', () => {
  test('require every field that cannot be absent', () => {
    expect(schemas.Book?.required).toEqual([
      'name',
      'title',
      'priceMinor',
      'state',
      'chapters',
      'tags',
      'labels',
      'etag',
    ]);
    expect(schemas.BookInput?.required).toBeUndefined();
  });

  test('with an etag have the header, and a GET answers 304', () => {
    const get = library.paths['/v1/books/{name}']?.get;
    expect(get?.responses['200']).toMatchObject({ headers: { ETag: {} } });
    expect(get?.responses).toHaveProperty('304');
    expect(get?.parameters).toContainEqual(expect.objectContaining({ name: 'If-None-Match', in: 'header' }));
    expect(library.paths['/v1/books/{name}']?.patch?.responses).not.toHaveProperty('304');
  });

  test('that are files have their media type, and say their name', () => {
    const document = describeApi({
      extras: ({ rpc }) => (rpc.name === 'DownloadCatalogue' ? { mediaType: 'text/csv' } : {}),
    });
    expect(document.paths['/v1/catalogue']?.get?.responses['200']).toMatchObject({
      headers: { ETag: {}, 'Content-Disposition': {} },
      content: { 'text/csv': {} },
    });
  });

  test('of a stream come as lines or events', () => {
    const { content } = Object(library.paths['/v1/books:watch']?.get?.responses['200']);
    expect(Object.keys(content)).toEqual(['application/x-ndjson', 'text/event-stream']);
  });

  test('are as the success of the RPC says', () => {
    const document = describeApi({
      success: ({ name }) => (name === 'CreateBook' ? { status: 201, location: '/v1/books/{name}' } : { status: 204 }),
    });
    expect(document.paths['/v1/books']?.post?.responses['201']).toMatchObject({ headers: { Location: {} } });
    expect(document.paths['/v1/books/{name}']?.delete?.responses['204']).toEqual({ description: 'Done.' });
  });
});

describe('schemas', () => {
  test('follow proto3 JSON', () => {
    const document = describeRule({ pattern: { case: 'post', value: '/kinds' }, body: '*' });
    const kinds = document.components.schemas?.Kinds?.properties ?? {};
    expect(kinds.data).toEqual({ type: 'string', contentEncoding: 'base64' });
    expect(kinds.doubleValue).toMatchObject({ anyOf: [{ type: 'number' }, { type: 'string' }] });
    expect(kinds.uint32Value).toMatchObject({ type: 'integer', minimum: 0 });
    expect(kinds.stringWrapper).toEqual({ type: 'string' });
    expect(kinds.value).toEqual({});
    expect(kinds.nested).toEqual({ $ref: '#/components/schemas/Kinds' });
    expect(kinds.counts).toMatchObject({ type: 'object', additionalProperties: { type: 'string', format: 'int64' } });
    expect(kinds.toString).toEqual({ type: 'string' });
    expect(document.components.schemas?.Kinds?.description).toBe(
      'At most one of `choiceText`, `choiceNumber`, `choiceAddress`.',
    );
  });

  test('have the comments', () => {
    const comments: Comments = (declaration) =>
      declaration.kind === 'rpc' ? 'Gives\n`page_size` books. They are\nnot lent.' : `On ${declaration.name}.`;
    const document = describeApi({ comments });
    const get = document.paths['/v1/books']?.get;
    expect(get).toMatchObject({ summary: 'Gives `pageSize` books', description: 'They are not lent.' });
    expect(document.components.schemas?.BookState?.description).toBe(
      'On State.\n\n- `STATE_UNSPECIFIED`: On STATE_UNSPECIFIED.\n- `DRAFT`: On DRAFT.\n- `PRINTED`: On PRINTED.',
    );
    expect(document.components.schemas?.Book?.properties?.title).toEqual({ type: 'string', description: 'On title.' });
  });
});
