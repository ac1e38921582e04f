import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import PostalMime from 'postal-mime';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { versionOf } from '../../runtime/call/call.ts';
import { databaseUrlOf } from '../../runtime/database/ensure-database.ts';
import { openConnection } from '../../runtime/database/open-connection.ts';
import type { EmbeddedPostgres } from '../../runtime/embedded-postgres/embedded-postgres.ts';
import { freePort } from '../../runtime/process/free-port.ts';
import { SERVICE_NAMES } from '../../runtime/process/service.ts';
import { waitUntil } from '../../runtime/testing/wait-until.ts';
import { type Api, addCustomer, addOpenInvoice, type Json, signUp, templateOf } from './testing/api.ts';
import { startUnusedPostgres } from './testing/start-unused-postgres.ts';
import { useNumer } from './testing/use-numer.ts';

const PUBLIC_URL = 'https://billing.example/numer';
const METRICS_PORT = await freePort();

let server: EmbeddedPostgres;
beforeAll(async () => {
  server = await startUnusedPostgres();
});
afterAll(() => server.stop());
const numer = useNumer(() => ({
  environment: {
    DATABASE_URL: server.url('postgres'),
    PUBLIC_URL,
    LOG_LEVEL: 'debug',
    METRICS_PORT: String(METRICS_PORT),
  },
}));
const url = () => numer().url;

/** Every token that a test received. */
const tokens = new Set<string>();

let owner: Api;
let customerId: string;
beforeAll(async () => {
  owner = await signUp(url, { timeZone: 'Europe/Berlin' });
  customerId = await addCustomer(owner, { locale: 'de' });
});

/** The URL at which this machine reaches the page of a link. */
function local(link: string): string {
  expect(link).toMatch(new RegExp(`^${PUBLIC_URL}/d/[A-Za-z0-9_-]{68}$`));
  tokens.add(link.split('/').at(-1) ?? '');
  return link.replace(PUBLIC_URL, url());
}

async function linkOf(documentId: string, api = owner): Promise<string> {
  return local((await api.get(`/document-links/${documentId}`)).url);
}

async function sendQuote(fields: Json = {}): Promise<Json> {
  const { id } = await owner.post('/quotes', { invoice: templateOf(customerId), ...fields });
  return owner.post(`/quotes/${id}/send`, {});
}

function answer(link: string, word: 'accept' | 'decline'): Promise<Response> {
  return fetch(link, { method: 'POST', body: new URLSearchParams({ answer: word }), redirect: 'manual' });
}

/** The answers to a quote in the audit trail, newest first, once there is one. */
function answersOf(quoteId: string): Promise<Json[]> {
  return waitUntil(async () => {
    const activities = await owner.list('/activities/user', 'activities');
    const answers = activities.filter(
      ({ subjectId, type }: Json) => subjectId === quoteId && /accepted|declined/.test(type),
    );
    return answers.length > 0 && answers;
  });
}

/** Everything that the databases hold, as text. */
async function dump(): Promise<string> {
  let text = '';
  for (const name of SERVICE_NAMES) {
    const sql = openConnection(databaseUrlOf(server.url('postgres'), name));
    for (const { table } of await sql`select relname as table from pg_stat_user_tables`) {
      text += JSON.stringify(await sql`select to_jsonb(each)::text from ${sql(table)} as each`);
    }
    await sql.end();
  }
  return text;
}

describe('whoever has the link of a document', () => {
  test('sees in the language of the customer what the API says, and what is paid as soon as it is', async () => {
    const invoice = await addOpenInvoice(owner, customerId);
    const link = await linkOf(invoice.id);
    const page = async () => await (await fetch(link)).text();
    expect(await page()).toContain('Offen sind noch 118,99 EUR.');
    expect(invoice.totalMinor).toBe('11899');
    await owner.post(`/invoices/${invoice.id}/payments`, { amountMinor: '5000' });
    expect(await page()).toContain('Offen sind noch 68,99 EUR.');
    await owner.post(`/invoices/${invoice.id}/payments`, { amountMinor: '6899' });
    expect(await page()).toContain('Vollständig bezahlt. Die letzte Zahlung war am ');
    const files = await Promise.all(['pdf', 'factur-x', 'ubl', 'cii'].map((file) => fetch(`${link}/${file}`)));
    // The seller has no address yet, which an electronic invoice needs.
    expect(files.map(({ status }) => status)).toEqual([200, 404, 404, 404]);
  });

  test('of an invoice that was revised reads which one replaces it', async () => {
    const invoice = await addOpenInvoice(owner, customerId);
    const link = await linkOf(invoice.id);
    const revision = await owner.post(`/invoices/${invoice.id}/revise`, {});
    const { number } = await owner.post(`/invoices/${revision.id}/send`, {});
    expect(await (await fetch(link)).text()).toContain(`Sie wird durch die Rechnung ${number} ersetzt.`);
  });

  test('gets it by mail', async () => {
    const { id } = await sendQuote();
    const link = await linkOf(id);
    const [notification] = await waitUntil(async () => {
      const sent = await owner.list('/notifications?state=SENT', 'notifications');
      const found = sent.filter(({ quoteId }: Json) => quoteId === id);
      return found.length > 0 && found;
    });
    const file = join(numer().dataDir, 'mail', `${notification.id}@numer.eml`);
    const { text = '' } = await PostalMime.parse(readFileSync(file));
    const [, mailed = ''] = /annehmen oder ablehnen:\n(\S+)/.exec(text) ?? [];
    expect(local(mailed)).toBe(link);
    expect((await fetch(link)).status).toBe(200);
  });

  test('answers a quote once, which the audit trail tells of as what the customer did', async () => {
    const { id } = await sendQuote();
    const link = await linkOf(id);
    expect((await answer(link, 'accept')).status).toBe(303);
    expect((await answer(link, 'accept')).status).toBe(303);
    expect((await answer(link, 'decline')).status).toBe(303);
    expect(await owner.get(`/quotes/${id}`)).toMatchObject({ state: 'ACCEPTED' });
    expect(await answersOf(id)).toMatchObject([
      {
        type: 'quote.accepted',
        actorType: 'CUSTOMER',
        actorId: customerId,
        address: '127.0.0.1',
        changes: [{ field: 'state', oldValue: 'SENT', newValue: 'ACCEPTED' }],
      },
    ]);
    expect(await (await fetch(link)).text()).toMatch(/Es wurde am .* angenommen\.(?!.*<form)/s);
  });

  test('cannot answer one that has expired, and can once it is valid for longer', async () => {
    const { id } = await sendQuote({ expireDate: '2099-01-01' });
    const link = await linkOf(id);
    await owner.patch(`/quotes/${id}`, { expireDate: '2020-01-01' });
    expect(await (await fetch(link)).text()).toMatch(/Abgelaufen(?!.*<form)/s);
    await answer(link, 'accept');
    expect((await owner.get(`/quotes/${id}`)).state).toBe('EXPIRED');
    await owner.patch(`/quotes/${id}`, { expireDate: '2099-01-01' });
    await answer(link, 'decline');
    expect((await owner.get(`/quotes/${id}`)).state).toBe('DECLINED');
  });

  test('wins or loses against the owner, and is recorded no more than once', async () => {
    for (let round = 0; round < 5; round++) {
      const { id, etag } = await sendQuote();
      const link = await linkOf(id);
      const answers = await Promise.all([
        ...Array.from({ length: 4 }, () => answer(link, 'accept')),
        owner.call('POST', `/quotes/${id}/accept`, { body: {} }),
        ...Array.from({ length: 4 }, () => answer(link, 'accept')),
      ]);
      expect(answers.filter(({ status }) => status === 303)).toHaveLength(8);
      const changed = await owner.get(`/quotes/${id}`);
      expect(versionOf(changed.etag)).toBe((versionOf(etag) ?? 0n) + 1n);
      const recorded = await answersOf(id);
      expect(recorded).toHaveLength(1);
      // When the customer was faster, the owner gets a conflict.
      const isOwners = recorded[0]?.actorType === 'USER';
      expect(answers[4]?.status).toBe(isOwners ? 200 : 409);
    }
  });
});

describe('a link', () => {
  test('that was rotated or revoked leads nowhere at once, exactly as one that never was', async () => {
    const { id } = await addOpenInvoice(owner, customerId);
    const former = await linkOf(id);
    const key = { 'idempotency-key': randomUUID() };
    const present = local((await owner.post(`/document-links/${id}/rotate`, {}, key)).url);
    const nowhere = await fetch(`${url()}/d/${'A'.repeat(68)}`);
    const bodies = [await nowhere.text()];
    for (const link of [former, `${former}/pdf`]) {
      const response = await fetch(link);
      expect(response.status).toBe(404);
      bodies.push(await response.text());
    }
    expect((await fetch(present)).status).toBe(200);
    await owner.post(`/document-links/${id}/revoke`, {});
    const revoked = await fetch(present);
    expect(revoked.status).toBe(404);
    expect(new Set([...bodies, await revoked.text()]).size).toBe(1);
    for (const name of ['cache-control', 'referrer-policy', 'x-robots-tag', 'content-security-policy']) {
      expect(revoked.headers.get(name)).toBe(nowhere.headers.get(name));
    }
  });

  test('dies with the account, at once, and what was kept of it is erased', async () => {
    const leaving = await signUp(url);
    const leavingCustomer = await addCustomer(leaving);
    const { id } = await addOpenInvoice(leaving, leavingCustomer);
    await leaving.post(`/document-links/${id}/rotate`, {});
    const link = await linkOf(id, leaving);
    expect((await fetch(link)).status).toBe(200);
    expect((await leaving.call('DELETE', `/users/${leaving.userId}`)).status).toBe(204);
    expect((await fetch(link)).status).toBe(404);
    const sql = openConnection(databaseUrlOf(server.url('postgres'), 'notification'));
    await waitUntil(
      async () => (await sql`select from document_links where owner_id = ${leaving.userId}`).length === 0,
      { timeoutMs: 40_000 },
    );
    await sql.end();
    expect((await fetch(link)).status).toBe(404);
  });

  test('is nowhere but with who has it: in no database, log or metric', async () => {
    expect(tokens.size).toBeGreaterThan(10);
    const metrics = await (await fetch(`http://127.0.0.1:${METRICS_PORT}/metrics`)).text();
    expect(metrics).toContain('route="/d/{token}"');
    const places = { databases: await dump(), log: numer().log, metrics };
    expect(places.log).toContain('GetLinkedPage');
    for (const [place, text] of Object.entries(places)) {
      // The last part of a token is its secret.
      const found = [...tokens].filter((token) => text.includes(token) || text.includes(token.slice(-24)));
      expect([place, found]).toEqual([place, []]);
    }
  });
});
