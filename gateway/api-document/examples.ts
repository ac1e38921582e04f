import type { DescMethod, JsonValue } from '@bufbuild/protobuf';
import { InvoiceService } from '../../gen/numer/invoice/v1/invoice_service_pb.ts';
import { ReminderService } from '../../gen/numer/reminder/v1/reminder_service_pb.ts';
import { ExchangeRateService } from '../../gen/numer/stats/v1/exchange_rate_service_pb.ts';
import { StatsService } from '../../gen/numer/stats/v1/stats_service_pb.ts';
import { ApiKeyService } from '../../gen/numer/user/v1/api_key_service_pb.ts';
import { CustomerService } from '../../gen/numer/user/v1/customer_service_pb.ts';
import { SessionService } from '../../gen/numer/user/v1/session_service_pb.ts';
import { UserService } from '../../gen/numer/user/v1/user_service_pb.ts';

/** Bodies as they go over the wire. Fields of a response with their default value are left out here; the document adds them. */
export interface Example {
  readonly request?: JsonValue;
  readonly response?: JsonValue;
}

const USER_ID = '01a20317-df5c-7d55-8d02-e6083c669914';
const CUSTOMER_ID = '01a20317-e038-7778-b7d9-9964c5d9133c';
const INVOICE_ID = '01a20317-e095-79e9-9fa1-d00261eb771e';

const user = {
  id: USER_ID,
  email: 'dana@example.com',
  name: 'Dana',
  locale: 'en',
  timeZone: 'Europe/Berlin',
  defaultCurrencyCode: 'EUR',
  createTime: '2026-11-22T11:50:25.884Z',
  updateTime: '2026-11-22T11:50:25.884Z',
  etag: '"1"',
};

const session = {
  accessToken: 'eyJhbGciOiJFZERTQSJ9.an-access-token',
  refreshToken: 'a-refresh-token',
  expireTime: '2026-11-22T12:00:25Z',
  userId: USER_ID,
};

const customer = {
  id: CUSTOMER_ID,
  name: 'Ada Bakery',
  email: 'ada@bakery.example',
  address: { line1: '1 Mill Lane', city: 'Leeds', postalCode: 'LS1 4AP', countryCode: 'GB' },
  createTime: '2026-11-22T11:50:26.104Z',
  updateTime: '2026-11-22T11:50:26.104Z',
  etag: '"1"',
};

const { address: _address, ...customerWithoutAddress } = customer;

const draft = {
  id: INVOICE_ID,
  state: 'DRAFT',
  customerId: CUSTOMER_ID,
  currencyCode: 'EUR',
  issueDate: '2026-11-22',
  dueDate: '2026-12-31',
  discountPercent: '0',
  lines: [
    {
      id: '01a20317-e095-7b5d-9fbe-adb789cef7a7',
      description: 'Bread design',
      quantity: '2',
      unitPrice: '49.995',
      baseQuantity: '1',
      unitCode: 'HUR',
      taxPercent: '19',
      discountPercent: '0',
      grossMinor: '9999',
      netMinor: '9999',
    },
  ],
  roundingPolicy: 'DOCUMENT',
  subtotalMinor: '9999',
  taxMinor: '1900',
  totalMinor: '11899',
  payableMinor: '11899',
  dueMinor: '11899',
  taxes: [
    {
      category: 'STANDARD',
      taxPercent: '19',
      netMinor: '9999',
      taxMinor: '1900',
    },
  ],
  createTime: '2026-11-22T11:50:26.196Z',
  updateTime: '2026-11-22T11:50:26.196Z',
  etag: '"1-2026-11-22"',
  availableActions: ['UPDATE', 'DELETE', 'FINALIZE', 'SEND', 'DUPLICATE'],
  unavailableActions: [
    { action: 'RESEND', reason: 'NOT_SENT' },
    { action: 'RECORD_PAYMENT', reason: 'NOT_OPENED' },
    { action: 'APPLY_CREDIT', reason: 'NOT_OPENED' },
    { action: 'ISSUE_CREDIT_NOTE', reason: 'NOT_OPENED' },
    { action: 'PLAN_INSTALMENTS', reason: 'NOT_OPENED' },
    { action: 'REVISE', reason: 'NOT_OPENED' },
    { action: 'WRITE_OFF', reason: 'NOT_OPENED' },
    { action: 'MARK_UNCOLLECTIBLE', reason: 'NOT_OPENED' },
    { action: 'VOID_INVOICE', reason: 'NOT_OPENED' },
  ],
  numberSeries: 'invoice',
};

const changedDraft = {
  ...draft,
  memo: 'Thank you.',
  updateTime: '2026-11-22T11:50:26.314Z',
  etag: '"2-2026-11-22"',
};

const openInvoice = {
  ...changedDraft,
  number: 'INV-00001',
  state: 'OPEN',
  creditableMinor: '11899',
  seller: { name: 'Dana', email: 'dana@example.com', locale: 'en' },
  customer: {
    name: 'Ada Bakery',
    email: 'ada@bakery.example',
    address: customer.address,
    locale: 'en',
  },
  updateTime: '2026-11-22T11:50:26.344Z',
  openTime: '2026-11-22T11:50:26.344Z',
  sendTime: '2026-11-22T11:50:26.344Z',
  etag: '"3"',
  availableActions: [
    'RESEND',
    'RECORD_PAYMENT',
    'APPLY_CREDIT',
    'ISSUE_CREDIT_NOTE',
    'PLAN_INSTALMENTS',
    'REVISE',
    'WRITE_OFF',
    'MARK_UNCOLLECTIBLE',
    'VOID_INVOICE',
    'DUPLICATE',
  ],
  unavailableActions: [
    { action: 'UPDATE', reason: 'OPENED' },
    { action: 'DELETE', reason: 'OPENED' },
    { action: 'FINALIZE', reason: 'OPENED' },
    { action: 'SEND', reason: 'SENT' },
  ],
};

/** An invoice as in a list. */
const { lines: _lines, ...listedInvoice } = openInvoice;

const payment = {
  id: '01a20317-e15d-7e1c-884b-a2adf39d5f03',
  invoiceId: INVOICE_ID,
  amountMinor: '5000',
  currencyCode: 'EUR',
  paymentDate: '2026-11-22',
  method: 'bank transfer',
  createTime: '2026-11-22T11:50:26.396Z',
  invoiceState: 'OPEN',
  invoiceDueMinor: '6899',
  kind: 'MONEY',
  appliedMinor: '5000',
};

const reminder = {
  id: '01a20317-e189-7953-9b1b-a58409000627',
  invoiceId: INVOICE_ID,
  state: 'SCHEDULED',
  remindTime: '2026-12-21T08:00:00Z',
  daysBeforeDue: 10,
  createTime: '2026-11-22T11:50:26.435Z',
};

const apiKey = {
  id: '01a20317-e1b0-7a42-8c3d-5b1f0e2d9c11',
  name: 'shop',
  readOnly: true,
  prefix: 'numer_4fJ2',
  createTime: '2026-11-22T11:50:26.500Z',
};

const noInvoices = { count: 0 };

const amounts = {
  draft: noInvoices,
  unpaid: { count: 1, totalMinor: '11899', dueMinor: '6899', paidMinor: '5000', payableMinor: '11899' },
  overdue: noInvoices,
  paid: noInvoices,
  voided: noInvoices,
  uncollectible: noInvoices,
  paidThisMonthMinor: '5000',
};

const stats = {
  currencies: [{ currencyCode: 'EUR', ...amounts, dueMinor: '6899' }],
  updateTime: '2026-11-22T11:50:26.396Z',
  convertedTotal: { currencyCode: 'EUR', amounts },
};

const exchangeRate = {
  id: '01a20317-e1c4-7d0a-9b1e-6f3a2c4d5e6f',
  currencyCode: 'USD',
  targetCurrencyCode: 'EUR',
  rate: '0.9213',
  date: '2026-11-02',
  createTime: '2026-11-22T11:50:26.520Z',
};

/** The walk from sign-up to a payment and its statistics: request and response of each RPC in it. */
export const EXAMPLES: ReadonlyMap<DescMethod, Example> = new Map<DescMethod, Example>([
  [
    UserService.method.createUser,
    {
      request: { email: user.email, password: 'correct horse', name: user.name, timeZone: user.timeZone },
      response: user,
    },
  ],
  [UserService.method.getUser, { response: user }],
  [
    SessionService.method.createSession,
    { request: { email: user.email, password: 'correct horse' }, response: session },
  ],
  [
    SessionService.method.refreshSession,
    {
      request: { refreshToken: session.refreshToken },
      response: { ...session, refreshToken: 'the-next-refresh-token', expireTime: '2026-11-22T12:09:58Z' },
    },
  ],
  [
    ApiKeyService.method.createApiKey,
    {
      request: { name: apiKey.name, readOnly: apiKey.readOnly },
      response: { apiKey, secret: 'numer_4fJ2-the-secret' },
    },
  ],
  [
    CustomerService.method.createCustomer,
    {
      request: {
        name: customer.name,
        email: customer.email,
        address: customer.address,
      },
      response: customer,
    },
  ],
  [CustomerService.method.getCustomer, { response: customer }],
  [
    CustomerService.method.updateCustomer,
    {
      request: { phone: '+44 113 496 0000', address: null },
      response: {
        ...customerWithoutAddress,
        phone: '+44 113 496 0000',
        updateTime: '2026-11-22T11:50:26.150Z',
        etag: '"2"',
      },
    },
  ],
  [
    InvoiceService.method.createInvoice,
    {
      request: {
        customerId: CUSTOMER_ID,
        currencyCode: 'EUR',
        dueDate: '2026-12-31',
        lines: [{ description: 'Bread design', quantity: '2', unitPrice: '49.995', taxPercent: '19' }],
      },
      response: draft,
    },
  ],
  [InvoiceService.method.updateInvoice, { request: { memo: 'Thank you.' }, response: changedDraft }],
  [
    InvoiceService.method.sendInvoice,
    { request: { invoiceId: INVOICE_ID, message: 'Thank you for your order.' }, response: openInvoice },
  ],
  [InvoiceService.method.getInvoice, { response: openInvoice }],
  [InvoiceService.method.listInvoices, { response: { invoices: [listedInvoice] } }],
  [
    InvoiceService.method.recordPayment,
    { request: { amountMinor: '5000', method: 'bank transfer' }, response: payment },
  ],
  [
    ReminderService.method.createReminder,
    { request: { invoiceId: INVOICE_ID, daysBeforeDue: 10 }, response: reminder },
  ],
  [StatsService.method.getStats, { response: stats }],
  [
    ExchangeRateService.method.createExchangeRate,
    { request: { currencyCode: 'USD', rate: '0.9213', date: '2026-11-02' }, response: exchangeRate },
  ],
  [ExchangeRateService.method.listExchangeRates, { response: { exchangeRates: [exchangeRate] } }],
]);
