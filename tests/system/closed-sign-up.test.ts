import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { askFixture } from '../../runtime/testing/ask-fixture.ts';
import { waitUntil } from '../../runtime/testing/wait-until.ts';
import { anonymous, signIn } from './testing/api.ts';
import { startNumer } from './testing/start-numer.ts';
import { useNumer } from './testing/use-numer.ts';

const numer = useNumer({ environment: { SIGN_UP: 'closed' } });
const url = () => numer().url;

const NUMER = `${process.execPath} cli/numer.mjs`;

/** Runs shell commands as the operator. */
function run(script: string) {
  return spawnSync('sh', ['-euc', script], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH ?? '', DATA_DIR: numer().dataDir },
    timeout: 60_000,
  });
}

test('nobody can sign up, and is told so', async () => {
  const account = { email: 'eve@example.com', password: 'correct horse', name: 'Eve' };
  const refused = await anonymous(url).call('POST', '/users', { body: account });
  expect([refused.status, refused.body.reason]).toEqual([403, 'SIGN_UP_CLOSED']);
  const { email, password } = account;
  expect((await anonymous(url).call('POST', '/sessions', { body: { email, password } })).status).toBe(401);
});

test('a start with demo data, whose user cannot sign up, ends with the reason and nothing else', async () => {
  const options = { args: ['--demo'], environment: { SIGN_UP: 'closed' }, copyOf: await askFixture('unused-data') };
  await expect(startNumer(options)).rejects.toThrow(
    new Error('numer start ended with 1:\nThe demo user signs up, so SIGN_UP must be open.\n'),
  );
});

test('the operator adds accounts with the commands of the banner, each once', async () => {
  const script = /Try it:\n(.*)\n {2}The README/s.exec(numer().output)?.[1] ?? '';
  const steps = run(script.replaceAll('npx numer', NUMER));
  expect(steps.stderr).toBe('');
  expect(steps.stdout).toMatch(
    /^me@example.com can sign in now; the id of the account is \S+\.\n\{"currencies":.*\}$/s,
  );

  const again = run(`echo 'battery staple' | ${NUMER} create-user ME@example.com Me`);
  expect([again.status, again.stderr]).toEqual([1, expect.stringContaining('An account with this email address')]);
  const short = run(`echo short | ${NUMER} create-user you@example.com You`);
  expect([short.status, short.stderr]).toEqual([1, expect.stringMatching(/^password must be at least/)]);

  const marked = run(`printf '\\357\\273\\277battery staple\\n' | ${NUMER} create-user marked@example.com Marked`);
  expect([marked.status, marked.stderr]).toEqual([0, '']);
  await signIn(url, { email: 'marked@example.com', password: 'battery staple' });

  const api = await signIn(url, { email: 'me@example.com', password: 'correct horse' });
  const created = await waitUntil(async () =>
    (await api.list('/activities/user', 'activities')).find(({ type }) => type === 'user.created'),
  );
  expect(created).toMatchObject({ actorType: 'SERVICE', actorId: 'user' });

  const reset = run(`echo short | ${NUMER} reset-password me@example.com`);
  expect([reset.status, reset.stderr]).toEqual([1, short.stderr]);
});
