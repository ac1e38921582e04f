import { afterAll, beforeAll, expect, test } from 'vitest';
import { databaseUrlOf } from '../../runtime/database/ensure-database.ts';
import { openConnection } from '../../runtime/database/open-connection.ts';
import type { EmbeddedPostgres } from '../../runtime/embedded-postgres/embedded-postgres.ts';
import { SERVICE_NAMES } from '../../runtime/process/service.ts';
import { waitUntil } from '../../runtime/testing/wait-until.ts';
import {
  addCustomer,
  addDraft,
  addOpenInvoice,
  anonymous,
  createApi,
  draftOf,
  type Json,
  signIn,
  signUp,
} from './testing/api.ts';
import { startUnusedPostgres } from './testing/start-unused-postgres.ts';
import { useNumer } from './testing/use-numer.ts';

let server: EmbeddedPostgres;
beforeAll(async () => {
  server = await startUnusedPostgres();
});
afterAll(() => server.stop());
const numer = useNumer(() => ({ environment: { DATABASE_URL: server.url('postgres') } }));
const url = () => numer().url;
const nobody = anonymous(url);

/** Some traces are erased by a job that runs every ten seconds, and each look for them reads all databases. */
const PATIENCE = { timeoutMs: 40_000 } as const;

const CREDENTIALS = { email: 'leaving@example.com', password: 'correct horse' };

test('deleting an account ends its sessions at once and erases what is held about the person', async () => {
  const api = await signUp(url, CREDENTIALS);
  const otherSession = await signIn(url, CREDENTIALS);
  const { secret } = await api.post('/api-keys', { name: 'Accounting' });
  const withKey = createApi(url, { userId: api.userId, accessToken: secret, refreshToken: '' });
  const customerId = await addCustomer(api, { name: 'Zoe Zimmer', email: 'zoe@zimmer.example' });
  const draft = await addDraft(api, customerId);
  const open = await addOpenInvoice(api, customerId);
  const reminder = await api.post('/reminders', { invoiceId: open.id, daysBeforeDue: 10 });
  const sentMail = await waitUntil(async () => {
    const [found] = await api.list('/notifications?state=SENT', 'notifications');
    return found;
  });
  // Each credential has just been used, so caches of valid credentials contain them.
  for (const caller of [api, otherSession, withKey]) await caller.get('/stats');

  expect((await api.call('DELETE', `/users/${api.userId}`)).status).toBe(204);

  for (const caller of [api, otherSession, withKey]) {
    const answers = await Promise.all(
      ['/stats', '/invoices', '/customers', `/users/${api.userId}`].map((path) => caller.call('GET', path)),
    );
    expect(answers.map(({ status, body }) => `${status} ${body.reason}`)).toEqual(
      Array.from({ length: 4 }, () => '401 UNAUTHENTICATED'),
    );
  }
  const refreshed = await nobody.call('POST', '/sessions/refresh', { body: { refreshToken: api.refreshToken } });
  expect(refreshed).toMatchObject({ status: 401, body: { reason: 'INVALID_REFRESH_TOKEN' } });
  expect(await nobody.call('POST', '/sessions', { body: CREDENTIALS })).toMatchObject({
    status: 401,
    body: { reason: 'INVALID_CREDENTIALS' },
  });

  // The same person signs up again: the new account sees nothing of the old one.
  const again = await signUp(url, CREDENTIALS);
  expect(again.userId).not.toBe(api.userId);
  const paths = [
    `/users/${api.userId}`,
    `/customers/${customerId}`,
    `/invoices/${draft.id}`,
    `/invoices/${open.id}`,
    `/reminders/${reminder.id}`,
    `/notifications/${sentMail.id}`,
    `/activities/invoice/${open.id}`,
  ];
  const answers = await Promise.all(paths.map((path) => again.call('GET', path)));
  expect(answers.map(({ status }) => status)).toEqual(paths.map(() => 404));
  expect((await again.get('/stats')).currencies).toEqual([]);
  const trail: Json[] = await again.list('/activities/user', 'activities');
  expect(trail.map(({ subjectId }) => subjectId)).not.toContain(api.userId);
  expect(await addOpenInvoice(again, await addCustomer(again))).toMatchObject({ number: 'INV-00001' });
});

test('only the account itself can be deleted', async () => {
  const [one, other] = await Promise.all([signUp(url), signUp(url)]);
  expect((await one.call('DELETE', `/users/${other.userId}`)).status).toBe(404);
  expect((await other.call('GET', `/users/${other.userId}`)).status).toBe(200);
});

test('leaves no trace in any database of a person who has sent nothing', async () => {
  const [person, email] = ['Quentin Quixote', 'quentin@quixote.example'];
  const api = await signUp(url, { email, name: person, companyName: `${person} & Sons` });
  const key = (name: string) => ({ 'idempotency-key': name });
  const buyer = { name: `Buyer of ${person}`, email, phone: '+49 30 Quixote', notes: person };
  const { id: customerId } = await api.post('/customers', buyer, key('customer'));
  await api.patch(`/customers/${customerId}`, { name: `${person} the Second`, address: { line1: `${person} Street` } });
  await api.patch(`/users/${api.userId}`, { taxId: 'Quixote-1' });
  const draft = await api.post('/invoices', draftOf(customerId, { memo: `For ${person}` }), key('draft'));
  await api.post('/reminders', { invoiceId: draft.id, daysBeforeDue: 10 }, key('reminder'));
  await api.post('/api-keys', { name: `Key of ${person}` }, key('api-key'));
  await api.post('/exchange-rates', { currencyCode: 'USD', rate: '0.92', date: '2026-11-02' }, key('exchange-rate'));
  const hook = { url: `https://${email.replace('@', '.')}/`, description: `Webhooks of ${person}` };
  await api.post('/webhook-endpoints', hook, key('webhook'));
  await api.post('/customers', { ...buyer, name: `Other ${buyer.name}` });
  await waitUntil(async () => (await findTraces('quixote')).includes('notification.webhook_deliveries'), PATIENCE);
  await waitUntil(async () => (await api.list('/activities/user', 'activities')).length >= 10);
  expect(await findTraces('quixote')).not.toEqual([]);

  expect((await api.call('DELETE', `/users/${api.userId}`)).status).toBe(204);
  await waitUntil(async () => (await findTraces('quixote')).length === 0, PATIENCE).catch(() => undefined);
  expect(await findTraces('quixote')).toEqual([]);
  // The stored responses of its idempotency keys contain its data, so they are deleted too.
  const findAnswers = async () =>
    (await findTraces(api.userId)).filter((table) => table.endsWith('.idempotency_records'));
  await waitUntil(async () => (await findAnswers()).length === 0, PATIENCE).catch(() => undefined);
  expect(await findAnswers()).toEqual([]);
}, 150_000);

/** The places in the databases that contain a text, as `service.table`. */
async function findTraces(needle: string): Promise<string[]> {
  const found = await Promise.all(
    SERVICE_NAMES.map(async (service) => {
      const sql = openConnection(databaseUrlOf(server.url('postgres'), service));
      const tables = await sql<{ name: string }[]>`
        select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where c.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema')`;
      const hits: string[] = [];
      for (const { name } of tables) {
        const [hit] = await sql`select 1 from ${sql(name)} row where row::text ilike ${`%${needle}%`} limit 1`;
        if (hit !== undefined) hits.push(`${service}.${name}`);
      }
      await sql.end();
      return hits;
    }),
  );
  return found.flat();
}
