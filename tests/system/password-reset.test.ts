import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { waitUntil } from '../../runtime/testing/wait-until.ts';
import { anonymous, type Json, signIn, signUp } from './testing/api.ts';
import { tokensMailedTo } from './testing/password-reset-calls.ts';
import { useNumer } from './testing/use-numer.ts';

const numer = useNumer({ environment: { LOG_LEVEL: 'debug' } });
const url = () => numer().url;

const ask = (email: string) => anonymous(url).call('POST', '/password-resets', { body: { email } });
const confirm = (token: string, newPassword: string) =>
  anonymous(url).call('POST', '/password-resets/confirm', { body: { token, newPassword } });
/** Waits for less than the 10 s for which a killed process has claimed what it was publishing or sending. */
const tokenMailedTo = (email: string) =>
  waitUntil(async () => (await tokensMailedTo(numer(), email)).at(-1), { timeoutMs: 9_000 });
const page = async (path: string) => (await fetch(url() + path)).text();

test('a forgotten password is set anew by mail, and the token is to be found nowhere else', async () => {
  const email = 'forgetful@example.com';
  const user = await signUp(url, { email });
  const [known, unknown] = [await ask(email), await ask('nobody@example.com')];
  expect([known.status, known.body]).toEqual([204, undefined]);
  expect([unknown.status, unknown.body]).toEqual([204, undefined]);
  const headersOf = ({ headers }: typeof known) => [...headers.keys()].toSorted();
  expect(headersOf(unknown)).toEqual(headersOf(known));
  const token = await tokenMailedTo(email);

  const [file = ''] = readdirSync(join(numer().dataDir, 'mail/secret'));
  expect(await page('/dev/mail')).not.toContain('forgetful@example.com');
  for (const path of [
    file,
    `secret/${file}`,
    `secret%2f${file}`,
    `secret%2f${file}/html`,
    `..%2fmail%2fsecret%2f${file}`,
  ]) {
    const response = await fetch(`${url()}/dev/mail/${path}`);
    expect([path, response.status]).toEqual([path, 404]);
  }

  expect((await confirm(token, 'battery staple')).status).toBe(204);
  const used = await confirm(token, 'battery staple');
  expect([used.status, used.body.reason]).toEqual([400, 'INVALID_RESET_TOKEN']);
  const before = anonymous(url).call('POST', '/sessions', { body: { email, password: 'correct horse' } });
  expect((await before).status).toBe(401);
  const { refreshToken } = user;
  expect((await anonymous(url).call('POST', '/sessions/refresh', { body: { refreshToken } })).status).toBe(401);

  const again = await signIn(url, { email, password: 'battery staple' });
  await waitUntil(async () => (await page('/dev/mail')).includes('Your password for Numer was changed'));
  const types = ['password-reset.requested', 'password-reset.confirmed', 'user.password-changed'];
  const activities = await waitUntil(async () => {
    const all = await again.list('/activities/user', 'activities');
    return types.every((type) => all.some((each: Json) => each.type === type)) && all;
  });
  expect(await again.list('/notifications', 'notifications')).toEqual([]);
  expect(JSON.stringify(activities)).not.toContain(token);
  expect(numer().log).not.toContain(token);
});

test('a reset that was answered is mailed, and its token is good, although the system is killed at once', async () => {
  const email = 'unlucky@example.com';
  await signUp(url, { email });
  await ask(email);
  await numer().kill();
  await numer().restart();
  const token = await tokenMailedTo(email);
  expect(new Set(await tokensMailedTo(numer(), email)).size).toBe(1);
  expect((await confirm(token, 'battery staple')).status).toBe(204);
});

test('a change of the email address is told at the address before', async () => {
  const email = 'moving@example.com';
  const user = await signUp(url, { email });
  await ask(email);
  const token = await tokenMailedTo(email);
  await user.patch(`/users/${user.userId}`, { email: 'moved@example.com' });
  await waitUntil(async () => (await page('/dev/mail')).includes(email));
  expect((await confirm(token, 'battery staple')).body.reason).toBe('INVALID_RESET_TOKEN');
});
