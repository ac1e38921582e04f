import type { MessageInitShape } from '@bufbuild/protobuf';
import { ViolationsSchema } from '@bufbuild/protovalidate/gen/buf/validate/validate_pb.js';
import { Code, ConnectError } from '@connectrpc/connect';
import { describe, expect, test } from 'vitest';
import { BadRequestSchema, ErrorInfoSchema, RetryInfoSchema } from './gen/google/rpc/error_details_pb.ts';
import { createAsk } from './testdata/ask.ts';
import type { TranscoderOptions } from './transcoder.ts';

async function failWith(
  error: ConnectError,
  rule = 'GET /v1/books',
  body?: unknown,
  options: Partial<TranscoderOptions> = {},
) {
  const { ask, library } = createAsk(options);
  library.failure = error;
  return await ask(rule, body);
}

describe('an error of a service', () => {
  test.each([
    [Code.InvalidArgument, 400],
    [Code.OutOfRange, 400],
    [Code.Unauthenticated, 401],
    [Code.PermissionDenied, 403],
    [Code.NotFound, 404],
    [Code.AlreadyExists, 409],
    [Code.Aborted, 409],
    [Code.FailedPrecondition, 409],
    [Code.ResourceExhausted, 429],
    [Code.Canceled, 499],
    [Code.Unknown, 500],
    [Code.Internal, 500],
    [Code.DataLoss, 500],
    [Code.Unimplemented, 501],
    [Code.Unavailable, 503],
    [Code.DeadlineExceeded, 504],
  ])('of code %d is answered with %d', async (code, status) => {
    const { body, ...answer } = await failWith(new ConnectError('text', code));
    expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'application/problem+json']);
    expect(body).toMatchObject({ type: 'about:blank', status, instance: '/v1/books' });
    expect(body.title).not.toBe('Error');
  });

  test('keeps its text to itself when it is not meant for the caller', async () => {
    for (const code of [Code.Unknown, Code.Internal, Code.DataLoss]) {
      const details = [{ desc: ErrorInfoSchema, value: { reason: 'SECRET' } }];
      const { body } = await failWith(new ConnectError('password is hunter2', code, undefined, details));
      expect(body).toEqual({ type: 'about:blank', title: 'Internal Server Error', status: 500, instance: '/v1/books' });
    }
    const { body } = await failWith(new ConnectError('connect ECONNREFUSED 10.0.0.1:5432', Code.Unavailable));
    expect(body.detail).not.toContain('10.0.0.1');
  });

  test('has the reason of its status when it brings none', async () => {
    const options = {
      reasonByStatus: { 404: 'MISSING', 500: 'DEFECT' },
      problemType: (reason: string) => `/errors#${reason}`,
    };
    const missing = await failWith(new ConnectError('text', Code.NotFound), 'GET /v1/books', undefined, options);
    expect(missing.body).toMatchObject({ reason: 'MISSING', type: '/errors#MISSING' });
    const details = [{ desc: ErrorInfoSchema, value: { reason: 'SECRET' } }];
    const defect = new ConnectError('text', Code.Internal, undefined, details);
    const { body } = await failWith(defect, 'GET /v1/books', undefined, options);
    expect(body).toMatchObject({ reason: 'DEFECT', type: '/errors#DEFECT' });
  });

  test('carries reason, type and the status of the reason', async () => {
    const details = [{ desc: ErrorInfoSchema, value: { reason: 'ETAG_MISMATCH' } }];
    const error = new ConnectError('The book has changed.', Code.Aborted, undefined, details);
    const options = { statusByReason: { ETAG_MISMATCH: 412 }, problemType: (reason: string) => `/errors#${reason}` };
    const { body } = await failWith(error, 'GET /v1/books', undefined, options);
    expect(body).toEqual({
      type: '/errors#ETAG_MISMATCH',
      title: 'Precondition Failed',
      status: 412,
      detail: 'The book has changed.',
      instance: '/v1/books',
      reason: 'ETAG_MISMATCH',
    });
  });

  test('carries the facts beside its reason, but not those of a defect', async () => {
    const failure = (code: Code) =>
      new ConnectError('text', code, undefined, [
        { desc: ErrorInfoSchema, value: { reason: 'TOO_MANY', metadata: { limit: '100', shelf: 'b' } } },
      ]);
    const { body } = await failWith(failure(Code.FailedPrecondition));
    expect(body).toMatchObject({ reason: 'TOO_MANY', metadata: { limit: '100', shelf: 'b' } });
    expect((await failWith(failure(Code.Internal))).body).not.toHaveProperty('metadata');
  });

  test('says when to try again', async () => {
    const retryAfter = async (code: Code, seconds?: bigint, header?: string) => {
      const details =
        seconds === undefined ? [] : [{ desc: RetryInfoSchema, value: { retryDelay: { seconds, nanos: 1 } } }];
      const error = new ConnectError('', code, header === undefined ? undefined : { 'retry-after': header }, details);
      return (await failWith(error)).headers.get('retry-after');
    };
    expect(await retryAfter(Code.Unavailable)).toBe('1');
    expect(await retryAfter(Code.ResourceExhausted, 4n)).toBe('5');
    expect(await retryAfter(Code.ResourceExhausted, undefined, '30')).toBe('30');
    expect(await retryAfter(Code.NotFound, 4n)).toBeNull();
  });

  test('challenges whoever is not signed in', async () => {
    const plain = new ConnectError('', Code.Unauthenticated);
    expect(
      (await failWith(plain, 'GET /v1/books', undefined, { challenge: 'Bearer realm="x"' })).headers.get(
        'www-authenticate',
      ),
    ).toBe('Bearer realm="x"');
    const own = new ConnectError('', Code.Unauthenticated, { 'www-authenticate': 'Basic' });
    expect((await failWith(own)).headers.get('www-authenticate')).toBe('Basic');
  });
});

describe('field violations', () => {
  const violating = (field: string): ConnectError => {
    const value: MessageInitShape<typeof BadRequestSchema> = { fieldViolations: [{ field, description: 'is wrong' }] };
    return new ConnectError('Invalid.', Code.InvalidArgument, undefined, [{ desc: BadRequestSchema, value }]);
  };

  test.each([
    ['POST /v1/books', 'book.author.family_name', { pointer: '/author/familyName' }],
    ['POST /v1/books', 'book.chapters[0].page_count', { pointer: '/chapters/0/pageCount' }],
    ['POST /v1/books', 'book.labels["a/b.c"]', { pointer: '/labels/a~1b.c' }],
    ['POST /v1/books', 'book.labels[some_key]', { pointer: '/labels/some_key' }],
    ['POST /v1/books', 'book', { pointer: '' }],
    ['POST /v1/books', 'validate_only', { parameter: 'validateOnly' }],
    // Without the request field around it, as a service that checks the resource names it.
    ['POST /v1/books', 'chapters[2].title', { pointer: '/chapters/2/title' }],
    ['POST /v1/books', 'some_thing.else_where', { pointer: '/someThing/elseWhere' }],
    ['PATCH /v1/books/b1', 'book.name', { parameter: 'book.name' }],
    ['PATCH /v1/books/b1', 'book.title', { pointer: '/title' }],
    ['PATCH /v1/books/b1', 'update_mask', { parameter: 'updateMask' }],
    ['PUT /v1/books/b1/tags', 'tags[1]', { pointer: '/1' }],
    ['POST /v1/books/b1:lend', 'reader', { pointer: '/reader' }],
    ['POST /v1/books/b1:lend', 'name', { parameter: 'name' }],
    ['GET /v1/books', 'page_size', { parameter: 'pageSize' }],
    ['GET /v1/books', 'filter.published_after', { parameter: 'filter.publishedAfter' }],
    ['GET /v1/books', 'states[0]', { parameter: 'states' }],
    ['POST /v1/books', '', { pointer: '' }],
    ['GET /v1/books', '][."', { pointer: '/"' }],
  ])('of %s at %s', async (rule, field, place) => {
    const body = rule.startsWith('GET') ? undefined : rule.includes('/tags') ? [] : {};
    const answer = await failWith(violating(field), rule, body);
    expect(answer.body).toMatchObject({ detail: 'Invalid.', errors: [{ ...place, detail: 'is wrong' }] });
  });

  test('of a request as a whole name nothing where it has no body', async () => {
    const { body } = await failWith(violating(''), 'GET /v1/books');
    expect([body.detail, body.errors]).toEqual(['Invalid.', undefined]);
  });

  test('of protovalidate are read as well', async () => {
    const elements = [
      { fieldName: 'book' },
      { fieldName: 'chapters', subscript: { case: 'index', value: 1n } },
      { fieldName: 'page_count' },
    ] as const;
    const labels = [
      { fieldName: 'book' },
      { fieldName: 'labels', subscript: { case: 'stringKey', value: 'a_b' } },
    ] as const;
    const value = {
      violations: [
        { field: { elements: [...elements] }, ruleId: 'int32.gt', message: 'must be greater than 0' },
        { field: { elements: [...labels] }, message: 'is too long' },
        { message: 'does not add up' },
      ],
    };
    const error = new ConnectError('Invalid.', Code.InvalidArgument, undefined, [{ desc: ViolationsSchema, value }]);
    expect((await failWith(error, 'POST /v1/books', {})).body.errors).toEqual([
      { pointer: '/chapters/1/pageCount', detail: 'must be greater than 0' },
      { pointer: '/labels/a_b', detail: 'is too long' },
      { pointer: '', detail: 'does not add up' },
    ]);
  });
});
