import { getOption, isFieldSet } from '@bufbuild/protobuf';
import { MethodOptions_IdempotencyLevel, MethodOptionsSchema } from '@bufbuild/protobuf/wkt';
import { describe, expect, test } from 'vitest';
import { rpc } from '../../gen/numer/options/v1/options_pb.ts';
import { fieldAt, isInternal, methods, nameOf, routesOf } from './contracts.ts';

const SUCCESS_STATUSES = [0, 200, 201, 202, 204];
const published = methods.filter((method) => !isInternal(method));
const bindings = published.flatMap((method) => routesOf(method).map((route) => ({ method, route })));

/** A route with the names of its variables taken out: two such that are equal could not be told apart. */
function shapeOf({ verb, path }: { verb: string; path: string }): string {
  return `${verb} ${path.replaceAll(/\{[^}]*\}/g, '{}')}`;
}

describe('RPCs', () => {
  test('there are some', () => {
    expect(methods.length).toBeGreaterThan(0);
  });

  test('each says whether it may be repeated', () => {
    const silent = methods.filter(({ proto }) => {
      return !proto.options || !isFieldSet(proto.options, MethodOptionsSchema.field.idempotencyLevel);
    });
    expect(silent.map(nameOf)).toEqual([]);
  });

  test('each is reachable over REST unless it is internal', () => {
    expect(published.filter((method) => routesOf(method).length === 0).map(nameOf)).toEqual([]);
  });

  test('an internal one has no REST route', () => {
    const internal = methods.filter(isInternal);
    expect(internal.filter((method) => routesOf(method).length > 0).map(nameOf)).toEqual([]);
  });

  test('success is one of the statuses that mean it', () => {
    const odd = methods.filter((method) => !SUCCESS_STATUSES.includes(getOption(method, rpc).successStatus));
    expect(odd.map(nameOf)).toEqual([]);
  });
});

describe('routes', () => {
  test('exactly those without effects are GET', () => {
    const wrong = bindings.filter(({ method, route }) => {
      return (route.verb === 'get') !== (method.idempotency === MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS);
    });
    expect(wrong.map(({ method }) => nameOf(method))).toEqual([]);
  });

  test('only get, post, patch and delete are used, delete and patch for what may be repeated', () => {
    const wrong = bindings.filter(({ method, route }) => {
      const repeatable = method.idempotency === MethodOptions_IdempotencyLevel.IDEMPOTENT;
      return !(route.verb === 'get' || route.verb === 'post' || (/^(patch|delete)$/.test(route.verb) && repeatable));
    });
    expect(wrong.map(({ method, route }) => `${nameOf(method)}: ${route.verb}`)).toEqual([]);
  });

  test('GET and DELETE have no body, POST and PATCH do', () => {
    const wrong = bindings.filter(({ route }) => (route.body === '') !== /^(get|delete)$/.test(route.verb));
    expect(wrong.map(({ method, route }) => `${nameOf(method)}: ${route.verb} ${route.path}`)).toEqual([]);
  });

  test('paths are lower case with dashes and end without a slash', () => {
    const path = /^(\/([a-z][a-z0-9-]*|\{[a-z0-9_.]+\}))+(:[a-z]+)?$/;
    expect(bindings.filter(({ route }) => !path.test(route.path)).map(({ route }) => route.path)).toEqual([]);
  });

  test('variables, body and response body name fields that exist', () => {
    const missing = bindings.flatMap(({ method, route }) => {
      const variables = [...route.path.matchAll(/\{([^}=]+)/g)].map((match) => match[1] ?? '');
      const asked = [...variables, ...(route.body === '' || route.body === '*' ? [] : [route.body])];
      const answered = route.responseBody === '' ? [] : [route.responseBody];
      return [
        ...asked.filter((path) => !fieldAt(method.input, path)),
        ...answered.filter((path) => !fieldAt(method.output, path)),
      ].map((path) => `${nameOf(method)}: ${path}`);
    });
    expect(missing).toEqual([]);
  });

  test('no two RPCs share one', () => {
    const shapes = bindings.map(({ route }) => shapeOf(route));
    expect(shapes.filter((shape, index) => shapes.indexOf(shape) !== index)).toEqual([]);
  });
});

describe('lists', () => {
  const lists = methods.filter(({ name }) => name.startsWith('List'));

  test('each is paged by page_size, page_token and next_page_token', () => {
    const wrong = lists.filter(
      ({ input, output }) =>
        fieldAt(input, 'page_size')?.scalar === undefined ||
        fieldAt(input, 'page_token')?.scalar === undefined ||
        fieldAt(output, 'next_page_token')?.scalar === undefined,
    );
    expect(wrong.map(nameOf)).toEqual([]);
  });

  test('each answers one list', () => {
    const wrong = lists.filter(
      ({ output }) => output.fields.filter((field) => field.fieldKind === 'list').length !== 1,
    );
    expect(wrong.map(nameOf)).toEqual([]);
  });
});
