import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { databaseUrlOf } from '../../runtime/database/ensure-database.ts';
import { openConnection } from '../../runtime/database/open-connection.ts';
import type { EmbeddedPostgres } from '../../runtime/embedded-postgres/embedded-postgres.ts';
import { waitUntil } from '../../runtime/testing/wait-until.ts';
import {
  type Api,
  addCustomer,
  addDraft,
  addOpenInvoice,
  anonymous,
  type Json,
  signIn,
  signUp,
} from './testing/api.ts';
import { type ChangingCalls, changingRoutes, createChangingCalls, sendCall } from './testing/changing-calls.ts';
import type { PublishedRoute } from './testing/routes.ts';
import { startUnusedPostgres } from './testing/start-unused-postgres.ts';
import { useNumer } from './testing/use-numer.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Long, because the command line imports the whole system, which is slow on a busy machine. */
const CLI_TIMEOUT_MS = 240_000;
const ADDRESS = '2001:db8::7';

let server: EmbeddedPostgres;
beforeAll(async () => {
  server = await startUnusedPostgres();
});
afterAll(() => server.stop());
const numer = useNumer(() => ({ environment: { DATABASE_URL: server.url('postgres'), TRUSTED_PROXIES: '1' } }));
const url = () => numer().url;

/** A request through the trusted proxy, from a caller who also claims another address. */
function from(address: string, requestId: string = randomUUID()): Record<string, string> {
  return { 'x-forwarded-for': `6.6.6.6, ${address}`, 'x-caller-address': '6.6.6.6', 'x-request-id': requestId };
}

/** Runs SQL on the database of the activity service. */
async function query(statement: string): Promise<Json[]> {
  const sql = openConnection(databaseUrlOf(server.url('postgres'), 'activity'));
  const rows = await sql.unsafe(statement);
  await sql.end();
  return [...rows];
}

/** Runs SQL like somebody who disables the triggers. */
async function tamper(statement: string): Promise<void> {
  await query(`set local session_replication_role = replica; ${statement}`);
}

/** Runs `numer verify-activities`; gives its exit code and output. */
function verifyActivities(...args: string[]): Promise<{ code: number; output: string }> {
  const environment = { PATH: process.env.PATH ?? '', DATA_DIR: numer().dataDir, DATABASE_URL: server.url('postgres') };
  const command = ['cli/numer.mjs', 'verify-activities', ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, command, { cwd: ROOT, env: environment }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr });
    });
  });
}

/** Whether the chain of a deleted account records its erasure. */
async function wasErased(ownerId: string): Promise<boolean> {
  const rows = await query(`select from activity_chain where owner_id = '${ownerId}' and erased_hash is not null`);
  return rows.length > 0;
}

/** What the activity of a changing call must say. */
interface Audited {
  /** What happened. */
  readonly type: string;
  /** Fields that it must name. */
  readonly fields: readonly string[];
  /** The caller has not proved to be the user. */
  readonly byNobody?: true;
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
const RATE_FIELDS = ['currencyCode', 'targetCurrencyCode', 'rate', 'date'];
const CREDIT_FIELDS = ['amountMinor', 'currencyCode', 'customerId', 'entryDate', 'method', 'reference'];

describe('every RPC that changes something', () => {
  let api: Api;
  let calls: ChangingCalls;

  beforeAll(async () => {
    api = await signUp(url);
    calls = createChangingCalls(numer, api, await addCustomer(api));
  });

  /** By RPC. Those that are not audited say why. */
  const AUDITED: Readonly<Record<string, string | Audited>> = {
    'SessionService.RefreshSession': 'exchanges a token, and changes nothing that anybody sees',
    'SessionService.CreateSession': { type: 'session.created', fields: [] },
    'PasswordResetService.RequestPasswordReset': { type: 'password-reset.requested', fields: [], byNobody: true },
    'PasswordResetService.ConfirmPasswordReset': { type: 'password-reset.confirmed', fields: [] },
    'SessionService.DeleteSession': { type: 'session.deleted', fields: [] },
    'UserService.CreateUser': {
      type: 'user.created',
      fields: ['email', 'name', 'locale', 'timeZone', 'defaultCurrencyCode'],
    },
    'UserService.UpdateUser': { type: 'user.updated', fields: ['name', 'timeZone'] },
    'UserService.ChangePassword': { type: 'user.password-changed', fields: ['password'] },
    'LogoService.SetLogo': { type: 'user.updated', fields: ['logo'] },
    'LogoService.DeleteLogo': { type: 'user.updated', fields: ['logo'] },
    'UserService.DeleteUser': { type: 'user.deleted', fields: [] },
    'ApiKeyService.CreateApiKey': { type: 'api-key.created', fields: ['name', 'readOnly'] },
    'ApiKeyService.DeleteApiKey': { type: 'api-key.deleted', fields: ['name', 'readOnly'] },
    'CustomerService.CreateCustomer': { type: 'customer.created', fields: ['name', 'locale'] },
    'CustomerService.UpdateCustomer': { type: 'customer.updated', fields: ['phone'] },
    'CustomerService.DeleteCustomer': { type: 'customer.deleted', fields: ['name', 'email', 'locale'] },
    'InvoiceService.CreateInvoice': { type: 'invoice.created', fields: INVOICE_FIELDS },
    'InvoiceService.UpdateInvoice': { type: 'invoice.updated', fields: ['memo', 'dueDate'] },
    'InvoiceService.DeleteInvoice': { type: 'invoice.deleted', fields: INVOICE_FIELDS },
    'InvoiceService.FinalizeInvoice': { type: 'invoice.finalized', fields: OPENING_FIELDS },
    'InvoiceService.SendInvoice': { type: 'invoice.sent', fields: OPENING_FIELDS },
    'InvoiceService.VoidInvoice': { type: 'invoice.voided', fields: ['state'] },
    'InvoiceService.MarkInvoiceUncollectible': { type: 'invoice.marked-uncollectible', fields: ['state'] },
    'InvoiceService.DuplicateInvoice': { type: 'invoice.created', fields: INVOICE_FIELDS },
    'InvoiceService.ReviseInvoice': { type: 'invoice.created', fields: [...INVOICE_FIELDS, 'revisesInvoiceId'] },
    'InvoiceService.RecordPayment': {
      type: 'payment.recorded',
      fields: ['paidMinor', ...['amountMinor', 'paymentDate', 'method', 'reference'].map((name) => `payments.${name}`)],
    },
    'InvoiceBulkService.BatchSendInvoices': { type: 'invoice.sent', fields: OPENING_FIELDS },
    'InvoiceBulkService.BatchVoidInvoices': { type: 'invoice.voided', fields: ['state'] },
    'QuoteService.CreateQuote': { type: 'quote.created', fields: QUOTE_FIELDS },
    'QuoteService.UpdateQuote': { type: 'quote.updated', fields: ['expireDate', 'dueDays'] },
    'QuoteService.DeleteQuote': { type: 'quote.deleted', fields: QUOTE_FIELDS },
    'QuoteService.SendQuote': { type: 'quote.sent', fields: ['number', 'state', 'issueDate'] },
    'QuoteService.AcceptQuote': { type: 'quote.accepted', fields: ['state'] },
    'QuoteService.DeclineQuote': { type: 'quote.declined', fields: ['state'] },
    'QuoteService.ConvertQuote': { type: 'quote.converted', fields: ['invoiceId'] },
    'RecurringInvoiceService.CreateRecurringInvoice': { type: 'recurring-invoice.created', fields: RECURRING_FIELDS },
    'RecurringInvoiceService.UpdateRecurringInvoice': {
      type: 'recurring-invoice.updated',
      fields: ['interval', 'mode', 'invoice.memo'],
    },
    'RecurringInvoiceService.DeleteRecurringInvoice': { type: 'recurring-invoice.deleted', fields: RECURRING_FIELDS },
    'RecurringInvoiceService.PauseRecurringInvoice': { type: 'recurring-invoice.paused', fields: ['state'] },
    'RecurringInvoiceService.ResumeRecurringInvoice': { type: 'recurring-invoice.resumed', fields: ['state'] },
    'InvoiceService.PlanInstalments': { type: 'invoice.instalments-planned', fields: ['instalments'] },
    'InvoiceBulkService.ImportInvoices': { type: 'invoice.created', fields: INVOICE_FIELDS },
    'CustomerBulkService.ImportCustomers': { type: 'customer.created', fields: ['name', 'reference'] },
    'InvoiceService.ReversePayment': {
      type: 'payment.reversed',
      fields: ['paidMinor', 'payments.reverseDate', 'payments.reverseReason'],
    },
    'InvoiceService.WriteOffInvoice': {
      type: 'invoice.written-off',
      fields: ['state', 'creditedMinor', 'payments.amountMinor', 'payments.reason'],
    },
    'CreditNoteService.IssueCreditNote': {
      type: 'credit-note.issued',
      fields: ['creditedMinor', 'creditNotes.totalMinor', 'creditNotes.issueDate', 'creditNotes.reason'],
    },
    'NumberSeriesService.CreateNumberSeries': { type: 'number-series.created', fields: ['name', 'pattern'] },
    'NumberSeriesService.UpdateNumberSeries': { type: 'number-series.updated', fields: ['pattern'] },
    'InvoiceSettingsService.UpdateInvoiceSettings': { type: 'invoice-settings.updated', fields: ['roundingPolicy'] },
    'MailSettingsService.UpdateMailSettings': { type: 'mail-settings.updated', fields: ['attachPdf'] },
    'ReminderSettingsService.UpdateReminderSettings': {
      type: 'reminder-settings.updated',
      fields: ['steps', 'timeOfDay'],
    },
    'CustomerLedgerService.RecordDeposit': { type: 'deposit.recorded', fields: CREDIT_FIELDS },
    'CustomerLedgerService.RefundCredit': { type: 'credit.refunded', fields: CREDIT_FIELDS },
    'CustomerLedgerService.ApplyCredit': {
      type: 'credit.applied',
      fields: ['paidMinor', 'payments.amountMinor', 'payments.paymentDate'],
    },
    'ExchangeRateService.CreateExchangeRate': { type: 'exchange-rate.created', fields: RATE_FIELDS },
    'ExchangeRateService.DeleteExchangeRate': { type: 'exchange-rate.deleted', fields: RATE_FIELDS },
    'NotificationService.ResendInvoice': { type: 'document.resent', fields: ['invoiceId', 'recipient', 'message'] },
    'NotificationService.ResendQuote': { type: 'document.resent', fields: ['quoteId', 'recipient', 'message'] },
    'NotificationService.ResendCreditNote': {
      type: 'document.resent',
      fields: ['invoiceId', 'creditNoteId', 'recipient', 'message'],
    },
    'WebhookService.CreateWebhookEndpoint': { type: 'webhook-endpoint.created', fields: ['url', 'eventTypes'] },
    'WebhookService.UpdateWebhookEndpoint': { type: 'webhook-endpoint.updated', fields: ['description'] },
    'WebhookService.DeleteWebhookEndpoint': { type: 'webhook-endpoint.deleted', fields: ['url', 'eventTypes'] },
    'WebhookService.RotateWebhookSecret': { type: 'webhook-endpoint.secret-rotated', fields: ['secret'] },
    'WebhookService.TestWebhookEndpoint': 'changes nothing: what is posted stands in the log of the endpoint',
    'WebhookService.ResendWebhookDelivery': 'changes nothing: what is posted stands in the log of the endpoint',
    'DocumentLinkService.RotateDocumentLink': { type: 'document-link.updated', fields: ['link'] },
    'DocumentLinkService.RevokeDocumentLink': { type: 'document-link.updated', fields: ['link', 'revoked'] },
    'ReminderService.CreateReminder': { type: 'reminder.scheduled', fields: ['state', 'daysBeforeDue', 'remindTime'] },
    'ReminderService.CancelReminder': { type: 'reminder.cancelled', fields: ['state', 'cancelReason'] },
    'ReminderService.PauseReminders': { type: 'reminder.paused', fields: ['paused'] },
    'ReminderService.ResumeReminders': { type: 'reminder.resumed', fields: ['paused'] },
  };

  const rpcOf = ({ method }: PublishedRoute) => `${method.parent.name}.${method.name}`;

  test('is listed here', () => {
    expect(new Set(Object.keys(AUDITED))).toEqual(new Set(changingRoutes.map(rpcOf)));
  });

  /** Nobody can read the activities of a deleted account, so the last test of this file looks for them. */
  const unread = 'UserService.DeleteUser';
  const readable = changingRoutes.filter(
    (route) => rpcOf(route) !== unread && typeof AUDITED[rpcOf(route)] === 'object',
  );

  test.each(readable)('$name says what changed, who did it, in which request and from where', async (route) => {
    const audited = AUDITED[rpcOf(route)];
    if (typeof audited !== 'object') throw new Error(`${rpcOf(route)} is not listed`);
    const call = await calls[route.name]?.();
    if (call === undefined) throw new Error(`${route.name} has no call`);
    const requestId = randomUUID();
    const answer = await sendCall(api, route, call, from(ADDRESS, requestId));
    expect([answer.status < 300, answer.body]).toEqual([true, answer.body]);

    const { caller = api, credentials } = call;
    const reader = credentials === undefined ? caller : await signIn(url, credentials);
    const activity = await waitUntil(async () => {
      const { activities } = await reader.get('/activities/user?pageSize=100');
      return activities.find((each: Json) => each.requestId === requestId && each.type === audited.type);
    });
    const actor = audited.byNobody
      ? { actorType: 'SERVICE', actorId: 'user' }
      : { actorType: 'USER', actorId: reader.userId };
    expect(activity).toMatchObject({ ...actor, address: ADDRESS });
    const named = new Set(activity.changes.map(({ field }: Json) => field.replace(/\.[0-9a-f-]{36}\./, '.')));
    expect(audited.fields.filter((field) => !named.has(field))).toEqual([]);
    for (const { field, oldValue, newValue } of activity.changes) {
      expect([field, oldValue === newValue && oldValue !== undefined]).toEqual([field, false]);
    }
    expect(JSON.stringify(activity)).not.toMatch(/Ada|Dana|Eve|example\.com|Shop|cash|\+49/);
  });

  test('leaves one chain that is whole, and whose end can be kept', async () => {
    const { verifiedCount, head, problem, nextPageToken } = await api.get('/activities/verification');
    expect({ problem, nextPageToken }).toEqual({ problem: undefined, nextPageToken: '' });
    expect(verifiedCount).toBe(head.sequence);
    // More entries may have been recorded since.
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
        output: expect.stringMatching(/^\d+ accounts?, \d+ entries verified\n$/),
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
      // Events of two services are recorded in the order of their arrival, so it is entry 3 or 4.
      const broken = new RegExp(
        `^BROKEN {2}account ${api.userId}: entry ([0-9]+) differs from what was recorded.*\\(activity `,
        'm',
      ).exec(output);
      expect(broken, output).not.toBeNull();
      expect(output).toContain('1 chain is broken');
      expect(readFileSync(heads, 'utf8')).toBe(saved);
      expect((await api.get('/activities/verification')).problem).toMatchObject({
        kind: 'ENTRY_ALTERED',
        sequence: broken?.[1],
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
        expect(output).toContain(`BROKEN  account ${userId}: entry 2 differs from the saved head`);
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
        code: 2,
        output: expect.stringContaining("Unknown option '--quick'.\n\nUsage: npx numer verify-activities"),
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
  // The fact that the account was deleted stays, and who deleted it.
  expect(await query(`select type, actor_id from activities where request_id = '${requestId}'`)).toEqual([
    { type: 'user.deleted', actor_id: api.userId },
  ]);
});
