import type { DescService } from '@bufbuild/protobuf';
import { createClient } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-node';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { InvoiceService } from '../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { ReminderService } from '../../gen/numer/reminder/v1/reminder_service_pb.ts';
import { AS_ADA, startTestGateway, type TestGateway } from '../testing/start-test-gateway.ts';

let gateway: TestGateway;
/** The amounts that the service was called with. */
const amounts: (bigint | undefined)[] = [];
beforeAll(async () => {
  gateway = await startTestGateway({
    services: {
      invoice: (router) =>
        router.service(InvoiceService, {
          recordPayment({ amountMinor }) {
            amounts.push(amountMinor);
            return {};
          },
          previewInvoice({ invoice }) {
            amounts.push(invoice?.lines[1]?.allowances[0]?.amountMinor);
            return {};
          },
        }),
      reminder: (router) => router.service(ReminderService, { createReminder: () => ({}) }),
    },
  });
});
afterAll(() => gateway.stop());
afterEach(() => {
  amounts.length = 0;
});

function post(
  rpc: string,
  body: string,
  contentType = 'application/json',
  of: DescService = InvoiceService,
): Promise<Response> {
  const headers = { ...AS_ADA, 'content-type': contentType };
  return fetch(`${gateway.url}/${of.typeName}/${rpc}`, { method: 'POST', headers, body });
}

const BEYOND = '9007199254740993';
const ODD = [
  '" "',
  '"0x10"',
  '"+5"',
  '" 5"',
  '"5 "',
  '"0b1"',
  '"\\u0020"',
  `"${' '.repeat(200)}"`,
  `"0x${'0'.repeat(200)}1"`,
];

test.each([...ODD, BEYOND])('%s is no amount over Connect with JSON', async (amount) => {
  const response = await post('RecordPayment', `{"invoiceId": "i", "amount_minor": ${amount}}`);
  const field = {
    field: 'amount_minor',
    description: 'must be a whole number of 64 bits',
    reason: 'INVALID_ARGUMENT',
  };
  expect([response.status, await response.json()]).toMatchObject([
    400,
    {
      code: 'invalid_argument',
      message: 'amount_minor must be a whole number of 64 bits',
      details: [
        { type: 'google.rpc.ErrorInfo', debug: { reason: 'INVALID_ARGUMENT' } },
        { type: 'google.rpc.BadRequest', debug: { fieldViolations: [field] } },
      ],
    },
  ]);
  expect(amounts).toEqual([]);
});

test.each(ODD)('%s is no amount over REST', async (amountMinor) => {
  const init = { method: 'POST', headers: { ...AS_ADA, 'content-type': 'application/json' } };
  const response = await fetch(`${gateway.url}/invoices/i/payments`, {
    ...init,
    body: `{"amountMinor": ${amountMinor}}`,
  });
  expect([response.status, await response.json()]).toMatchObject([400, { errors: [{ pointer: '/amountMinor' }] }]);
  expect(amounts).toEqual([]);
});

test('it is found in lists of messages, and by gRPC-web with JSON', async () => {
  const body = JSON.stringify({ invoice: { lines: [{}, { allowances: [{ amountMinor: ' ' }] }] } });
  const message = 'invoice.lines[1].allowances[0].amount_minor must be a whole number of 64 bits';
  expect(await (await post('PreviewInvoice', body)).json()).toMatchObject({ message });
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(body.length, 1);
  const response = await post('PreviewInvoice', prefix.toString('latin1') + body, 'application/grpc-web+json');
  expect(response.headers.get('grpc-status') ?? (await response.text())).toMatch(/3/);
  expect(amounts).toEqual([]);
});

test('it is found in the URL of a GET', async () => {
  const message = '{"invoice": {"lines": [{}, {"allowances": [{"amountMinor": "0x10"}]}]}}';
  for (const how of [{ message }, { message: Buffer.from(message).toString('base64url'), base64: '1' }]) {
    const query = new URLSearchParams({ connect: 'v1', encoding: 'json', ...how });
    const url = `${gateway.url}/${InvoiceService.typeName}/PreviewInvoice?${query}`;
    const response = await fetch(url, { headers: AS_ADA });
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { message: 'invoice.lines[1].allowances[0].amount_minor must be a whole number of 64 bits' },
    ]);
  }
  expect(amounts).toEqual([]);
});

test.each([
  ['5', 5n],
  ['"5"', 5n],
  ['"-5"', -5n],
  ['"9007199254740993"', 9_007_199_254_740_993n],
  ['null', 0n],
])('%s is an amount', async (text, amount) => {
  const response = await post('RecordPayment', `{"amountMinor": ${text}, "method": " ", "reference": "0x10"}`);
  expect([response.status, amounts]).toEqual([200, [amount]]);
});

test.each([
  [
    'RecordPayment',
    { invoiceId: 'i', amountMinor: '5', overpayment: 'REFUZE' },
    'overpayment must be one of REFUSE, CREDIT',
  ],
  ['RecordPayment', { invoiceId: 'i', amountMinor: '5', overpayment: '' }, 'overpayment must be one of REFUSE, CREDIT'],
  [
    'PreviewInvoice',
    { invoice: { state: 'LOST' } },
    'invoice.state must be one of DRAFT, OPEN, PAID, VOID, UNCOLLECTIBLE',
  ],
  ['ListInvoices', { state: ['OPEN', 'LOST'] }, 'state[1] must be one of DRAFT, OPEN, PAID, VOID, UNCOLLECTIBLE'],
])('%s of %o names no value of an enum, and is not read as if it were left out', async (rpc, request, message) => {
  const response = await post(rpc, JSON.stringify(request));
  expect([response.status, await response.json()]).toMatchObject([400, { message }]);
  expect(amounts).toEqual([]);
});

test.each(['"CREDIT"', '2', 'null'])('%s is a value of an enum', async (overpayment) => {
  const response = await post('RecordPayment', `{"amountMinor": "5", "overpayment": ${overpayment}}`);
  expect([response.status, amounts]).toEqual([200, [5n]]);
});

test.each<[string, string, object, string, string]>([
  ['RecordPayment', '/invoices/i/payments', { reference: 5 }, 'reference', 'must be a string'],
  ['RecordPayment', '/invoices/i/payments', { reference: '\ud800' }, 'reference', 'must be valid Unicode text'],
  ['PreviewInvoice', '/invoices/preview', { dueDate: 5 }, 'due_date', 'must be a string'],
  ['PreviewInvoice', '/invoices/preview', { due_date: ['x'] }, 'due_date', 'must be a string'],
  ['PreviewInvoice', '/invoices/preview', { lines: [{}, { unitPrice: 5 }] }, 'lines[1].unit_price', 'must be a string'],
  ['PreviewInvoice', '/invoices/preview', { lines: {} }, 'lines', 'must be an array'],
  ['PreviewInvoice', '/invoices/preview', { tags: ['a', 5] }, 'tags[1]', 'must be a string'],
  ['PreviewInvoice', '/invoices/preview', { metadata: { 'a/b~c': 5 } }, 'metadata[a/b~c]', 'must be a string'],
  [
    'PreviewInvoice',
    '/invoices/preview',
    { state: 'LOST' },
    'state',
    'must be one of DRAFT, OPEN, PAID, VOID, UNCOLLECTIBLE',
  ],
  [
    'PreviewInvoice',
    '/invoices/preview',
    { createTime: 'today' },
    'create_time',
    'must be an RFC 3339 time such as "2026-01-31T12:00:00Z"',
  ],
])(
  '%s, %s: %o is refused for the same field and reason over Connect and REST',
  async (rpc, path, fields, field, detail) => {
    const isPreview = rpc === 'PreviewInvoice';
    const connect = await post(rpc, JSON.stringify(isPreview ? { invoice: fields } : fields));
    const violation = {
      field: isPreview ? `invoice.${field}` : field,
      description: detail,
      reason: 'INVALID_ARGUMENT',
    };
    expect([connect.status, await connect.json()]).toMatchObject([
      400,
      {
        code: 'invalid_argument',
        message: `${violation.field} ${detail}`,
        details: [
          { debug: { reason: 'INVALID_ARGUMENT' } },
          { type: 'google.rpc.BadRequest', debug: { fieldViolations: [violation] } },
        ],
      },
    ]);
    const rest = await fetch(gateway.url + path, {
      method: 'POST',
      headers: { ...AS_ADA, 'content-type': 'application/json' },
      body: JSON.stringify(fields),
    });
    expect([rest.status, await rest.json()]).toMatchObject([
      400,
      { errors: [{ pointer: expect.any(String), detail }] },
    ]);
    expect(amounts).toEqual([]);
  },
);

test('all wrong values are named, up to twenty', async () => {
  const response = await post('PreviewInvoice', JSON.stringify({ invoice: { tags: Array(20).fill(5), memo: 5 } }));
  const twenty = Array.from({ length: 20 }, (_, at) => ({ field: `invoice.tags[${at}]` }));
  expect(await response.json()).toMatchObject({ details: [{}, { debug: { fieldViolations: twenty } }] });
});

test('unknown fields are passed over, also beside a wrong value', async () => {
  const unknown = {
    colour: 'red',
    invoice: { lines: [{ colour: 'red' }, { allowances: [{ amountMinor: '7', a: {} }] }] },
  };
  expect((await post('PreviewInvoice', JSON.stringify(unknown))).status).toBe(200);
  expect(amounts).toEqual([7n]);
  amounts.length = 0;
  const response = await post(
    'PreviewInvoice',
    JSON.stringify({ ...unknown, invoice: { ...unknown.invoice, memo: 5 } }),
  );
  expect(await response.json()).toMatchObject({
    details: [{}, { debug: { fieldViolations: [{ field: 'invoice.memo' }] } }],
  });
  expect(amounts).toEqual([]);
});

test.each([
  ['{', 'The body is not valid JSON'],
  ['[]', 'must be an object'],
  ['{"amountMinor": "5", "amountMinor": "6"}', 'amount_minor is given twice'],
])('%s is refused', async (text, message) => {
  const response = await post('RecordPayment', text);
  expect([response.status, await response.json()]).toMatchObject([
    400,
    { code: 'invalid_argument', message: expect.stringContaining(message) },
  ]);
  expect(amounts).toEqual([]);
});

test('a client of the library gets through', async () => {
  const transport = createConnectTransport({ baseUrl: gateway.url, httpVersion: '1.1', useBinaryFormat: false });
  await createClient(InvoiceService, transport).recordPayment({ amountMinor: -7n }, { headers: AS_ADA });
  expect(amounts).toEqual([-7n]);
});

test.each([
  ['2099-02-28T12:00:00Z', 200],
  ['2096-02-29T23:30:00-08:00', 200],
  ['2099-02-29T12:00:00Z', 400],
  ['2099-02-30T12:00:00.5+01:00', 400],
  ['2099-13-01T12:00:00Z', 400],
])('the time %s has status %i over Connect with JSON', async (remindTime, status) => {
  const body = JSON.stringify({ invoiceId: 'i', remindTime });
  expect((await post('CreateReminder', body, 'application/json', ReminderService)).status).toBe(status);
});
