import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeScratchDir } from '../../runtime/testing/scratch-dir.ts';
import { waitUntil } from '../../runtime/testing/wait-until.ts';
import { type Api, addCustomer, addDraft, type Json, signUp } from './testing/api.ts';
import { useSharedNumer } from './testing/use-numer.ts';

const numer = useSharedNumer();
const url = () => numer().url;
const scratch = makeScratchDir('numer-taking-over');
afterAll(() => scratch.remove());

describe('the example of docs/taking-over.md', () => {
  let api: Api;
  /** The recorded invoices by their numbers. */
  let invoices: Json[];

  beforeAll(async () => {
    api = await signUp(url, { timeZone: 'Europe/London' });
    await api.patch(`/users/${api.userId}`, { taxId: 'GB123456789', address: { countryCode: 'GB' } });
    const document = readFileSync(join(import.meta.dirname, '../../docs/taking-over.md'), 'utf8');
    const blocks = [...document.matchAll(/<!-- take over -->\n```sh\n(.*?)```/gs)].map(([, block]) => block);
    const script = blocks.join('');
    const run = spawnSync('bash', ['--norc', '-euo', 'pipefail', '-c', script], {
      cwd: scratch.path,
      encoding: 'utf8',
      env: { PATH: process.env.PATH ?? '', API: url(), TOKEN: api.accessToken },
      timeout: 30_000,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    expect(run.stderr).toBe('');
    expect(run.status).toBe(0);
    expect(run.stdout).not.toContain('"requestId"');
    expect(run.stdout).not.toContain('"detail"');
    // The last of them is only checked.
    expect(run.stdout).toContain('"number":"RE-0017"');
    invoices = (await api.list('/invoices', 'invoices')).toSorted((a, b) => (a.number < b.number ? -1 : 1));
  });

  test('leaves open invoices under their own numbers and dates, of which a part is paid', () => {
    expect(invoices).toMatchObject([
      {
        ...{ number: 'INV-00041', state: 'OPEN', issuedElsewhere: true, overdue: true, partiallyPaid: true },
        ...{ issueDate: '2026-01-15', dueDate: '2026-02-14', totalMinor: '14280', dueMinor: '10000' },
      },
      { number: 'INV-00042', state: 'OPEN', issuedElsewhere: true, overdue: false, totalMinor: '5950' },
    ]);
  });

  test('lets numbering go on where the other system ended', async () => {
    const draft = await addDraft(api, invoices[0].customerId);
    expect(await api.post(`/invoices/${draft.id}/finalize`, {})).toMatchObject({ number: 'INV-00043' });
  });

  test('mails nothing, and plans only reminders that are still to come', async () => {
    const [overdue, early] = invoices;
    // Once everything has taken effect, these are the reminders of the invoice that is due much later.
    const reminders = await waitUntil(async () => {
      const found = await api.list(`/reminders?invoiceId=${early.id}`, 'reminders');
      return found.length === 4 ? found : undefined;
    });
    expect(reminders).toMatchObject(reminders.map(() => ({ state: 'SCHEDULED' })));
    await waitUntil(async () => {
      const activities = await api.list(`/activities/invoice/${overdue.id}`, 'activities');
      return activities.some(({ type }) => type === 'payment.recorded') ? activities : undefined;
    });
    expect(await api.list(`/reminders?invoiceId=${overdue.id}`, 'reminders')).toEqual([]);
    expect(await api.list('/notifications', 'notifications')).toEqual([]);
  });

  test('is in statistics and statement on its own days, and in the audit trail as issued elsewhere', async () => {
    const [overdue] = invoices;
    const [january] = await waitUntil(async () => {
      const months = await api.list('/stats/months?monthFrom=2026-01&monthTo=2026-02', 'months');
      return months.some(({ paidMinor }) => paidMinor === '4280') ? months.toReversed() : undefined;
    });
    expect(january).toMatchObject({ month: '2026-01', invoiced: { count: 1, totalMinor: '14280' }, paidMinor: '0' });
    const entries = await api.list(`/customers/${overdue.customerId}/statement?toDate=2026-02-28`, 'entries');
    expect(entries.map(({ entryDate, type }) => `${entryDate} ${type}`)).toEqual([
      ...['2026-01-15 INVOICE', '2026-02-03 PAYMENT'],
    ]);
    const activities = await api.list(`/activities/invoice/${overdue.id}`, 'activities');
    const finalized = activities.find(({ type }) => type === 'invoice.finalized');
    expect(finalized.changes).toContainEqual({ field: 'number', newValue: 'INV-00041' });
    expect(finalized.changes).toContainEqual({ field: 'issuedElsewhere', newValue: 'true' });
  });

  test('is a PDF and an e-invoice under its own number and date', async () => {
    const file = async (form: string) => {
      const headers = { authorization: `Bearer ${api.accessToken}` };
      const answer = await fetch(`${url()}/invoices/${invoices[0].id}/${form}`, { headers });
      expect(answer.status).toBe(200);
      return { name: answer.headers.get('content-disposition'), text: await answer.text() };
    };
    expect((await file('pdf')).name).toBe('attachment; filename="Invoice INV-00041.pdf"');
    const { text } = await file('ubl');
    expect(text).toContain('<cbc:ID>INV-00041</cbc:ID>');
    expect(text).toContain('<cbc:IssueDate>2026-01-15</cbc:IssueDate>');
  });
});

test('a number that a series is yet to give, or another invoice has, is refused over REST with what to do', async () => {
  const api = await signUp(url);
  const issued = { issueDate: '2026-01-15', dueDate: '2026-02-14' };
  const customerId = await addCustomer(api);
  const record = async (number: unknown, details = {}) => {
    const { id } = await addDraft(api, customerId, { ...issued, ...details });
    return api.call('POST', `/invoices/${id}/finalize`, { body: { number } });
  };
  expect(await record('INV-00041')).toMatchObject({
    status: 409,
    body: {
      reason: 'NUMBER_RESERVED',
      detail: expect.stringContaining('raise its next sequence to 42'),
      metadata: { numberSeries: 'invoice', nextSequence: '42' },
      errors: [{ pointer: '/number' }],
    },
  });
  expect((await record('A 1')).status).toBe(200);
  expect(await record('A 1')).toMatchObject({
    status: 409,
    body: { reason: 'NUMBER_TAKEN', errors: [{ pointer: '/number' }] },
  });
  expect(await record('A 2', { issueDate: '' })).toMatchObject({ status: 400, body: { reason: 'INVALID_ARGUMENT' } });
  const series = { pattern: 'A-{SEQ}', name: 'shop', documentType: 'INVOICE' };
  expect((await record('A-7')).status).toBe(200);
  expect(await api.call('POST', '/number-series', { body: series })).toMatchObject({
    status: 409,
    body: { reason: 'NUMBER_TAKEN', metadata: { nextSequence: '8' } },
  });
  expect((await api.call('POST', '/number-series', { body: { ...series, nextSequence: '8' } })).status).toBe(201);
});
