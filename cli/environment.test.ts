import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { makeScratchDir } from '../runtime/testing/scratch-dir.ts';
import { readStartConfig } from './config.ts';
import { openLocalEnvironment } from './environment.ts';
import { makeKeys } from './keys.ts';

const scratch = makeScratchDir('numer-environment');
afterAll(() => scratch.remove());
afterEach(() => vi.unstubAllEnvs());

const open = () => openLocalEnvironment(readStartConfig(), () => undefined);
const set = (variables: Record<string, string>) => {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
};

/** The keys that an earlier version had. */
function former(): Record<string, string> {
  const { WEBHOOK_SECRET_KEY: _, ...keys } = makeKeys();
  return keys;
}

describe('with a Postgres server of its own, the data directory', () => {
  let dataDir: string;
  beforeEach(({ task }) => {
    dataDir = join(scratch.path, task.id);
    set({ DATABASE_URL: 'postgres://127.0.0.1:1/postgres', DATA_DIR: dataDir });
    set({ SMTP_URL: '', MAIL_DIR: '', INTERNAL_TOKEN_KEY: '', ACCESS_TOKEN_KEY: '', WEBHOOK_SECRET_KEY: '' });
  });

  test('is not made when keys and mail server are given as well', async () => {
    const keys = makeKeys();
    set({ ...keys, SMTP_URL: 'smtp://localhost' });
    expect((await open()).variables).toMatchObject(keys);
    expect(existsSync(dataDir)).toBe(false);
  });

  test('keeps the keys that are not given, closed to other users, and gives them again', async () => {
    const { INTERNAL_TOKEN_KEY = '', ACCESS_TOKEN_KEY = '', WEBHOOK_SECRET_KEY = '' } = (await open()).variables;
    expect(JSON.parse(readFileSync(join(dataDir, 'keys.json'), 'utf8'))).toEqual({
      INTERNAL_TOKEN_KEY,
      ACCESS_TOKEN_KEY,
      WEBHOOK_SECRET_KEY,
    });
    set({ ACCESS_TOKEN_KEY: makeKeys().ACCESS_TOKEN_KEY ?? '' });
    const again = (await open()).variables;
    expect(again.INTERNAL_TOKEN_KEY).toBe(INTERNAL_TOKEN_KEY);
    expect(again.ACCESS_TOKEN_KEY).not.toBe(ACCESS_TOKEN_KEY);
  });

  test.each([
    ['first starts', {}],
    ['first starts of a version with more keys', former()],
  ])('gives %s at the same moment the same keys, which it keeps', async (_, before) => {
    mkdirSync(dataDir);
    if (Object.keys(before).length > 0) writeFileSync(join(dataDir, 'keys.json'), JSON.stringify(before));
    const opened = await Promise.all(Array.from({ length: 20 }, open));
    const kept = JSON.parse(readFileSync(join(dataDir, 'keys.json'), 'utf8'));
    expect(kept).toMatchObject(before);
    for (const { variables } of opened) expect(variables).toMatchObject(kept);
  });

  test('gets the keys that a version before did not have, beside those that it had', async () => {
    const before = former();
    mkdirSync(dataDir);
    writeFileSync(join(dataDir, 'keys.json'), JSON.stringify(before));
    const { WEBHOOK_SECRET_KEY = '', ...variables } = (await open()).variables;
    expect(variables).toMatchObject(before);
    expect((await open()).variables).toMatchObject({ ...before, WEBHOOK_SECRET_KEY });
    expect(WEBHOOK_SECRET_KEY).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });

  test('is where mail is caught when no server is given, also when the variable is there and empty', async () => {
    expect((await open()).variables.MAIL_DIR).toBe(join(dataDir, 'mail'));
  });

  test('catches no mail that a server takes, though there is a folder for it', async () => {
    set({ MAIL_DIR: join(dataDir, 'mail') });
    expect((await open()).variables.MAIL_DIR).toBe(join(dataDir, 'mail'));
    set({ SMTP_URL: 'smtp://localhost' });
    expect((await open()).variables.MAIL_DIR).toBe('');
  });

  test.each([
    ['while mail is caught, where it listens', { HOST: '127.0.0.1' }, 'http://127.0.0.1:8123'],
    ['on all addresses, where this machine reaches it', { HOST: '0.0.0.0' }, 'http://localhost:8123'],
    ['on all addresses of IPv6 too', { HOST: '::' }, 'http://localhost:8123'],
    ['whatever is said, where that is', { PUBLIC_URL: 'https://billing.example' }, 'https://billing.example'],
    ['with a mail server, nowhere, as customers are elsewhere', { SMTP_URL: 'smtp://localhost' }, undefined],
    ['on a port that is yet to be found, nowhere', { PORT: '0' }, undefined],
  ])('customers are led, %s', async (_when, variables, expected) => {
    set({ PORT: '8123', PUBLIC_URL: '', ...variables });
    expect((await open()).variables.PUBLIC_URL || undefined).toBe(expected);
  });

  test.each(['', '{', 'null'])('with the damaged keys %j is named', async (content) => {
    mkdirSync(dataDir);
    writeFileSync(join(dataDir, 'keys.json'), content);
    await expect(open()).rejects.toThrow(`${join(dataDir, 'keys.json')} is damaged. Restore it`);
  });

  test.runIf(process.platform === 'linux')('that cannot be made is named with its variable', async () => {
    set({ DATA_DIR: '/proc/numer/data' });
    await expect(open()).rejects.toThrow('/proc/numer/data cannot be made a folder (ENOENT). Set DATA_DIR');
  });

  test.runIf(process.platform === 'linux')('that cannot be written to is named with its variable', async () => {
    // Not even root can create files there.
    set({ DATA_DIR: '/sys/kernel' });
    await expect(open()).rejects.toThrow(
      /^\/sys\/kernel(\/keys\.json\.lock cannot be locked| cannot be written by user \d+ \(.+\))\. Set DATA_DIR/,
    );
  });

  test.runIf(process.platform === 'linux')('on a disk that is full is named with its variable', async () => {
    mkdirSync(dataDir);
    symlinkSync('/dev/full', join(dataDir, 'keys.json.new'));
    await expect(open()).rejects.toThrow(`The disk that ${dataDir} is on is full (no space left on device). Make room`);
  });

  test('that is a file is named with its variable', async () => {
    writeFileSync(dataDir, '');
    await expect(open()).rejects.toThrow(`${dataDir} cannot be made a folder (EEXIST). Set DATA_DIR`);
  });
});
