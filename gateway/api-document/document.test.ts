import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DescMethod, fromJson, type JsonValue } from '@bufbuild/protobuf';
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ErrorReasonSchema } from '../../gen/numer/errors/v1/error_reason_pb.ts';
import { InvoiceService } from '../../gen/numer/invoice/v1/invoice_service_pb.ts';
import type { OpenApiDocument, Operation, OperationMethod } from '../openapi/document.ts';
import { isPublished, PUBLIC_SERVICES } from '../public-services.ts';
import { compileRoutes, type Route } from '../rest/route.ts';
import { AS_ADA, startTestGateway, type TestGateway } from '../testing/start-test-gateway.ts';
import { EXAMPLES, type Example } from './examples.ts';
import { HEALTH_PATHS } from './health.ts';
import { REASON_STATUSES } from './reason-statuses.ts';
import { REQUEST_EXAMPLES } from './request-examples.ts';

const root = join(import.meta.dirname, '../..');
const file = 'gen/openapi.json';
const text = readFileSync(join(root, file), 'utf8');
const document: OpenApiDocument = JSON.parse(text);
const { routes, router } = compileRoutes([...PUBLIC_SERVICES.keys()], isPublished);

const INVOICE_ID = '01a20317-e095-79e9-9fa1-d00261eb771e';

interface Place {
  readonly method: OperationMethod;
  readonly path: string;
  readonly operation: Operation;
}

const places: readonly Place[] = Object.entries(document.paths).flatMap(([path, item]) =>
  // Only methods are keys of the paths that are written here.
  Object.entries(item).map(([method, operation]) => ({ method: method as OperationMethod, path, operation })),
);
const contractPlaces = places.filter(({ path }) => !Object.hasOwn(HEALTH_PATHS, path));
const nameOf = ({ method, path }: Place) => `${method.toUpperCase()} ${path}`;

/** A path that the operation is called at. */
const pathTo = ({ path }: Place) => path.replaceAll(/\{[^}]*\}/g, INVOICE_ID);

function operation(method: OperationMethod, path: string): Operation {
  const found = document.paths[path]?.[method];
  if (found === undefined) throw new Error(`no ${method} ${path} in ${file}`);
  return found;
}

/** The reason enumeration of each failure, by status, references followed. */
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
    expect(await new Validator().validate(JSON.parse(text))).toEqual({ valid: true });
  });

  test('is clean under an independent linter, examples against their schemas included', () => {
    const run = spawnSync('redocly', ['lint', file, '--config', 'gateway/api-document/redocly.yaml', '--format=json'], {
      cwd: root,
      encoding: 'utf8',
      env: {
        PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}`,
        REDOCLY_TELEMETRY: 'off',
        REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true',
      },
    });
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

describe('the document and the gateway', () => {
  const sent: string[] = [];
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startTestGateway({
      services: {
        invoice: (services) =>
          services.service(InvoiceService, {
            sendInvoice({ invoiceId }) {
              sent.push(invoiceId);
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

  test('an operation without a body is called without one', async () => {
    const place = contractPlaces.find(({ path }) => path === '/invoices/{invoiceId}/send');
    expect(place?.operation.requestBody).toBeUndefined();
    const url = new URL(`/invoices/${INVOICE_ID}/send`, gateway.url);
    expect((await fetch(url, { method: 'POST', headers: AS_ADA })).status).toBe(200);
    expect(sent).toEqual([INVOICE_ID]);
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
    const rows = [...readFileSync(join(root, 'docs/errors.md'), 'utf8').matchAll(/^\| `([A-Z_]+)` \| (\d{3}) \|/gm)];
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
    expect(without.map(nameOf)).toEqual([]);
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

describe('for a reader', () => {
  test('every write whose answer is kept takes an idempotency key', () => {
    const takesKey = (method: OperationMethod, path: string) =>
      operation(method, path).parameters?.some(
        (parameter) => '$ref' in parameter && parameter.$ref.endsWith('/IdempotencyKey'),
      );
    expect(takesKey('patch', '/invoices/{invoiceId}')).toBe(true);
    expect(takesKey('delete', '/customers/{customerId}')).toBe(true);
    expect(takesKey('delete', '/users/{userId}')).toBeFalsy();
    expect(takesKey('post', '/sessions')).toBeFalsy();
    expect(takesKey('get', '/invoices/{invoiceId}')).toBeFalsy();
  });

  const schema = (name: string) => document.components.schemas?.[name];

  test('creating an invoice', () => {
    const create = operation('post', '/invoices');
    expect(create).toMatchObject({
      operationId: 'createInvoice',
      tags: ['Invoice'],
      summary: 'Makes a draft',
      parameters: [{ $ref: '#/components/parameters/IdempotencyKey' }],
      requestBody: {
        required: true,
        content: { 'application/json': { schema: { $ref: '#/components/schemas/InvoiceInput' } } },
      },
      responses: {
        201: {
          headers: {
            ETag: {},
            Location: { schema: { format: 'uri-reference' } },
            'Idempotent-Replayed': {},
            'X-Request-Id': {},
            RateLimit: {},
            'RateLimit-Policy': {},
          },
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Invoice' } } },
        },
        429: { $ref: '#/components/responses/RateLimited' },
      },
    });
    expect(document.components.responses?.RateLimited?.headers).toHaveProperty('Retry-After');
  });

  test('a preview, which has no version', () => {
    expect(operation('post', '/invoices/preview')).toMatchObject({
      responses: { 200: { headers: { RateLimit: {} } } },
    });
    expect(operation('post', '/invoices/preview')).not.toHaveProperty('responses.200.headers.ETag');
  });

  test('what may be said of an invoice, and what is answered', () => {
    expect(schema('InvoiceInput')).toMatchObject({
      type: 'object',
      required: ['customerId', 'dueDate'],
      additionalProperties: false,
      properties: {
        customerId: { type: 'string', format: 'uuid' },
        currencyCode: { type: 'string', pattern: '^[A-Z]{3}$', maxLength: 3 },
        dueDate: { type: 'string', format: 'date' },
        lines: { type: 'array', maxItems: 500, items: { $ref: '#/components/schemas/InvoiceLineInput' } },
      },
    });
    expect(schema('InvoiceInput')?.properties).not.toHaveProperty('totalMinor');
    expect(schema('Invoice')?.properties).toMatchObject({
      totalMinor: { type: 'string', format: 'int64', readOnly: true },
      state: { $ref: '#/components/schemas/InvoiceState', readOnly: true },
      sendTime: { type: 'string', format: 'date-time', readOnly: true },
    });
    expect(schema('Invoice')?.required).toContain('totalMinor');
    expect(schema('Invoice')?.required).not.toContain('sendTime');
    expect(schema('InvoiceState')?.enum).toEqual([
      'STATE_UNSPECIFIED',
      'DRAFT',
      'OPEN',
      'PAID',
      'VOID',
      'UNCOLLECTIBLE',
    ]);
  });

  test('previewing an invoice, which needs less of it than creating one', () => {
    const name = 'PreviewInvoiceRequestInvoice';
    expect(operation('post', '/invoices/preview').requestBody?.content['application/json']).toMatchObject({
      schema: { $ref: `#/components/schemas/${name}` },
    });
    const { required, ...preview } = schema(name) ?? {};
    const { required: _, ...create } = schema('InvoiceInput') ?? {};
    expect([required, preview]).toEqual([undefined, create]);
  });

  test.each([
    ['Quote', ['invoice']],
    ['RecurringInvoice', ['invoice', 'frequency', 'startDate']],
  ])('a %s, whose invoice has no due date: it is not asked for, and empty in an answer', (name, required) => {
    expect(schema(`${name}Input`)).toMatchObject({
      required,
      properties: { invoice: { $ref: `#/components/schemas/${name}InputInvoice` } },
    });
    expect(schema(`${name}InputInvoice`)?.required).toEqual(['customerId']);
    expect(schema(name)?.properties?.invoice).toMatchObject({ $ref: `#/components/schemas/${name}Invoice` });
    const { dueDate } = schema(`${name}Invoice`)?.properties ?? {};
    expect(dueDate).toMatchObject({ pattern: '^$|^[0-9]{4}-[0-9]{2}-[0-9]{2}$' });
    expect(dueDate).not.toHaveProperty('format');
  });

  test('importing a file, which has to be there', () => {
    expect(operation('post', '/customers/import').requestBody?.required).toBe(true);
  });

  test('changing a customer', () => {
    const { parameters, requestBody } = operation('patch', '/customers/{customerId}');
    expect(parameters).toContainEqual({ $ref: '#/components/parameters/IfMatch' });
    expect(requestBody?.content).toMatchObject({ 'application/merge-patch+json': {}, 'application/json': {} });
    expect(schema('CustomerPatch')).toMatchObject({
      additionalProperties: false,
      properties: {
        name: { type: 'string', minLength: 1, maxLength: 200 },
        email: { type: ['string', 'null'], format: 'email' },
      },
    });
    expect(schema('CustomerPatch')).not.toHaveProperty('required');
  });

  test('listing invoices', () => {
    const { parameters, security } = operation('get', '/invoices');
    expect(security).toBeUndefined();
    expect(document.security).toEqual([{ bearer: [] }]);
    expect(parameters).toContainEqual(
      expect.objectContaining({
        name: 'pageSize',
        in: 'query',
        schema: { type: 'integer', format: 'int32', minimum: 0, maximum: 100 },
      }),
    );
    expect(parameters).toContainEqual(
      expect.objectContaining({
        name: 'state',
        schema: expect.objectContaining({
          type: 'array',
          maxItems: 5,
          items: expect.objectContaining({ type: 'string' }),
        }),
      }),
    );
  });

  test('signing in', () => {
    const { security, parameters, responses } = operation('post', '/sessions');
    expect(security).toEqual([]);
    expect(parameters).toBeUndefined();
    expect(responses).toHaveProperty('201');
    expect(schema('CreateSessionRequest')?.properties?.password).toMatchObject({ writeOnly: true, maxLength: 200 });
  });

  test('reminding of an invoice, at one of three times', () => {
    expect(schema('CreateReminderRequest')?.oneOf).toEqual([
      { required: ['daysBeforeDue'] },
      { required: ['daysAfterDue'] },
      { required: ['remindTime'] },
    ]);
  });
});
