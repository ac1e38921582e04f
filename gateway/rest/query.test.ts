import { describe, expect, test } from 'vitest';
import { createAsk } from './testdata/ask.ts';

const { ask } = createAsk({ alwaysEmitImplicit: false });

const accepted: readonly [query: string, message: object][] = [
  ['', {}],
  ['&&', {}],
  ['text=a', { text: 'a' }],
  ['text=', {}],
  ['text', {}],
  ['text=a%20b+c%2B', { text: 'a b c+' }],
  ['text=a=b', { text: 'a=b' }],
  ['%74ext=%C3%A9', { text: 'é' }],
  ['flag=true', { flag: true }],
  ['flag=false', {}],
  ['int32Value=-2147483648', { int32Value: -2147483648 }],
  ['int32_value=7', { int32Value: 7 }],
  ['int32Value=%2B7', { int32Value: 7 }],
  ['uint32Value=4294967295', { uint32Value: 4294967295 }],
  ['sint32Value=-1&sfixed32Value=-1&fixed32Value=1', { sint32Value: -1, sfixed32Value: -1, fixed32Value: 1 }],
  ['int64Value=9007199254740993', { int64Value: '9007199254740993' }],
  ['int64Value=-9223372036854775808', { int64Value: '-9223372036854775808' }],
  ['uint64Value=18446744073709551615', { uint64Value: '18446744073709551615' }],
  ['sint64Value=-1&sfixed64Value=-1&fixed64Value=1', { sint64Value: '-1', sfixed64Value: '-1', fixed64Value: '1' }],
  ['doubleValue=1.5e3', { doubleValue: 1500 }],
  ['doubleValue=-.5', { doubleValue: -0.5 }],
  ['doubleValue=Infinity&floatValue=NaN', { doubleValue: 'Infinity', floatValue: 'NaN' }],
  ['floatValue=1.5', { floatValue: 1.5 }],
  ['data=AQI=', { data: 'AQI=' }],
  ['data=-_8', { data: '+/8=' }],
  ['color=RED', { color: 'RED' }],
  ['color=2', { color: 'GREEN' }],
  ['color=-1', { color: 'INFRA_RED' }],
  ['color=lowercase', { color: 'lowercase' }],
  ['color=77', { color: 77 }],
  ['maybe=0', { maybe: 0 }],
  ['texts=a&texts=&texts=b,c', { texts: ['a', '', 'b,c'] }],
  ['numbers=1&text=x&numbers=2', { numbers: [1, 2], text: 'x' }],
  ['colors=RED&colors=2', { colors: ['RED', 'GREEN'] }],
  ['times=2026-01-31T12:00:00Z', { times: ['2026-01-31T12:00:00Z'] }],
  ['nested.text=a&nested.nested.int32_value=1', { nested: { text: 'a', nested: { int32Value: 1 } } }],
  ['nested.texts=a&nested.texts=b', { nested: { texts: ['a', 'b'] } }],
  ['labels[a]=1&labels[b.c]=2', { labels: { a: '1', 'b.c': '2' } }],
  ['labels.a=1&labels.b.c=2', { labels: { a: '1', 'b.c': '2' } }],
  ['labels[a%5D]=1&labels[]=2', { labels: { 'a]': '1', '': '2' } }],
  ['counts[5]=9&switches[true]=RED', { counts: { 5: '9' }, switches: { true: 'RED' } }],
  ['nested.labels[a]=1', { nested: { labels: { a: '1' } } }],
  ['timestamp=2026-01-31T12:00:00.5%2B01:00', { timestamp: '2026-01-31T11:00:00.500Z' }],
  ['duration=1.5s', { duration: '1.500s' }],
  ['mask=text,nested.int32_value', { mask: 'text,nested.int32Value' }],
  ['mask=nested.int32Value', { mask: 'nested.int32Value' }],
  ['stringWrapper=', { stringWrapper: '' }],
  ['int64Wrapper=5&boolWrapper=false', { int64Wrapper: '5', boolWrapper: false }],
  ['doubleWrapper=0.5&bytesWrapper=AQ', { doubleWrapper: 0.5, bytesWrapper: 'AQ==' }],
  ['struct=%7B%22a%22:1%7D', { struct: { a: 1 } }],
  ['value=[1]&list=[null]', { value: [1], list: [null] }],
  ['choiceText=a', { choiceText: 'a' }],
  ['choiceAddress.city=a', { choiceAddress: { city: 'a' } }],
  ['constructor=a&toString=b', { constructor: 'a', toString: 'b' }],
];

const refused: readonly [query: string, parameter: string, detail: string][] = [
  ['nothing=1', 'nothing', 'is unknown'],
  ['=1', '', 'is unknown'],
  ['Text=1', 'Text', 'is unknown'],
  ['__proto__=1', '__proto__', 'is unknown'],
  ['hasOwnProperty=1', 'hasOwnProperty', 'is unknown'],
  ['__proto__[a]=1', '__proto__[a]', 'is unknown'],
  ['text.a=1', 'text.a', 'is unknown'],
  ['text[]=1', 'text[]', 'is unknown'],
  ['nested=1', 'nested', 'is given by its fields'],
  ['nested.=1', 'nested.', 'is unknown'],
  ['nested.nothing=1', 'nested.nothing', 'is unknown'],
  ['nested[text]=1', 'nested[text]', 'is unknown'],
  ['items=1', 'items', 'cannot be given in a query'],
  ['items.text=1', 'items.text', 'cannot be given in a query'],
  ['children[a]=1', 'children[a]', 'cannot be given in a query'],
  ['labels=1', 'labels', 'is given by its entries, as labels[key]'],
  ['labels[a=1', 'labels[a', 'is given by its entries, as labels[key]'],
  ['any=1', 'any', 'cannot be given in a query'],
  ['timestamp.seconds=1', 'timestamp.seconds', 'is unknown'],
  ['text=a&text=b', 'text', 'is given more than once'],
  ['int32Value=1&int32_value=1', 'int32_value', 'is given more than once'],
  ['labels[a]=1&labels.a=2', 'labels.a', 'is given more than once'],
  ['flag=1', 'flag', 'must be true or false'],
  ['flag', 'flag', 'must be true or false'],
  ['int32Value=', 'int32Value', 'must be a whole number'],
  ['int32Value=2147483648', 'int32Value', 'must be a whole number'],
  ['int32Value=1.5', 'int32Value', 'must be a whole number'],
  ['int32Value=0x10', 'int32Value', 'must be a whole number'],
  ['int32Value=1%20', 'int32Value', 'must be a whole number'],
  ['uint32Value=-1', 'uint32Value', 'must be a whole number from 0'],
  ['int64Value=9223372036854775808', 'int64Value', 'must be a whole number'],
  ['uint64Value=-1', 'uint64Value', 'must be a whole number from 0'],
  ['doubleValue=1e999', 'doubleValue', 'must be a number'],
  ['doubleValue=abc', 'doubleValue', 'must be a number'],
  ['floatValue=1e39', 'floatValue', 'must be a number within'],
  ['data=%21', 'data', 'must be a base64 string'],
  ['color=red', 'color', 'must be one of RED, GREEN, lowercase, INFRA_RED'],
  ['color=', 'color', 'must be one of'],
  ['color=1.5', 'color', 'must be one of'],
  ['numbers=1&numbers=x', 'numbers', 'must be a whole number'],
  ['counts[a]=1', 'counts[a]', 'has a key of the wrong type'],
  ['counts[1]=a', 'counts[1]', 'must be a whole number'],
  ['timestamp=yesterday', 'timestamp', 'must be an RFC 3339 time'],
  ['timestamp=2026-01-31', 'timestamp', 'must be an RFC 3339 time'],
  ['duration=5', 'duration', 'must be a duration'],
  ['duration=1.1234567891s', 'duration', 'must be a duration'],
  ['boolWrapper=yes', 'boolWrapper', 'must be true or false'],
  ['struct=[]', 'struct', 'must be an object'],
  ['struct=x', 'struct', 'must be an object'],
  ['choiceText=a&choiceNumber=1', 'choiceNumber', 'cannot be given together with choiceText'],
  [`${'nested.'.repeat(16)}text=1`, `${'nested.'.repeat(16)}text`, 'is nested too deep'],
];

describe('query parameters', () => {
  test.each(accepted)('?%s', async (query, message) => {
    expect(await ask(`GET /v1/echo?${query}`)).toMatchObject({ status: 200, body: message });
    expect((await ask(`GET /v1/echo?${query}`)).body).toEqual(message);
  });

  test.each(refused)('refuses ?%s', async (query, parameter, detail) => {
    const { status, body } = await ask(`GET /v1/echo?${query}`);
    expect(status).toBe(400);
    expect(body.errors).toHaveLength(1);
    expect(body.errors[0].parameter).toBe(parameter);
    expect(body.errors[0].detail).toContain(detail);
  });

  test('names every wrong parameter at once', async () => {
    const { body } = await ask('GET /v1/books?pageSize=x&nothing=1&filter.author=a');
    expect(body.errors.map((error: { parameter: string }) => error.parameter)).toEqual(['pageSize', 'nothing']);
  });

  test('names the parameters that there are in place of an unknown one', async () => {
    const detailOf = async (path: string) => (await ask(`GET ${path}`)).body.errors[0].detail;
    expect(await detailOf('/v1/books?page=1')).toBe('is unknown; must be one of pageSize, pageToken, states, filter.*');
    expect(await detailOf('/v1/books?filter.writer=a')).toBe(
      'is unknown; must be one of filter.author, filter.publishedAfter',
    );
    expect(await detailOf('/v1/books/1?name_=1')).toBe('is unknown; must be one of readMask');
    expect(await detailOf('/v1/echo?nothing=1'), 'where there are too many to name').toBe('is unknown');
  });

  test('refuses a query that is not percent-encoded UTF-8', async () => {
    for (const query of ['text=%', 'text=%zz', 'text=%ff', '%ff=1']) {
      expect((await ask(`GET /v1/echo?${query}`)).status).toBe(400);
    }
  });

  test('stores the map key __proto__ like any other', async () => {
    const { body } = await ask('GET /v1/echo?labels[__proto__]=x');
    expect(Object.entries(body.labels)).toEqual([['__proto__', 'x']]);
  });

  test('refuses a parameter for what the path or the body gives', async () => {
    expect((await ask('GET /v1/books/1?name=2')).body.errors).toEqual([
      { parameter: 'name', detail: 'is already given by the path' },
    ]);
    expect((await ask('POST /v1/books?book.title=a', {})).body.errors).toEqual([
      { parameter: 'book.title', detail: 'belongs in the body' },
    ]);
    expect((await ask('POST /v1/echo?text=a', {})).body.errors).toEqual([
      { parameter: 'text', detail: 'is unknown; every field belongs in the body' },
    ]);
  });

  test('sets what the body does not', async () => {
    expect((await ask('POST /v1/books?validateOnly=true', { title: 'x' })).status).toBe(200);
  });
});
