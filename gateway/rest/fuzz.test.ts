import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KindsSchema } from './gen/testdata/library_pb.ts';
import { createAsk } from './testdata/ask.ts';

const { ask } = createAsk({ alwaysEmitImplicit: false });

const names = KindsSchema.fields.flatMap((field) => [field.name, field.jsonName]);
const words = [
  '__proto__',
  'constructor',
  'toString',
  'nothing',
  '',
  'a.b',
  '[',
  ']',
  '%',
  '%2F',
  '%ff',
  'é',
  '*',
  ':lend',
];
const name = fc.oneof(fc.constantFrom(...names), fc.constantFrom(...words), fc.string());
const scalar = fc.oneof(
  fc.constantFrom('', 'true', '1', '-1', '1e9', '2026-01-31T12:00:00Z', '1s', 'RED', 'AQ==', '{}', '[]', 'null', 'a,b'),
  fc.string({ unit: 'binary' }),
  fc.double().map(String),
  fc.bigInt().map(String),
);
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.jsonValue(),
    scalar,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(name, tie('value'), { maxKeys: 4, noNullPrototype: false }),
  ),
})).value;

/** Expects an answer or a client error, and no fault of the server. */
function expectNoFault({ status, headers, body }: { status: number; headers: Headers; body: unknown }): void {
  expect(status === 200 || (status >= 400 && status < 500), `${status} ${JSON.stringify(body)}`).toBe(true);
  if (status !== 200 && body !== 'no route') {
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect(body).toMatchObject({ status, type: 'about:blank' });
  }
}

describe('arbitrary input is an answer or a client error', () => {
  test('in the path', async () => {
    const segment = fc.oneof(
      fc.constantFrom('v1', 'books', 'shelves', 'echo', 'text', 'tags', '**', ...words),
      fc.string(),
    );
    const method = fc.constantFrom('GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'SEARCH');
    await fc.assert(
      fc.asyncProperty(method, fc.array(segment, { maxLength: 6 }), async (verb, segments) => {
        const path = segments.join('/').replaceAll(/[\s?#]/g, '');
        const answer = await ask(`${verb} /${path}`);
        if (verb !== 'HEAD') {
          expectNoFault(answer);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('in the query', async () => {
    const parameter = fc.tuple(fc.array(name, { minLength: 1, maxLength: 3 }), scalar).map(([path, value]) => {
      return `${path.map(encodeURIComponent).join('.')}=${encodeURIComponent(value.toWellFormed())}`;
    });
    await fc.assert(
      fc.asyncProperty(fc.array(parameter, { maxLength: 4 }), async (parameters) => {
        expectNoFault(await ask(`GET /v1/echo?${parameters.join('&')}`));
      }),
      { numRuns: 500 },
    );
    await fc.assert(
      fc.asyncProperty(fc.string(), async (query) => {
        expectNoFault(await ask(`GET /v1/echo?${query.replaceAll(/[\s#]/g, '')}`));
      }),
    );
  });

  test('in the body', async () => {
    const rule = fc.constantFrom('POST /v1/echo', 'POST /v1/books', 'PATCH /v1/books/b1', 'PUT /v1/books/b1/tags');
    await fc.assert(
      fc.asyncProperty(rule, json, async (path, body) => {
        const answer = await ask(path, JSON.stringify(body) ?? 'null');
        expectNoFault(answer);
        if (answer.status === 400) {
          expect(answer.body.errors?.length, JSON.stringify(answer.body)).toBeGreaterThan(0);
        }
      }),
      { numRuns: 1000 },
    );
    await fc.assert(
      fc.asyncProperty(rule, fc.uint8Array(), async (path, bytes) => {
        expectNoFault(await ask(path, bytes, { 'content-type': 'application/json' }));
      }),
    );
  });
});
