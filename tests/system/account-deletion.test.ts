import { expect, test } from 'vitest';
import { waitUntil } from '../../runtime/testing/wait-until.ts';
import {
  addCustomer,
  addDraft,
  addOpenInvoice,
  anonymous,
  createApi,
  type Json,
  signIn,
  signUp,
} from './testing/api.ts';
import { useNumer } from './testing/use-numer.ts';

const numer = useNumer();
const url = () => numer().url;
const nobody = anonymous(url);

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
  // Each credential has just been used, so whoever remembers good ones remembers these.
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

  // The same person comes back: a new account, which sees nothing of the old one.
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
