import { describe, expect, test } from 'vitest';
import { LibraryService } from './gen/testdata/library_pb.ts';
import { compileRoutes, RuleError } from './route.ts';
import { type RuleInit, serviceWithRules } from './testdata/service-with-rule.ts';

function mistakesOf(rules: Readonly<Record<string, RuleInit>>): readonly string[] {
  try {
    compileRoutes([serviceWithRules(rules)], () => true);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(RuleError);
    return error instanceof RuleError ? error.mistakes : [];
  }
}

const get = (value: string): RuleInit => ({ pattern: { case: 'get', value } });
const post = (value: string, body = ''): RuleInit => ({ pattern: { case: 'post', value }, body });

describe('compileRoutes', () => {
  test('has a route for every binding of every annotated method', () => {
    const { routes } = compileRoutes([LibraryService], () => true);
    expect(routes.map(({ httpMethod, path, rpc }) => `${rpc.name} ${httpMethod} ${path}`)).toEqual([
      'ListBooks GET /v1/books',
      'GetBook GET /v1/books/{name}',
      'GetBook GET /v1/{name=shelves/*/books/*}',
      'CreateBook POST /v1/books',
      'UpdateBook PATCH /v1/books/{book.name}',
      'DeleteBook DELETE /v1/books/{name}',
      'LendBook POST /v1/books/{name}:lend',
      'CloseBook POST /v1/books/{name}:close',
      'ReplaceTags PUT /v1/books/{name}/tags',
      'WatchBooks GET /v1/books:watch',
      'DownloadText GET /v1/books/{name}/text',
      'StreamText GET /v1/books/{name}/text:stream',
      'DownloadCatalogue GET /v1/catalogue',
      'UploadText PUT /v1/books/{name}/text',
      'EchoRaw POST /v1/raw',
      'Echo POST /v1/echo',
      'Echo GET /v1/echo',
      'Echo POST /v1/echo/{nested.nested.text}',
      'Echo SEARCH /v1/echo',
    ]);
  });

  test('leaves out what is not exposed', () => {
    const { routes, router } = compileRoutes([LibraryService], (rpc) => rpc.name === 'ListBooks');
    expect(routes).toHaveLength(1);
    expect(router.find('POST', '/v1/echo')).toBeUndefined();
  });

  test.each([
    [
      'every kind of single value in the path',
      get('/{text}/{flag}/{int64_value}/{double_value}/{data}/{color}/{maybe}'),
    ],
    ['a member of a oneof in the path', get('/{choice_text}')],
    ['nested fields in the path', get('/{nested.nested.text}/{choice_address.city}')],
    ['a path field inside of the body field', post('/{nested.text}', 'nested')],
    ['a list as the body', post('/x', 'texts')],
    ['a map as the body', post('/x', 'labels')],
    ['a single value as the body', post('/x', 'text')],
    ['DELETE with a body', { pattern: { case: 'delete', value: '/x' }, body: '*' }],
    ['a list as the answer', { ...get('/x'), responseBody: 'items' }],
    ['any method', { pattern: { case: 'custom', value: { kind: '*', path: '/x' } } }],
  ] satisfies [string, RuleInit][])('accepts %s', (_, rule) => {
    expect(mistakesOf({ Probe: rule })).toEqual([]);
  });

  const start = 'testdata/library.proto: library.v1.LibraryService.Probe: ';
  test.each([
    ['no pattern', {}, 'the rule has no pattern'],
    ['a broken template', get('/x/{text'), 'GET /x/{text: the variable at position 3 is not closed'],
    ['no slash', get('x'), 'GET x: must start with "/"'],
    ['an unknown field in the path', get('/{nothing}'), 'the path names "nothing", but library.v1.Kinds has no field'],
    [
      'an unknown nested field',
      get('/{nested.nothing}'),
      'the path names "nested.nothing", but library.v1.Kinds has no',
    ],
    ['a JSON name in the path', get('/{int32Value}'), 'the path names "int32Value"'],
    ['a message in the path', get('/{nested}'), 'the path sets "nested", which is a message'],
    ['a well-known type in the path', get('/{timestamp}'), 'the path sets "timestamp", which is a message'],
    ['a list in the path', get('/{texts}'), 'the path sets "texts", which is a list'],
    ['a map in the path', get('/{labels}'), 'the path sets "labels", which is a map'],
    ['a list to go through', get('/{items.text}'), '"items" in "items.text" is not a message'],
    ['a value to go through', get('/{text.a}'), '"text" in "text.a" is not a message'],
    ['a well-known type to go through', get('/{timestamp.seconds}'), '"timestamp" in "timestamp.seconds"'],
    ['GET with a body', { ...get('/x'), body: '*' }, 'GET cannot have a body'],
    [
      'an unknown field as the body',
      post('/x', 'nothing'),
      'body names "nothing", which is not a field of library.v1.Kinds',
    ],
    ['a nested field as the body', post('/x', 'nested.text'), 'body names "nested.text", which is not a field'],
    ['an unknown field as the answer', { ...get('/x'), responseBody: 'nothing' }, 'response_body names "nothing"'],
    [
      'a field that path and body set',
      post('/{text}', 'text'),
      'the field "text" is set by both the path and the body',
    ],
    [
      'a custom kind that is no method',
      { pattern: { case: 'custom', value: { kind: 'A B', path: '/x' } } },
      'custom kind "A B"',
    ],
    ['an empty custom kind', { pattern: { case: 'custom', value: { path: '/x' } } }, 'custom kind ""'],
    [
      'bindings in bindings',
      { ...get('/x'), additionalBindings: [{ ...get('/y'), additionalBindings: [get('/z')] }] },
      'additional_bindings cannot have additional_bindings',
    ],
    [
      'a mistake in an additional binding',
      { ...get('/x'), additionalBindings: [get('/{nothing}')] },
      'GET /{nothing}: the path names',
    ],
    [
      'the same place twice',
      { ...get('/x/{text}'), additionalBindings: [get('/x/{data=*}')] },
      'GET /x/{data=*}: the same requests already go to testdata/library.proto: library.v1.LibraryService.Probe: GET /x/{text}',
    ],
  ] satisfies [string, RuleInit, string][])('refuses %s', (_, rule, mistake) => {
    const mistakes = mistakesOf({ Probe: rule });
    expect(mistakes).toHaveLength(1);
    expect(mistakes[0]).toContain(start);
    expect(mistakes[0]).toContain(mistake);
  });

  test('refuses a stream of requests', () => {
    expect(mistakesOf({ Collect: post('/x', '*') })[0]).toContain('a stream of requests cannot be mapped');
  });

  test('names the mistakes of all methods', () => {
    expect(mistakesOf({ Probe: get('/{nothing}'), Echo: {}, Audit: get('/fine') })).toHaveLength(2);
  });
});
