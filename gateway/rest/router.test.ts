import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRouter } from './router.ts';
import { parseTemplate } from './template.ts';

/** Routes named by method and template, in an order that must not matter. */
function routerOf(...rules: readonly string[]) {
  const router = createRouter<string>();
  for (const rule of rules) {
    const [method = '', path = ''] = rule.split(' ');
    router.add(method, parseTemplate(path), rule);
  }
  return (method: string, path: string): string => {
    const found = router.find(method, path);
    if (found === undefined) {
      return 'none';
    }
    return 'allow' in found ? `allow ${found.allow.join(' ')}` : found.target;
  };
}

const rules = [
  'GET /**',
  'GET /v1/**',
  'GET /v1/books/{name}',
  'GET /v1/books',
  'POST /v1/books',
  'GET /v1/books/special',
  'POST /v1/books/send',
  'GET /v1/books/{name}/pages/{page}',
  'GET /v1/{parent=shelves/*}/books',
  'GET /v1/{name=shelves/**}',
  'GET /v1/books:watch',
  'POST /v1/books/{name}:lend',
  'POST /v1/{name=**}:cancel',
  'POST /v1/{name=**}:hand%2fover',
  'GET /x%20y/{name}',
  'PURGE /v1/books',
  '* /any/{name}',
  'PUT /any/{name}',
  'HEAD /headed',
  'GET /headed',
];

const cases: readonly [method: string, path: string, target: string][] = [
  ['GET', '/', 'GET /**'],
  ['GET', '/else/where', 'GET /**'],
  ['GET', '/v1', 'GET /v1/**'],
  ['GET', '/v1/', 'GET /v1/**'],
  ['GET', '/v1/a/b/c', 'GET /v1/**'],
  ['GET', '/v1/books', 'GET /v1/books'],
  ['HEAD', '/v1/books', 'GET /v1/books'],
  ['POST', '/v1/books', 'POST /v1/books'],
  ['PURGE', '/v1/books', 'PURGE /v1/books'],
  ['GET', '/v1/books/1', 'GET /v1/books/{name}'],
  ['GET', '/v1/books/special', 'GET /v1/books/special'],
  ['GET', '/v1/books/speci%61l', 'GET /v1/books/special'],
  // The literal has only POST, so the search goes back to the variable.
  ['GET', '/v1/books/send', 'GET /v1/books/{name}'],
  ['POST', '/v1/books/send', 'POST /v1/books/send'],
  // Segments are not empty, except under `**`.
  ['GET', '/v1/books/', 'GET /v1/**'],
  ['GET', '/v1/books/1/pages/2', 'GET /v1/books/{name}/pages/{page}'],
  ['GET', '/v1/books/1/pages', 'GET /v1/**'],
  ['GET', '/v1/shelves/1/books', 'GET /v1/{parent=shelves/*}/books'],
  ['GET', '/v1/shelves/1/books/2', 'GET /v1/{name=shelves/**}'],
  ['GET', '/v1/shelves', 'GET /v1/{name=shelves/**}'],
  ['GET', '/v1/books:watch', 'GET /v1/books:watch'],
  ['GET', '/v1/books%3Awatch', 'GET /v1/**'],
  ['GET', '/v1/books/1:other', 'GET /v1/books/{name}'],
  ['GET', '/v1/books/1:lend', 'GET /v1/books/{name}'],
  ['POST', '/v1/books/1:lend', 'POST /v1/books/{name}:lend'],
  ['POST', '/v1/books/a:b:lend', 'POST /v1/books/{name}:lend'],
  ['POST', '/v1/books/1:cancel', 'POST /v1/{name=**}:cancel'],
  ['POST', '/v1/a/b/c:cancel', 'POST /v1/{name=**}:cancel'],
  ['POST', '/v1:cancel', 'POST /v1/{name=**}:cancel'],
  ['POST', '/v1/a:c%61ncel', 'POST /v1/{name=**}:cancel'],
  ['POST', '/v1/a:hand%2Fover', 'POST /v1/{name=**}:hand%2fover'],
  ['POST', '/v1/books/1:unknown', 'allow GET HEAD'],
  ['DELETE', '/v1/books', 'allow GET HEAD POST PURGE'],
  ['GET', '/x%20y/1', 'GET /x%20y/{name}'],
  ['PUT', '/any/1', 'PUT /any/{name}'],
  ['BREW', '/any/1', '* /any/{name}'],
  ['HEAD', '/headed', 'HEAD /headed'],
];

describe('createRouter', () => {
  test.each(cases)('%s %s', (method, path, target) => {
    expect(routerOf(...rules)(method, path)).toBe(target);
    expect(routerOf(...rules.toReversed())(method, path)).toBe(target);
  });

  test('finds nothing where no template fits', () => {
    const find = routerOf('GET /v1/books', 'GET /v1/{name=books/*}:lend');
    for (const path of [
      '/',
      '/v1',
      '/v1/books/',
      '/v1/books/1',
      '/v2/books',
      '//v1/books',
      '/v1/books/:lend',
      '/v1//books',
    ]) {
      expect(find('GET', path), path).toBe('none');
    }
  });

  test('gives the raw segments, without the verb', () => {
    const router = createRouter<string>();
    router.add('GET', parseTemplate('/a/{x}/{y=**}:verb'), 'target');
    expect(router.find('GET', '/a/1%2F2/b/c:d:verb')).toEqual({
      target: 'target',
      segments: ['a', '1%2F2', 'b', 'c:d'],
    });
  });

  test('keeps the first of two targets at one place and names it', () => {
    const router = createRouter<string>();
    expect(router.add('GET', parseTemplate('/a/{x}'), 'first')).toBeUndefined();
    expect(router.add('GET', parseTemplate('/a/{y=*}'), 'second')).toBe('first');
    expect(router.add('GET', parseTemplate('/a/{y=**}'), 'third')).toBeUndefined();
    expect(router.find('GET', '/a/b')).toMatchObject({ target: 'first' });
  });

  test('takes any path without throwing', () => {
    const find = routerOf(...rules);
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('/', ':', '%', '2', 'F', 'a', '*', '{', '.', 'é') }), (path) => {
        expect(find('GET', `/${path}`)).not.toBe('none');
      }),
    );
  });
});
