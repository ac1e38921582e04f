import { describe, expect, test } from 'vitest';
import type { OperationMethod } from '../openapi/document.ts';
import { document, operation } from './testing/generated-document.ts';

describe('for a reader', () => {
  test('a write whose answer is kept takes an idempotency key, and nothing else does', () => {
    const takesKey = (method: OperationMethod, path: string) =>
      (operation(method, path).parameters ?? []).some(
        (parameter) => '$ref' in parameter && parameter.$ref.endsWith('/IdempotencyKey'),
      );
    expect(takesKey('patch', '/invoices/{invoiceId}')).toBe(true);
    expect(takesKey('delete', '/customers/{customerId}')).toBe(true);
    expect(takesKey('delete', '/users/{userId}')).toBe(false);
    expect(takesKey('post', '/sessions')).toBe(false);
    expect(takesKey('get', '/invoices/{invoiceId}')).toBe(false);
  });

  const schema = (name: string) => document.components.schemas?.[name];

  test('creating an invoice', () => {
    const create = operation('post', '/invoices');
    expect(create).toMatchObject({
      operationId: 'createInvoice',
      tags: ['Invoice'],
      summary: 'Creates a draft invoice',
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
      required: ['customerId'],
      additionalProperties: false,
      properties: {
        customerId: { type: 'string', format: 'uuid' },
        currencyCode: { type: 'string', pattern: '^[A-Z]{3}$', maxLength: 3 },
        dueDate: { type: 'string', format: 'date' },
        dueDays: { type: 'integer', minimum: 0, maximum: 3650 },
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
  ])('a %s, whose invoice is one like any other', (name, required) => {
    expect(schema(`${name}Input`)).toMatchObject({
      required,
      properties: { invoice: { $ref: '#/components/schemas/InvoiceInput' } },
    });
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
