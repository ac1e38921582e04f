import { createRegistry } from '@bufbuild/protobuf';
import { Int64ValueSchema } from '@bufbuild/protobuf/wkt';
import { describe, expect, test } from 'vitest';
import { BookSchema } from './gen/testdata/library_pb.ts';
import { createAsk } from './testdata/ask.ts';
import { serviceWithRules } from './testdata/service-with-rule.ts';

const { ask, library } = createAsk({ alwaysEmitImplicit: false, maxBodyBytes: 2000 });

describe('bodies', () => {
  test('"*" takes every field from the body, in either spelling', async () => {
    const { status, body } = await ask('POST /v1/echo', { int32Value: 1, int64_value: '2', nested: { text: 'a' } });
    expect(status).toBe(200);
    expect(body).toEqual({ int32Value: 1, int64Value: '2', nested: { text: 'a' } });
  });

  test('"*" goes together with path variables', async () => {
    expect((await ask('POST /v1/books/b1:lend', { reader: 'Ann' })).body).toMatchObject({ name: 'b1', title: 'Ann' });
  });

  test('a field takes the whole body, a repeated one as an array', async () => {
    expect((await ask('POST /v1/books', { title: 'x' })).body).toMatchObject({ title: 'x' });
    expect((await ask('PUT /v1/books/b1/tags', ['a', 'b'])).body).toEqual(['a', 'b']);
    expect((await ask('PUT /v1/books/b1/tags', [])).body).toEqual([]);
  });

  test('an empty body is an empty message', async () => {
    for (const rule of ['POST /v1/echo', 'POST /v1/books', 'POST /v1/books/b1:lend', 'PUT /v1/books/b1/tags']) {
      expect((await ask(rule, '')).status, rule).toBe(200);
      expect((await ask(rule)).status, rule).toBe(200);
    }
  });

  test('a path variable writes into a nested message and into the body', async () => {
    expect((await ask('POST /v1/echo/deep', { int32Value: 1 })).body).toEqual({
      nested: { int32Value: 1, nested: { text: 'deep' } },
    });
    expect((await ask('POST /v1/echo/deep', { nested: null })).body).toEqual({ nested: { nested: { text: 'deep' } } });
  });

  test('the body may repeat a path variable, but not contradict it', async () => {
    expect((await ask('POST /v1/books/b1:lend', { name: 'b1' })).status).toBe(200);
    expect((await ask('POST /v1/books/b1:lend', { name: 'b2' })).body.errors).toEqual([
      { pointer: '/name', detail: 'must be the same as in the path, or left out' },
    ]);
    expect((await ask('POST /v1/echo/deep', { nested: { text: 'other' } })).body.errors[0].pointer).toBe(
      '/nested/text',
    );
    expect((await ask('POST /v1/echo/deep', { nested: [] })).body.errors[0]).toEqual({
      pointer: '/nested',
      detail: 'must be an object',
    });
  });

  test('a request without a body in its rule takes none, but does not mind {}', async () => {
    const sent = (text: string) => ask('POST /v1/books/b1:close', text, { 'content-length': String(text.length) });
    expect((await sent('')).status).toBe(200);
    expect((await sent('{ }')).status).toBe(200);
    expect((await sent('{"a":1}')).status).toBe(400);
  });

  test.each([
    ['application/json; charset=utf-8', 200],
    ['application/json;charset="UTF-8"', 200],
    ['Application/JSON', 200],
    ['application/merge-patch+json', 200],
    ['application/vnd.api+json', 200],
    ['application/json-patch+json', 415],
    ['application/json; charset=latin1', 415],
    ['application/x-www-form-urlencoded', 415],
    ['text/plain', 415],
    ['text/json', 415],
    ['+json', 415],
    ['', 415],
  ])('of type %s is answered with %d', async (type, status) => {
    expect((await ask('POST /v1/echo', '{}', { 'content-type': type })).status).toBe(status);
  });

  test.each([
    ['identity', 200],
    ['Identity', 200],
    ['gzip', 415],
    ['br', 415],
    ['gzip, identity', 415],
    ['', 200],
  ])('of the content coding "%s" is answered with %d', async (coding, status) => {
    const answer = await ask('POST /v1/echo', '{}', { 'content-encoding': coding });
    expect([answer.status, answer.headers.get('accept-encoding')]).toEqual([
      status,
      status === 415 ? 'identity' : null,
    ]);
  });

  test('of bytes have no content coding either, and one that is empty has nothing to decode', async () => {
    const gzip = { 'content-encoding': 'gzip' };
    expect((await ask('POST /v1/raw', new Uint8Array([1]), gzip)).status).toBe(415);
    expect((await ask('POST /v1/echo', '', gzip)).status).toBe(200);
  });

  test('that are too large are refused, announced or not', async () => {
    const large = JSON.stringify({ text: 'x'.repeat(2000) });
    expect((await ask('POST /v1/echo', large)).status).toBe(413);
    expect((await ask('POST /v1/echo', large, { 'content-length': String(large.length) })).status).toBe(413);
    expect((await ask('POST /v1/echo', large, { 'content-length': '10' })).status).toBe(413);
    expect((await ask('POST /v1/echo', '{}', { 'content-length': 'x' })).status).toBe(413);
    expect((await ask('POST /v1/echo', JSON.stringify({ text: 'x'.repeat(1980) }))).status).toBe(200);
  });

  test.each([
    ['{', 'not valid JSON'],
    ['{} {}', 'not valid JSON'],
    ["{'a': 1}", 'not valid JSON'],
    ['nul', 'not valid JSON'],
    ['{"text": NaN}', 'not valid JSON'],
    ['[', 'not valid JSON'],
  ])('%s is refused', async (text, why) => {
    const { status, body } = await ask('POST /v1/echo', text);
    expect(status).toBe(400);
    expect(body.detail).toContain(why);
  });

  test('must be UTF-8', async () => {
    expect((await ask('POST /v1/echo', new Uint8Array([0x7b, 0xff, 0x7d]))).body.detail).toContain('UTF-8');
  });

  test('are not nested deeper than 100 levels', async () => {
    const deep = (levels: number) => `{"value":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;
    expect((await ask('POST /v1/echo', deep(40))).status).toBe(200);
    expect((await ask('POST /v1/echo', deep(100))).status).toBeLessThan(500);
    expect((await ask('POST /v1/echo', deep(101))).body.detail).toContain('100 levels');
    expect((await ask('POST /v1/echo', deep(900))).status).toBe(400);
  });

  test('have no more values than they may', async () => {
    const few = createAsk({ maxBodyValues: 10 });
    expect((await few.ask('POST /v1/echo', { numbers: [1, 2, 3, 4, 5, 6, 7] })).status).toBe(200);
    const many = await few.ask('POST /v1/echo', { numbers: [1, 2, 3, 4, 5, 6, 7, 8, 9] });
    expect([many.status, many.body.detail]).toEqual([413, 'The body has more than 10 values.']);
  });

  test('have no object of more than 1000 members', async () => {
    const labels = (members: number) =>
      Object.fromEntries(Array.from({ length: members }, (_, at) => [`{,${at}`, '"']));
    const large = createAsk({ maxBodyBytes: 100_000 });
    const nested = { items: [{ labels: labels(990) }, { labels: labels(1000) }], numbers: Array(3000).fill(1) };
    expect((await large.ask('POST /v1/echo', nested)).status).toBe(200);
    const { status, body } = await large.ask('POST /v1/echo', { nested: { labels: labels(1001) } });
    expect([status, body.detail]).toEqual([413, 'The body has more than 1000 members in one object.']);
  });

  test.each([
    ['{"text":"a","text":"a"}', '/text'],
    ['{"text":"a","te\\u0078t":"b"}', '/text'],
    ['{"nested":{"items":[{},{"text":"","text":""}]}}', '/nested/items/1/text'],
    ['{"labels":{"a/b~":"1","a/b~":"2"}}', '/labels/a~1b~0'],
    ['{"text":"a","__proto__":{},"__proto__":{}}', '/__proto__'],
  ])('%s has a key twice', async (text, pointer) => {
    const { status, body } = await ask('POST /v1/echo', text);
    expect(status).toBe(400);
    expect(body.errors).toEqual([{ pointer, detail: 'is given twice' }]);
  });

  test.each([
    '{"labels":{"a":"{\\"a\\":1,\\"a\\":2}","b":"\\\\"},"text":"a,\\"b"}',
    '{"items":[{"text":"a"},{"text":"a"}],"text":"b"}',
    '{"nested":{"text":"a"},"text":"a","struct":{"text":{"text":1}}}',
  ])('%s has no key twice', async (text) => {
    expect((await ask('POST /v1/echo', text)).status).toBe(200);
  });

  test.each([
    ['{"int64Value":9223372036854775807}', { int64Value: '9223372036854775807' }],
    ['{"int64_value":-9223372036854775808}', { int64Value: '-9223372036854775808' }],
    ['{"uint64Value":18446744073709551615}', { uint64Value: '18446744073709551615' }],
    ['{"int64Value":9.007199254740993e15}', { int64Value: '9007199254740993' }],
    ['{"int64Value":90071992547409930e-1}', { int64Value: '9007199254740993' }],
    ['{"uint64Value":1e19}', { uint64Value: '10000000000000000000' }],
    ['{"int64Wrapper":9007199254740993}', { int64Wrapper: '9007199254740993' }],
    [
      '{"nested":{"items":[{},{"sfixed64Value":9007199254740993}]}}',
      { nested: { items: [{}, { sfixed64Value: '9007199254740993' }] } },
    ],
    ['{"counts":{"1":9007199254740993}}', { counts: { 1: '9007199254740993' } }],
    [
      '{"doubleValue":9007199254740993,"struct":{"a":[9007199254740993]}}',
      { doubleValue: 9007199254740992, struct: { a: [9007199254740992] } },
    ],
    ['{"int64Value":"-007","text":" 0x10 ","labels":{"a":" ","b":"+1"}}', { int64Value: '-7', text: ' 0x10 ' }],
  ])('%s keeps every digit that its fields can hold', async (text, message) => {
    expect((await ask('POST /v1/echo', text)).body).toMatchObject(message);
  });

  test.each([
    ['library.v1.Book', 'priceMinor'],
    ['google.protobuf.Int64Value', 'value'],
  ])('keep every digit of a %s in an Any', async (type, key) => {
    const { ask } = createAsk({ registry: createRegistry(BookSchema, Int64ValueSchema) });
    const any = { '@type': `type.googleapis.com/${type}` };
    const { body } = await ask(
      'POST /v1/echo',
      `{"any":${JSON.stringify({ ...any, [key]: 1 }).replace('1}', '9007199254740993}')}}`,
    );
    expect(body.any).toMatchObject({ ...any, [key]: '9007199254740993' });
  });

  test('that are one integer keep its digits as well', async () => {
    const { ask } = createAsk({
      services: [serviceWithRules({ Probe: { pattern: { case: 'post', value: '/v1/probe' }, body: 'int64_value' } })],
    });
    expect((await ask('POST /v1/probe', ' 9007199254740993 ')).body).toMatchObject({ int64Value: '9007199254740993' });
  });

  test('cannot reach a prototype', async () => {
    const { status, body } = await ask('POST /v1/echo', '{"__proto__":{"text":"x"}}');
    expect(status).toBe(400);
    expect(body.errors).toEqual([{ pointer: '/__proto__', detail: 'is unknown' }]);
    const { labels } = (await ask('POST /v1/echo', '{"labels":{"__proto__":"x"}}')).body;
    expect(Object.entries(labels)).toEqual([['__proto__', 'x']]);
    expect(Object.hasOwn(Object.prototype, 'text')).toBe(false);
  });
});

describe('what does not fit', () => {
  const cases: readonly [body: unknown, pointer: string, detail: string][] = [
    [[], '', 'must be an object'],
    ['"text"', '', 'must be an object'],
    ['null', '', 'must be an object'],
    [{ nothing: 1 }, '/nothing', 'is unknown'],
    [{ nested: { nothing: 1 } }, '/nested/nothing', 'is unknown'],
    [{ 'a/b': 1 }, '/a~1b', 'is unknown'],
    [{ text: 1 }, '/text', 'must be a string'],
    [{ text: 'a\ud800b' }, '/text', 'must be valid Unicode text'],
    [{ texts: ['a', '\ud800'] }, '/texts/1', 'must be valid Unicode text'],
    [{ labels: { a: '\udfff' } }, '/labels/a', 'must be valid Unicode text'],
    [{ labels: { '\ud800': 'a' } }, '/labels/\ud800', 'has a key that must be valid Unicode text'],
    [{ flag: 'true' }, '/flag', 'must be true or false'],
    [{ int32Value: 1.5 }, '/int32Value', 'must be a whole number'],
    [{ int32Value: 2147483648 }, '/int32Value', 'must be a whole number'],
    [{ uint32Value: -1 }, '/uint32Value', 'must be a whole number'],
    [{ int64Value: '9223372036854775808' }, '/int64Value', 'must be a whole number'],
    ['{"int64Value": 9223372036854775808}', '/int64Value', 'a whole number of 64 bits'],
    ['{"uint64Value": -9223372036854775808}', '/uint64Value', 'a whole number from 0'],
    ['{"int64Value": 9007199254740993.5}', '/int64Value', 'a whole number of 64 bits'],
    ['{"int64Value": 1e400}', '/int64Value', 'a whole number of 64 bits'],
    ['{"int64Wrapper": 1e19}', '/int64Wrapper', 'a whole number of 64 bits'],
    ['{"nested":{"counts":{"1":12345678901234567890}}}', '/nested/counts/1', 'a whole number of 64 bits'],
    // BigInt and Number accept all of these, and a blank as zero.
    ...['0x10', '0b11', '0o7', '+5', ' 5', '5\n', ' ', ' '.repeat(100)].flatMap((text): typeof cases => [
      [{ int64Value: text }, '/int64Value', 'a whole number of 64 bits'],
      [{ uint32Value: text }, '/uint32Value', 'a whole number'],
    ]),
    [{ nested: { counts: { 1: '0x1' } } }, '/nested/counts/1', 'a whole number of 64 bits'],
    [{ int64Wrapper: ' ' }, '/int64Wrapper', 'a whole number of 64 bits'],
    ['{"doubleValue": 1e999}', '/doubleValue', 'must be a number'],
    [{ data: '!' }, '/data', 'must be a base64 string'],
    [{ color: 'PURPLE' }, '/color', 'must be one of'],
    [{ texts: 'a' }, '/texts', 'must be an array'],
    [{ texts: ['a', 1] }, '/texts/1', 'must be a string'],
    [{ texts: [null] }, '/texts/0', 'must be a string'],
    [{ items: [{}, { text: 1 }] }, '/items/1/text', 'must be a string'],
    [{ items: [null] }, '/items/0', 'must be an object'],
    [{ labels: [] }, '/labels', 'must be an object'],
    [{ labels: { a: 1 } }, '/labels/a', 'must be a string'],
    [{ labels: { a: null } }, '/labels/a', 'must be a string'],
    [{ counts: { a: '1' } }, '/counts/a', 'must be a whole number'],
    [{ children: { a: { text: 1 } } }, '/children/a/text', 'must be a string'],
    [{ nested: 1 }, '/nested', 'must be an object'],
    [{ timestamp: '2026-01-31' }, '/timestamp', 'must be an RFC 3339 time'],
    [{ duration: 5 }, '/duration', 'must be a duration'],
    [{ duration: '1.1234567891s' }, '/duration', 'must be a duration'],
    [{ mask: 'a_b' }, '/mask', 'must be a string of field paths'],
    [{ struct: [] }, '/struct', 'must be an object'],
    [{ any: { '@type': 'x/y' } }, '/any', 'must be an object with "@type"'],
    [{ choiceText: 'a', choiceNumber: 1 }, '/choiceNumber', 'cannot be given together with choiceText'],
    [{ int32Value: 1, int32_value: 1 }, '/int32_value', 'is given twice'],
  ];

  test.each(cases)('%j: %s', async (body, pointer, detail) => {
    const answer = await ask('POST /v1/echo', body);
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toHaveLength(1);
    expect(answer.body.errors[0].pointer).toBe(pointer);
    expect(answer.body.errors[0].detail).toContain(detail);
  });

  test('is named all at once, up to a limit', async () => {
    const { body } = await ask('POST /v1/echo', { a: 1, text: 2, nested: { flag: 3 } });
    expect(body.errors.map((error: { pointer: string }) => error.pointer)).toEqual(['/a', '/text', '/nested/flag']);
    const many = await ask('POST /v1/echo', Object.fromEntries(Array.from({ length: 99 }, (_, n) => [`x${n}`, 1])));
    expect(many.body.errors).toHaveLength(20);
  });

  test('has pointers relative to the body that was sent', async () => {
    expect((await ask('POST /v1/books', { author: { nothing: 1 } })).body.errors[0].pointer).toBe('/author/nothing');
    expect((await ask('PUT /v1/books/b1/tags', ['a', 1])).body.errors[0].pointer).toBe('/1');
    expect((await ask('POST /v1/books', [])).body.errors[0]).toEqual({ pointer: '', detail: 'must be an object' });
  });

  test('never reaches the service', async () => {
    const before = library.calls.length;
    await ask('POST /v1/echo', { nothing: 1 });
    expect(library.calls).toHaveLength(before);
  });
});

describe('path variables', () => {
  test.each([
    ['GET /v1/books/a%20b', 'a b'],
    ['GET /v1/books/a%2Fb%2fc', 'a/b/c'],
    ['GET /v1/books/a+b', 'a+b'],
    ['GET /v1/books/%C3%A9', 'é'],
    ['GET /v1/books/a:b', 'a:b'],
    ['GET /v1/shelves/1/books/2', 'shelves/1/books/2'],
    ['GET /v1/shelves/a%20b/books/c%2Fd%2f%25', 'shelves/a b/books/c%2Fd%2f%'],
  ])('%s names %s', async (rule, name) => {
    expect((await ask(rule)).body.name).toBe(name);
  });

  test('must be percent-encoded UTF-8', async () => {
    for (const path of ['%', '%zz', '%ff', 'a%E0%A4']) {
      expect((await ask(`GET /v1/books/${path}`)).status, path).toBe(400);
      expect((await ask(`GET /v1/shelves/${path}/books/1`)).status, path).toBe(400);
    }
  });
});

describe('raw bodies', () => {
  test('are taken and given as they are', async () => {
    const sent = await ask('PUT /v1/books/b1/text', new Uint8Array([0, 255]), { 'content-type': 'image/png' });
    expect(sent.body.title).toBe('image/png: 2 bytes');
    const echoed = await ask('POST /v1/raw', 'a,b\n', { 'content-type': 'text/csv', accept: 'text/csv' });
    expect([echoed.status, echoed.headers.get('content-type'), echoed.body]).toEqual([200, 'text/csv', 'a,b\n']);
    const text = await ask('GET /v1/books/b1/text');
    expect([text.headers.get('content-type'), text.body]).toEqual(['text/plain', 'text of b1']);
  });

  test('are limited as well', async () => {
    expect((await ask('PUT /v1/books/b1/text', 'x'.repeat(2001), { 'content-type': 'text/plain' })).status).toBe(413);
  });
});
