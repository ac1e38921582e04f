import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MethodOptions_IdempotencyLevel as IdempotencyLevel } from '@bufbuild/protobuf/wkt';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isPublished, PUBLIC_SERVICES } from '../../gateway/public-services.ts';
import { connectionTarget } from '../../runtime/database/connection-target.ts';
import { databaseUrlOf } from '../../runtime/database/ensure-database.ts';
import type { EmbeddedPostgres } from '../../runtime/embedded-postgres/embedded-postgres.ts';
import { startThrowAwayPostgres } from '../../runtime/testing/throw-away-postgres.ts';
import { waitUntil } from '../../runtime/testing/wait-until.ts';
import {
  type Api,
  addCustomer,
  addDraft,
  addOpenInvoice,
  anonymous,
  draftOf,
  type Json,
  recurringOf,
  signIn,
  signUp,
  templateOf,
} from './testing/api.ts';
import { useNumer } from './testing/use-numer.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** The command line imports the whole system, which takes its time on a busy machine. */
const CLI_TIMEOUT_MS = 240_000;
const ADDRESS = '2001:db8::7';
const CREDENTIALS = { email: 'audited@example.com', password: 'correct horse' };

let server: EmbeddedPostgres;
beforeAll(async () => {
  server = await startThrowAwayPostgres();
});
afterAll(() => server.stop());
const numer = useNumer(() => ({ environment: { DATABASE_URL: server.url('postgres'), TRUSTED_PROXIES: '1' } }));
const url = () => numer().url;

/** A request as it comes through the trusted proxy, from a caller who also claims to be somewhere else. */
function from(address: string, requestId: string = randomUUID()): Record<string, string> {
  return { 'x-forwarded-for': `6.6.6.6, ${address}`, 'x-caller-address': '6.6.6.6', 'x-request-id': requestId };
}

/** Runs SQL on the database of the activity service. */
async function query(statement: string): Promise<Json[]> {
  const target = connectionTarget(databaseUrlOf(server.url('postgres'), 'activity'));
  const sql = postgres(target.url, { ...target.options, max: 1 });
  const rows = await sql.unsafe(statement);
  await sql.end();
  return [...rows];
}

/** Runs it as somebody who switches the triggers off. */
async function tamper(statement: string): Promise<void> {
  await query(`set local session_replication_role = replica; ${statement}`);
}

/** Runs `numer verify-activities`; gives its exit code and everything that it printed. */
function verifyActivities(...args: string[]): Promise<{ code: number; output: string }> {
  const environment = { PATH: process.env.PATH ?? '', DATA_DIR: numer().dataDir, DATABASE_URL: server.url('postgres') };
  const command = ['cli/numer.mjs', 'verify-activities', ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, command, { cwd: ROOT, env: environment }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr });
    });
  });
}

/** Whether the chain of a deleted account tells of its erasure. */
async function wasErased(ownerId: string): Promise<boolean> {
  const rows = await query(`select from activity_chain where owner_id = '${ownerId}' and erased_hash is not null`);
  return rows.length > 0;
}

/** A changing call over REST, and what its activity must say. */
interface Audited {
  /** `POST /invoices`. */
  readonly call: string;
  readonly body?: Readonly<Record<string, unknown>>;
  /** Instead of a body in JSON. */
  readonly csv?: string;
  /** What happened. */
  readonly type: string;
  /** Fields that it must name. */
  readonly fields: readonly string[];
}

const INVOICE_FIELDS = ['currencyCode', 'customerId', 'dueDate', 'totalMinor', 'state', 'lines.unitPrice'];
const OPENING_FIELDS = ['number', 'state', 'issueDate', 'seller', 'customer'];
const QUOTE_FIELDS = [
  'state',
  'expireDate',
  ...['customerId', 'totalMinor', 'lines.unitPrice'].map((name) => `invoice.${name}`),
];
const RECURRING_FIELDS = [
  ...['state', 'frequency', 'interval', 'startDate', 'mode', 'catchUp', 'nextDate'],
  ...['customerId', 'totalMinor', 'lines.unitPrice'].map((name) => `invoice.${name}`),
];
const CREDIT_FIELDS = ['amountMinor', 'currencyCode', 'customerId', 'entryDate', 'method', 'reference'];
const KEY = { name: 'Shop', readOnly: true };
const MONEY = { amountMinor: '100', method: 'cash', reference: 'from Ada' };
const PLAN = [
  { dueDate: '2098-01-01', amountMinor: '5000' },
  { dueDate: '2099-01-01', amountMinor: '6899' },
];
const NEWCOMER = { name: 'Eve', email: 'newcomer@example.com', password: 'correct horse' };

function quoteOf(customerId: string): Json {
  return { expireDate: '2099-01-01', invoice: templateOf(customerId) };
}

function seriesOf(name: string): Json {
  return { name, documentType: 'INVOICE', pattern: `${name}{SEQ}` };
}

describe('every RPC that changes something', () => {
  let api: Api;
  let customerId: string;

  beforeAll(async () => {
    api = await signUp(url, CREDENTIALS);
    customerId = await addCustomer(api);
  });

  const draft = async () => `/invoices/${(await addDraft(api, customerId)).id}`;
  const open = async () => `/invoices/${(await addOpenInvoice(api, customerId)).id}`;
  const reminder = async () => {
    const { id: invoiceId } = await addOpenInvoice(api, customerId);
    return `/reminders/${(await api.post('/reminders', { invoiceId, daysBeforeDue: 11 })).id}`;
  };
  const paused = async () => {
    const invoice = await open();
    await api.post(`${invoice}/reminders/pause`, {});
    return invoice;
  };
  const quote = async (...actions: readonly string[]) => {
    const path = `/quotes/${(await api.post('/quotes', quoteOf(customerId))).id}`;
    for (const action of actions) await api.post(`${path}/${action}`, {});
    return path;
  };
  const recurring = async (...actions: readonly string[]) => {
    const path = `/recurring-invoices/${(await api.post('/recurring-invoices', recurringOf(customerId))).id}`;
    for (const action of actions) await api.post(`${path}/${action}`, {});
    return path;
  };
  const paidInvoice = async () => {
    const invoice = await open();
    return `${invoice}/payments/${(await api.post(`${invoice}/payments`, MONEY)).id}`;
  };
  const customerWithCredit = async () => {
    await api.post(`/customers/${customerId}/deposits`, { ...MONEY, currencyCode: 'EUR' });
    return `/customers/${customerId}`;
  };
  const invoiceWithCredit = async () => {
    await customerWithCredit();
    return open();
  };

  /** By RPC. One that is of no use to an audit says why. */
  const AUDITED: Readonly<Record<string, string | (() => Promise<Audited>)>> = {
    'SessionService.RefreshSession': 'exchanges a token, and changes nothing that anybody sees',
    'SessionService.CreateSession': async () => ({
      call: 'POST /sessions',
      body: CREDENTIALS,
      type: 'session.created',
      fields: [],
    }),
    'SessionService.DeleteSession': async () => ({
      call: 'DELETE /sessions/current',
      type: 'session.deleted',
      fields: [],
    }),
    'UserService.CreateUser': async () => ({
      call: 'POST /users',
      body: NEWCOMER,
      type: 'user.created',
      fields: ['email', 'name', 'locale', 'timeZone', 'defaultCurrencyCode'],
    }),
    'UserService.UpdateUser': async () => ({
      call: `PATCH /users/${api.userId}`,
      body: { name: 'Dana II', timeZone: 'Asia/Tokyo' },
      type: 'user.updated',
      fields: ['name', 'timeZone'],
    }),
    'UserService.ChangePassword': async () => ({
      call: `POST /users/${api.userId}/password`,
      // The tests after this one sign in with it.
      body: { currentPassword: CREDENTIALS.password, newPassword: CREDENTIALS.password },
      type: 'user.password-changed',
      fields: ['password'],
    }),
    'UserService.DeleteUser': async () => ({ call: `DELETE /users/${api.userId}`, type: 'user.deleted', fields: [] }),
    'ApiKeyService.CreateApiKey': async () => ({
      call: 'POST /api-keys',
      body: KEY,
      type: 'api-key.created',
      fields: ['name', 'readOnly'],
    }),
    'ApiKeyService.DeleteApiKey': async () => ({
      call: `DELETE /api-keys/${(await api.post('/api-keys', KEY)).apiKey.id}`,
      type: 'api-key.deleted',
      fields: ['name', 'readOnly'],
    }),
    'CustomerService.CreateCustomer': async () => ({
      call: 'POST /customers',
      body: { name: 'Ada Bakery', locale: 'de' },
      type: 'customer.created',
      fields: ['name', 'locale'],
    }),
    'CustomerService.UpdateCustomer': async () => ({
      call: `PATCH /customers/${customerId}`,
      body: { phone: '+49 30 1' },
      type: 'customer.updated',
      fields: ['phone'],
    }),
    'CustomerService.DeleteCustomer': async () => ({
      call: `DELETE /customers/${await addCustomer(api, { locale: 'fr' })}`,
      type: 'customer.deleted',
      fields: ['name', 'email', 'locale'],
    }),
    'InvoiceService.CreateInvoice': async () => ({
      call: 'POST /invoices',
      body: draftOf(customerId),
      type: 'invoice.created',
      fields: INVOICE_FIELDS,
    }),
    'InvoiceService.UpdateInvoice': async () => ({
      call: `PATCH ${await draft()}`,
      body: { memo: 'Thank you', dueDate: '2098-01-01' },
      type: 'invoice.updated',
      fields: ['memo', 'dueDate'],
    }),
    'InvoiceService.DeleteInvoice': async () => ({
      call: `DELETE ${await draft()}`,
      type: 'invoice.deleted',
      fields: INVOICE_FIELDS,
    }),
    'InvoiceService.FinalizeInvoice': async () => ({
      call: `POST ${await draft()}/finalize`,
      body: {},
      type: 'invoice.finalized',
      fields: OPENING_FIELDS,
    }),
    'InvoiceService.SendInvoice': async () => ({
      call: `POST ${await draft()}/send`,
      body: {},
      type: 'invoice.sent',
      fields: OPENING_FIELDS,
    }),
    'InvoiceService.VoidInvoice': async () => ({
      call: `POST ${await open()}/void`,
      body: {},
      type: 'invoice.voided',
      fields: ['state'],
    }),
    'InvoiceService.MarkInvoiceUncollectible': async () => ({
      call: `POST ${await open()}/mark-uncollectible`,
      body: {},
      type: 'invoice.marked-uncollectible',
      fields: ['state'],
    }),
    'InvoiceService.DuplicateInvoice': async () => ({
      call: `POST ${await open()}/duplicate`,
      body: {},
      type: 'invoice.created',
      fields: INVOICE_FIELDS,
    }),
    'InvoiceService.ReviseInvoice': async () => ({
      call: `POST ${await open()}/revise`,
      body: {},
      type: 'invoice.created',
      fields: [...INVOICE_FIELDS, 'revisesInvoiceId'],
    }),
    'InvoiceService.RecordPayment': async () => ({
      call: `POST ${await open()}/payments`,
      body: MONEY,
      type: 'payment.recorded',
      fields: ['paidMinor', ...['amountMinor', 'paymentDate', 'method', 'reference'].map((name) => `payments.${name}`)],
    }),
    'InvoiceBulkService.BatchSendInvoices': async () => ({
      call: 'POST /invoices/batch-send',
      body: { invoiceIds: [(await draft()).replace('/invoices/', '')] },
      type: 'invoice.sent',
      fields: OPENING_FIELDS,
    }),
    'InvoiceBulkService.BatchVoidInvoices': async () => ({
      call: 'POST /invoices/batch-void',
      body: { invoiceIds: [(await open()).replace('/invoices/', '')] },
      type: 'invoice.voided',
      fields: ['state'],
    }),
    'QuoteService.CreateQuote': async () => ({
      call: 'POST /quotes',
      body: quoteOf(customerId),
      type: 'quote.created',
      fields: QUOTE_FIELDS,
    }),
    'QuoteService.UpdateQuote': async () => ({
      call: `PATCH ${await quote()}`,
      body: { expireDate: '2098-01-01', dueDays: 10 },
      type: 'quote.updated',
      fields: ['expireDate', 'dueDays'],
    }),
    'QuoteService.DeleteQuote': async () => ({
      call: `DELETE ${await quote()}`,
      type: 'quote.deleted',
      fields: QUOTE_FIELDS,
    }),
    'QuoteService.SendQuote': async () => ({
      call: `POST ${await quote()}/send`,
      body: {},
      type: 'quote.sent',
      fields: ['number', 'state', 'issueDate'],
    }),
    'QuoteService.AcceptQuote': async () => ({
      call: `POST ${await quote('send')}/accept`,
      body: {},
      type: 'quote.accepted',
      fields: ['state'],
    }),
    'QuoteService.DeclineQuote': async () => ({
      call: `POST ${await quote('send')}/decline`,
      body: {},
      type: 'quote.declined',
      fields: ['state'],
    }),
    'QuoteService.ConvertQuote': async () => ({
      call: `POST ${await quote('send', 'accept')}/convert`,
      body: {},
      type: 'quote.converted',
      fields: ['invoiceId'],
    }),
    'RecurringInvoiceService.CreateRecurringInvoice': async () => ({
      call: 'POST /recurring-invoices',
      body: recurringOf(customerId),
      type: 'recurring-invoice.created',
      fields: RECURRING_FIELDS,
    }),
    'RecurringInvoiceService.UpdateRecurringInvoice': async () => ({
      call: `PATCH ${await recurring()}`,
      body: { interval: 2, mode: 'SEND', invoice: { memo: 'Thank you' } },
      type: 'recurring-invoice.updated',
      fields: ['interval', 'mode', 'invoice.memo'],
    }),
    'RecurringInvoiceService.DeleteRecurringInvoice': async () => ({
      call: `DELETE ${await recurring()}`,
      type: 'recurring-invoice.deleted',
      fields: RECURRING_FIELDS,
    }),
    'RecurringInvoiceService.PauseRecurringInvoice': async () => ({
      call: `POST ${await recurring()}/pause`,
      body: {},
      type: 'recurring-invoice.paused',
      fields: ['state'],
    }),
    'RecurringInvoiceService.ResumeRecurringInvoice': async () => ({
      call: `POST ${await recurring('pause')}/resume`,
      body: {},
      type: 'recurring-invoice.resumed',
      fields: ['state'],
    }),
    'InvoiceService.PlanInstalments': async () => ({
      call: `POST ${await open()}/instalments`,
      body: { instalments: PLAN },
      type: 'invoice.instalments-planned',
      fields: ['instalments'],
    }),
    'InvoiceBulkService.ImportInvoices': async () => {
      await api.call('POST', '/customers', { body: { name: 'Ada', reference: 'K-1' } });
      const columns = 'invoice,customer_reference,currency_code,due_date,description,quantity,unit_price';
      return {
        call: 'POST /invoices/import',
        csv: `${columns}\n1,K-1,EUR,2099-01-01,Bread,1,2\n`,
        type: 'invoice.created',
        fields: INVOICE_FIELDS,
      };
    },
    'CustomerBulkService.ImportCustomers': async () => ({
      call: 'POST /customers/import',
      csv: 'name,reference\nAda,K-2\n',
      type: 'customer.created',
      fields: ['name', 'reference'],
    }),
    'InvoiceService.ReversePayment': async () => ({
      call: `POST ${await paidInvoice()}/reverse`,
      body: { reason: 'returned to Ada' },
      type: 'payment.reversed',
      fields: ['paidMinor', 'payments.reverseDate', 'payments.reverseReason'],
    }),
    'InvoiceService.WriteOffInvoice': async () => ({
      call: `POST ${await open()}/write-off`,
      body: { reason: 'Ada is insolvent' },
      type: 'invoice.written-off',
      fields: ['state', 'creditedMinor', 'payments.amountMinor', 'payments.reason'],
    }),
    'CreditNoteService.IssueCreditNote': async () => ({
      call: `POST ${await open()}/credit-notes`,
      body: { amountMinor: '100', reason: 'Ada complained' },
      type: 'credit-note.issued',
      fields: ['creditedMinor', 'creditNotes.totalMinor', 'creditNotes.issueDate', 'creditNotes.reason'],
    }),
    'NumberSeriesService.CreateNumberSeries': async () => ({
      call: 'POST /number-series',
      body: seriesOf('web'),
      type: 'number-series.created',
      fields: ['name', 'pattern'],
    }),
    'NumberSeriesService.UpdateNumberSeries': async () => ({
      call: `PATCH /number-series/${(await api.post('/number-series', seriesOf('shop'))).name}`,
      body: { pattern: 'S-{SEQ}' },
      type: 'number-series.updated',
      fields: ['pattern'],
    }),
    'InvoiceSettingsService.UpdateInvoiceSettings': async () => ({
      call: 'PATCH /invoice-settings',
      body: { roundingPolicy: 'LINE' },
      type: 'invoice-settings.updated',
      fields: ['roundingPolicy'],
    }),
    'CustomerLedgerService.RecordDeposit': async () => ({
      call: `POST /customers/${customerId}/deposits`,
      body: { ...MONEY, currencyCode: 'EUR' },
      type: 'deposit.recorded',
      fields: CREDIT_FIELDS,
    }),
    'CustomerLedgerService.RefundCredit': async () => ({
      call: `POST ${await customerWithCredit()}/refunds`,
      body: { ...MONEY, currencyCode: 'EUR' },
      type: 'credit.refunded',
      fields: CREDIT_FIELDS,
    }),
    'CustomerLedgerService.ApplyCredit': async () => ({
      call: `POST ${await invoiceWithCredit()}/apply-credit`,
      body: { amountMinor: '1' },
      type: 'credit.applied',
      fields: ['paidMinor', 'payments.amountMinor', 'payments.paymentDate'],
    }),
    'ReminderService.CreateReminder': async () => ({
      call: 'POST /reminders',
      body: { invoiceId: (await open()).replace('/invoices/', ''), daysBeforeDue: 10 },
      type: 'reminder.scheduled',
      fields: ['state', 'daysBeforeDue', 'remindTime'],
    }),
    'ReminderService.CancelReminder': async () => ({
      call: `DELETE ${await reminder()}`,
      type: 'reminder.cancelled',
      fields: ['state', 'cancelReason'],
    }),
    'ReminderService.PauseReminders': async () => ({
      call: `POST ${await open()}/reminders/pause`,
      body: {},
      type: 'reminder.paused',
      fields: ['paused'],
    }),
    'ReminderService.ResumeReminders': async () => ({
      call: `POST ${await paused()}/reminders/resume`,
      body: {},
      type: 'reminder.resumed',
      fields: ['paused'],
    }),
  };

  const changing = [...PUBLIC_SERVICES.keys()].flatMap((service) =>
    service.methods
      .filter((method) => isPublished(method) && method.idempotency !== IdempotencyLevel.NO_SIDE_EFFECTS)
      .map((method) => `${service.name}.${method.name}`),
  );

  test('is listed here', () => {
    expect(Object.keys(AUDITED).toSorted()).toEqual(changing.toSorted());
  });

  /** Nobody can read what happened in an account that is gone; the last test of this file looks for it. */
  const unread = 'UserService.DeleteUser';

  test.each(changing.filter((rpc) => typeof AUDITED[rpc] === 'function' && rpc !== unread))(
    '%s says what changed, who did it, in which request and from where',
    async (rpc) => {
      const make = AUDITED[rpc];
      if (typeof make !== 'function') throw new Error(`${rpc} is not listed`);
      const { call, body, csv, type, fields } = await make();
      const [method = '', path = ''] = call.split(' ');
      // Signing out must not end the session of the other tests.
      const caller = path === '/sessions/current' ? await signIn(url, CREDENTIALS) : api;
      const requestId = randomUUID();
      const headers = from(ADDRESS, requestId);
      const file = { 'content-type': 'text/csv' };
      const content = csv === undefined ? { body, headers } : { text: csv, headers: { ...headers, ...file } };
      const answer = await caller.call(method, path, content);
      expect([answer.status < 300, answer.body]).toEqual([true, answer.body]);

      const reader = path === '/users' ? await signIn(url, NEWCOMER) : api;
      const activity = await waitUntil(async () => {
        const { activities } = await reader.get('/activities/user?pageSize=100');
        return activities.find((each: Json) => each.requestId === requestId && each.type === type);
      });
      expect(activity).toMatchObject({ actorType: 'USER', actorId: reader.userId, address: ADDRESS });
      const named = new Set(activity.changes.map(({ field }: Json) => field.replace(/\.[0-9a-f-]{36}\./, '.')));
      expect(fields.filter((field) => !named.has(field))).toEqual([]);
      for (const { field, oldValue, newValue } of activity.changes) {
        expect([field, oldValue === newValue && oldValue !== undefined]).toEqual([field, false]);
      }
      expect(JSON.stringify(activity)).not.toMatch(/Ada|Dana|Eve|example\.com|Shop|cash|\+49/);
    },
  );

  test('leaves one chain that is whole, and whose end can be kept', async () => {
    const { verifiedCount, head, problem, nextPageToken } = await api.get('/activities/verification');
    expect({ problem, nextPageToken }).toEqual({ problem: undefined, nextPageToken: '' });
    expect(verifiedCount).toBe(head.sequence);
    // More may have been recorded since.
    const entries = await api.list('/activities/chain', 'entries');
    expect(entries[head.sequence - 1]).toMatchObject({ sequence: head.sequence, hash: head.hash });
    expect(entries.map(({ sequence }: Json) => Number(sequence))).toEqual(entries.map((_: Json, index) => index + 1));
  });
});

describe('numer verify-activities', () => {
  test(
    'finds what somebody does to the database, and tells it from what a deleted account erases',
    async () => {
      const api = await signUp(url);
      const leaving = await signUp(url);
      await addOpenInvoice(leaving, await addCustomer(leaving));
      const invoice = await addOpenInvoice(api, await addCustomer(api));
      await waitUntil(async () => (await api.get('/activities/verification')).verifiedCount >= 5);
      const heads = join(numer().dataDir, 'heads.txt');
      expect(await verifyActivities('--heads', heads)).toMatchObject({
        code: 0,
        output: expect.stringMatching(/^\d+ accounts, \d+ entries verified\n$/),
      });
      const saved = readFileSync(heads, 'utf8');
      expect(saved).toMatch(new RegExp(`^${api.userId} \\d+ [0-9a-f]{64}$`, 'm'));

      await leaving.call('DELETE', `/users/${leaving.userId}`);
      await addDraft(api, invoice.customerId);
      await waitUntil(() => wasErased(leaving.userId), { timeoutMs: 40_000 });
      expect(await verifyActivities('--against', heads)).toMatchObject({ code: 0 });

      await tamper(`
      update activities set changes = replace(changes::text, '11899', '118')::jsonb
      where owner_id = '${api.userId}' and type = 'invoice.created' and invoice_id = '${invoice.id}'`);
      const { code, output } = await verifyActivities('--heads', heads, '--against', heads);
      expect(code).toBe(1);
      expect(output).toMatch(
        new RegExp(`^BROKEN {2}account ${api.userId}: entry 4 is not what was recorded.*\\(activity `, 'm'),
      );
      expect(output).toContain('1 chains are broken');
      expect(readFileSync(heads, 'utf8')).toBe(saved);
      expect((await api.get('/activities/verification')).problem).toMatchObject({
        kind: 'ENTRY_ALTERED',
        sequence: '4',
      });
    },
    CLI_TIMEOUT_MS,
  );

  test(
    'finds a chain that was rewritten, and an account that is gone, by the heads that were saved',
    async () => {
      const [rewritten, removed] = [await signUp(url), await signUp(url)];
      for (const api of [rewritten, removed]) {
        await waitUntil(async () => (await api.get('/activities/verification')).verifiedCount === '2');
      }
      const { head } = await rewritten.get('/activities/verification');
      const { head: otherHead } = await removed.get('/activities/verification');
      const saved = [
        `${rewritten.userId} ${head.sequence} ${head.hash}`,
        `${removed.userId} ${otherHead.sequence} ${otherHead.hash}`,
      ];
      const heads = join(numer().dataDir, 'other-heads.txt');
      writeFileSync(heads, `${saved.toSorted().join('\n')}\n`);

      await tamper(`
      delete from activities where id = (
        select activity_id from activity_chain where owner_id = '${rewritten.userId}' and sequence = 2);
      delete from activity_chain where owner_id = '${rewritten.userId}' and sequence = 2;
      update activity_heads set sequence = 1, hash = (
        select hash from activity_chain where owner_id = '${rewritten.userId}') where owner_id = '${rewritten.userId}';
      delete from activities where owner_id = '${removed.userId}';
      delete from activity_chain where owner_id = '${removed.userId}';
      delete from activity_heads where owner_id = '${removed.userId}'`);
      expect((await rewritten.get('/activities/verification')).problem).toBeUndefined();
      const asked = `savedSequence=${head.sequence}&savedHash=${head.hash}`;
      expect((await rewritten.get(`/activities/verification?${asked}`)).problem).toMatchObject({
        kind: 'SAVED_HEAD_ALTERED',
        sequence: '2',
      });
      const { code, output } = await verifyActivities('--against', heads);
      expect(code).toBe(1);
      for (const { userId } of [rewritten, removed]) {
        expect(output).toContain(`BROKEN  account ${userId}: entry 2 is not what it was when the heads were saved`);
      }
    },
    CLI_TIMEOUT_MS,
  );

  test(
    'refuses what is no file of heads, and options that it does not know',
    async () => {
      const file = join(numer().dataDir, 'no-heads.txt');
      writeFileSync(file, 'hello\n');
      expect(await verifyActivities('--against', file)).toMatchObject({
        code: 1,
        output: expect.stringContaining(`${file} has no saved head in line 1`),
      });
      expect(await verifyActivities('--quick')).toMatchObject({
        code: 1,
        output: 'The options are --heads FILE and --against FILE.\n',
      });
    },
    CLI_TIMEOUT_MS,
  );
});

test('the address of a caller does not outlive the account', async () => {
  const nobody = anonymous(url);
  const credentials = { email: `${randomUUID()}@example.com`, password: 'correct horse' };
  const address = '203.0.113.99';
  await nobody.call('POST', '/users', { body: { name: 'Lea', ...credentials }, headers: from(address) });
  const api = await signIn(url, credentials);
  await addOpenInvoice(api, await addCustomer(api));
  const call = await api.call('PATCH', `/users/${api.userId}`, { body: { name: 'Lea II' }, headers: from(address) });
  expect(call.status).toBe(200);
  const kept = () => query(`select from activity_addresses where address = '${address}'`);
  await waitUntil(async () => (await kept()).length === 2);
  const requestId = randomUUID();
  await api.call('DELETE', `/users/${api.userId}`, { headers: from(address, requestId) });
  await waitUntil(async () => (await kept()).length === 0, { timeoutMs: 40_000 });
  // That the account was deleted stays, and who did it.
  expect(await query(`select type, actor_id from activities where request_id = '${requestId}'`)).toEqual([
    { type: 'user.deleted', actor_id: api.userId },
  ]);
});
