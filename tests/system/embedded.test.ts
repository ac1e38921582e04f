import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../../runtime/process/free-port.ts';
import { addCustomer, addDraft, anonymous, signUp } from './testing/api.ts';
import { beginSlowSignUp } from './testing/slow-sign-up.ts';
import { type Numer, startNumer } from './testing/start-numer.ts';
import { walkFromSignUpToPaidInvoice } from './testing/walk.ts';

describe('numer start', () => {
  let numer: Numer;
  const url = () => numer.url;

  beforeAll(async () => {
    numer = await startNumer();
  });
  afterAll(() => numer.remove());

  test('serves the walk from sign-up to a paid invoice, and everything that follows from it, once', async () => {
    await walkFromSignUpToPaidInvoice(url);
  });

  test('the walk of the README works as it stands there', () => {
    const readme = readFileSync('README.md', 'utf8');
    const script = /<!-- walk -->\n```sh\n(.*?)```/s.exec(readme)?.[1] ?? '';
    const command = script.replaceAll('http://localhost:8080', numer.url);
    const run = spawnSync('bash', ['--norc', '-euo', 'pipefail', '-c', command], {
      encoding: 'utf8',
      timeout: 30_000,
      // Bash mistakes a socket on its standard input for a remote shell, and reads start-up files of the machine.
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    expect(run.stderr).toBe('');
    expect(run.status).toBe(0);
    expect(run.stdout).toMatch(/PAID$/m);
    expect(run.stdout).not.toContain('application/problem');
  });

  test('the commands of the banner work as they are printed', () => {
    const script = /Try it:\n(.*)\n {2}The README/s.exec(numer.output)?.[1] ?? '';
    const run = spawnSync('sh', ['-euc', script], { encoding: 'utf8', timeout: 30_000 });
    expect(run.stderr).toBe('');
    // The responses of sign-up and statistics.
    expect(run.stdout).toMatch(/^\{"id":.*"me@example.com".*\}\{"currencies":.*\}$/s);
    expect(run.stdout).not.toContain('application/problem');
  });

  test('its doctor finds it well', () => {
    const { port } = new URL(numer.url);
    const run = spawnSync(process.execPath, ['cli/numer.mjs', 'doctor'], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH ?? '', DATA_DIR: numer.dataDir, PORT: port },
      timeout: 60_000,
    });
    expect(run.stdout).toContain(`ok    Port: Numer runs on 127.0.0.1:${port} and is ready`);
    expect(run.status).toBe(0);
  });

  test('shows the mails that it caught', async () => {
    const page = await (await fetch(`${numer.url}/dev/mail`)).text();
    expect(page).toContain('ada@bakery.example');
  });

  test('finds its data again after it was stopped, and after it was killed', async () => {
    const api = await signUp(url);
    const customerId = await addCustomer(api);
    const draft = await addDraft(api, customerId);
    await numer.restart();
    expect(await api.get(`/invoices/${draft.id}`)).toEqual(draft);
    await numer.kill();
    await numer.restart();
    expect(await api.get(`/invoices/${draft.id}`)).toEqual(draft);
  }, 180_000);

  test('explains a port that is taken, and names the variable to change', async () => {
    const { port } = new URL(numer.url);
    await expect(startNumer({ environment: { PORT: port } })).rejects.toThrow(
      new RegExp(`Port ${port} is taken. Choose another with PORT`),
    );
  });

  test('explains a port of the metrics that one of its processes cannot have', async () => {
    const port = await freePort();
    const startWith = (metricsPort: number, ...args: string[]) =>
      startNumer({
        args,
        environment: { PORT: String(port), METRICS_PORT: String(metricsPort), AMQP_URL: 'amqp://127.0.0.1:1' },
      });
    const taken = (number: number) => `Port ${number} for metrics is taken. Choose another with METRICS_PORT.`;
    await expect(startWith(port)).rejects.toThrow(taken(port));
    const api = Number(new URL(numer.url).port);
    await expect(startWith(api, '--split')).rejects.toThrow(taken(api));
    await expect(startWith(65_530, '--split')).rejects.toThrow('Port 65536 for metrics is too high');
  });

  test('names every mistake of its configuration at once', async () => {
    const environment = { PORT: 'x', LOG_LEVEL: 'loud', AMQP_URL: 'http://x' };
    await expect(startNumer({ environment })).rejects.toThrow(/PORT .*\n.*LOG_LEVEL .*\n.*AMQP_URL /s);
  });

  test('says that it is alive and ready', async () => {
    const nobody = anonymous(url);
    expect((await nobody.call('GET', '/livez')).status).toBe(200);
    expect((await nobody.call('GET', '/readyz')).status).toBe(200);
  });

  test('answers a request that arrives slowly while it stops, and stops in order within ten seconds', async () => {
    const late = await beginSlowSignUp(numer.url);
    const startMs = performance.now();
    const [answer, exitCode] = await Promise.all([late.finish(), numer.stop()]);
    expect(answer).toMatch(/^HTTP\/1\.1 201 .*late@example\.com/s);
    expect(exitCode).toBe(0);
    expect(performance.now() - startMs).toBeLessThan(10_000);
  });
});
