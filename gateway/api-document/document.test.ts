import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DescMethod, fromJson, type JsonValue } from '@bufbuild/protobuf';
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ErrorReasonSchema } from '../../gen/numer/errors/v1/error_reason_pb.ts';
import { InvoiceService } from '../../gen/numer/invoice/v1/invoice_service_pb.ts';
import type { Operation, OperationMethod } from '../openapi/document.ts';
import { isPublished, PUBLIC_SERVICES } from '../public-services.ts';
import { compileRoutes, type Route } from '../rest/route.ts';
import { AS_ADA, startTestGateway, type TestGateway } from '../testing/start-test-gateway.ts';
import { EXAMPLES, type Example } from './examples.ts';
import { HEALTH_PATHS } from './health.ts';
import { REASON_STATUSES } from './reason-statuses.ts';
import { REQUEST_EXAMPLES } from './request-examples.ts';
import { DOCUMENT_FILE, document, operation, ROOT } from './testing/generated-document.ts';

const { routes, router } = compileRoutes([...PUBLIC_SERVICES.keys()], isPublished);

const INVOICE_ID = '01a20317-e095-79e9-9fa1-d00261eb771e';

interface Place {
  readonly method: OperationMethod;
  readonly path: string;
  readonly operation: Operation;
}

const places: readonly Place[] = Object.entries(document.paths).flatMap(([path, item]) =>
  // The paths in the document have only methods as keys.
  Object.entries(item).map(([method, operation]) => ({ method: method as OperationMethod, path, operation })),
);
const contractPlaces = places.filter(({ path }) => !Object.hasOwn(HEALTH_PATHS, path));
const nameOf = ({ method, path }: Place) => `${method.toUpperCase()} ${path}`;

/** The concrete path of a call of the operation. */
const pathTo = ({ path }: Place) => path.replaceAll(/\{[^}]*\}/g, INVOICE_ID);

/** The reasons of each failure, by status, with references resolved. */
function reasonsOf({ responses }: Operation): Record<string, readonly JsonValue[]> {
  return Object.fromEntries(
    Object.entries(responses).flatMap(([status, response]) => {
      const name = '$ref' in response ? response.$ref.split('/').at(-1) : undefined;
      const answer = name === undefined ? response : document.components.responses?.[name];
      const content = answer === undefined || '$ref' in answer ? undefined : answer.content;
      const reasons = content?.['application/problem+json']?.schema?.allOf?.[1]?.properties?.reason?.enum;
      return reasons === undefined ? [] : [[status, reasons]];
    }),
  );
}

describe('the document', () => {
  test('is valid by an independent validator', async () => {
    expect(await new Validator().validate({ ...structuredClone(document) })).toEqual({ valid: true });
  });

  test('is clean under an independent linter, examples against their schemas included', () => {
    const run = spawnSync(
      'redocly',
      ['lint', DOCUMENT_FILE, '--config', 'gateway/api-document/redocly.yaml', '--format=json'],
      {
        cwd: ROOT,
        encoding: 'utf8',
        env: {
          PATH: `${join(ROOT, 'node_modules/.bin')}:${process.env.PATH}`,
          REDOCLY_TELEMETRY: 'off',
          REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true',
        },
      },
    );
    expect(JSON.parse(run.stdout)).toMatchObject({ totals: { errors: 0, warnings: 0, ignored: 0 }, problems: [] });
    expect(run.status).toBe(0);
  });

  test('describes everything in words', () => {
    const silent = places.filter(({ operation: { summary, operationId } }) => summary === operationId).map(nameOf);
    expect(silent).toEqual([]);
    const fields = Object.entries(document.components.schemas ?? {}).flatMap(([name, { properties = {} }]) =>
      Object.entries(properties).flatMap(([field, { description }]) => (description ? [] : [`${name}.${field}`])),
    );
    expect(fields).toEqual([]);
  });
});

test('offers no page of a list whose file has all of it', () => {
  const offered = places.flatMap((place) =>
    (place.operation.parameters ?? []).flatMap((each) =>
      'name' in each && /^filter\.page/.test(each.name) ? [`${nameOf(place)} ${each.name}`] : [],
    ),
  );
  expect(offered).toEqual([]);
});

test('every answer says its media type', () => {
  const untold = places.filter(({ operation: { responses } }) =>
    Object.values(responses).some((response) => 'content' in response && '*/*' in (response.content ?? {})),
  );
  expect(untold.map(nameOf)).toEqual([]);
});

describe('the document and the gateway', () => {
  const called: string[] = [];
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startTestGateway({
      services: {
        invoice: (services) =>
          services.service(InvoiceService, {
            voidInvoice({ invoiceId }) {
              called.push(`void ${invoiceId}`);
              return { invoice: { id: invoiceId } };
            },
            sendInvoice({ invoiceId, message }) {
              called.push(`send ${invoiceId}${message}`);
              return { invoice: { id: invoiceId } };
            },
          }),
      },
    });
  });
  afterAll(() => gateway.stop(0));

  test('every route is in the document, under its RPC and with its parameters', () => {
    const missing = routes.filter((route) => !contractPlaces.some((place) => leadsTo(place, route)));
    expect(missing.map(({ httpMethod, path }) => `${httpMethod} ${path}`)).toEqual([]);
    expect(contractPlaces).toHaveLength(routes.length);
  });

  test('every operation leads to the RPC it is named after', () => {
    const astray = contractPlaces.filter((place) => {
      const found = router.find(place.method.toUpperCase(), pathTo(place));
      return (
        found === undefined ||
        !('target' in found) ||
        !place.operation.operationId.startsWith(found.target.rpc.localName)
      );
    });
    expect(astray.map(nameOf)).toEqual([]);
  });

  test('every operation is served, to the public or not as it says', async () => {
    const answers = await Promise.all(
      places.map(async (place) => {
        const response = await fetch(new URL(pathTo(place), gateway.url), { method: place.method.toUpperCase() });
        const isOpen = place.operation.security?.length === 0;
        return { place: nameOf(place), isOpen, status: response.status };
      }),
    );
    expect(answers.filter(({ isOpen, status }) => isOpen === (status === 401))).toEqual([]);
    expect(answers.filter(({ status }) => status === 404 || status === 405)).toEqual([]);
  });

  test.each([
    ['without a body', 'void', undefined],
    ['whose body may be left out', 'send', { required: false }],
  ] as const)('an operation %s is called without one', async (_, action, body) => {
    const place = contractPlaces.find(({ path }) => path === `/invoices/{invoiceId}/${action}`);
    if (body === undefined) expect(place?.operation.requestBody).toBeUndefined();
    else expect(place?.operation.requestBody).toMatchObject(body);
    const url = new URL(`/invoices/${INVOICE_ID}/${action}`, gateway.url);
    expect((await fetch(url, { method: 'POST', headers: AS_ADA })).status).toBe(200);
    expect(called.at(-1)).toBe(`${action} ${INVOICE_ID}`);
  });
});

function leadsTo(place: Place, route: Route): boolean {
  const found = router.find(place.method.toUpperCase(), pathTo(place));
  if (found === undefined || !('target' in found) || found.target !== route) return false;
  const inPath = place.operation.parameters?.filter((each) => 'in' in each && each.in === 'path') ?? [];
  return inPath.length === route.variables.length;
}

describe('failures', () => {
  test('have the statuses of docs/errors.md', () => {
    const rows = [...readFileSync(join(ROOT, 'docs/errors.md'), 'utf8').matchAll(/^\| `([A-Z_]+)` \| (\d{3}) \|/gm)];
    const unused = ErrorReasonSchema.values.filter(({ deprecated }) => deprecated).map(({ name }) => name);
    const used = Object.entries(REASON_STATUSES).filter(([reason]) => !unused.includes(reason));
    expect(rows.map(([, reason]) => reason).toSorted()).toEqual(used.map(([reason]) => reason).toSorted());
    expect(Object.fromEntries(rows.map(([, reason, status]) => [reason, Number(status)]))).toEqual(
      Object.fromEntries(used),
    );
  });

  test('of every operation of the contract are told, the caller’s own included', () => {
    const silent = contractPlaces.filter(({ operation: { responses } }) => !('400' in responses && '429' in responses));
    expect(silent.map(nameOf)).toEqual([]);
  });

  test('tell of an id in the path that there may be no such thing', () => {
    const silent = contractPlaces.filter(
      ({ path, operation: { responses } }) => path.includes('{') && !('404' in responses),
    );
    expect(silent.map(nameOf)).toEqual([]);
  });

  test('of sending an invoice are those that its comment names, and those of every write', () => {
    expect(reasonsOf(operation('post', '/invoices/{invoiceId}/send'))).toEqual({
      400: ['INVALID_ARGUMENT'],
      401: ['UNAUTHENTICATED'],
      403: ['PERMISSION_DENIED'],
      404: ['INVOICE_NOT_FOUND'],
      409: [
        'INVOICE_STATE',
        'INVOICE_EMPTY',
        'INVOICE_HAS_PAYMENTS',
        'INVOICE_HAS_WRITE_OFFS',
        'INVOICE_HAS_CREDIT_NOTES',
        'CUSTOMER_DELETED',
        'CUSTOMER_WITHOUT_EMAIL',
        'NUMBER_TAKEN',
        'CONFLICT',
      ],
      412: ['ETAG_MISMATCH'],
      413: ['BODY_TOO_LARGE'],
      415: ['UNSUPPORTED_MEDIA_TYPE'],
      422: ['IDEMPOTENCY_KEY_REUSED'],
      429: ['RATE_LIMITED'],
      default: ['NOT_ACCEPTABLE', 'INTERNAL', 'UNAVAILABLE', 'DEADLINE_EXCEEDED'],
    });
  });
});

describe('examples', () => {
  const requests = [...REQUEST_EXAMPLES].map(([rpc, request]): [DescMethod, Example] => [rpc, { request }]);
  const examples = [...EXAMPLES, ...requests].map(([rpc, example]) => [rpc.name, rpc, example] as const);

  test.each(examples)('of %s are messages of its contract', (_, rpc, { request, response }) => {
    const [route] = routes.filter((candidate) => candidate.rpc === rpc);
    const requestOf = (body: JsonValue) =>
      route?.body.kind === 'field' ? { [route.body.field.jsonName]: body } : body;
    const isFile = route?.body.kind !== 'none' && route?.body.raw;
    if (request !== undefined && !isFile) expect(() => fromJson(rpc.input, requestOf(request))).not.toThrow();
    if (response !== undefined) expect(() => fromJson(rpc.output, wrapped(route, response))).not.toThrow();
  });

  test('are there for every request with a body', () => {
    const without = contractPlaces.filter(({ operation: { requestBody } }) =>
      Object.values(requestBody?.content ?? {}).some(({ example }) => example === undefined),
    );
    // An image cannot be written as text.
    expect(without.map(nameOf)).toEqual(['POST /users/{userId}/logo']);
  });

  test('are there for every step of the walk', () => {
    const walk = ['createUser', 'createSession', 'createCustomer', 'createInvoice', 'sendInvoice', 'recordPayment'];
    const names = new Set([...EXAMPLES.keys()].map(({ localName }: DescMethod) => localName));
    expect(walk.filter((name) => !names.has(name))).toEqual([]);
  });
});

function wrapped(route: Route | undefined, body: JsonValue): JsonValue {
  return route?.responseBody === undefined ? body : { [route.responseBody.jsonName]: body };
}
