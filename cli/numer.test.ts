import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { makeScratchDir } from '../runtime/testing/scratch-dir.ts';

const scratch = makeScratchDir('numer-entry');
afterAll(() => scratch.remove());

test.each([
  ['linux', 'x64', 'Run `npm ci` first: it brings one.'],
  ['darwin', 'arm64', 'npm brings one to Linux on x64 and arm64 only: install it from https://nodejs.org.'],
])('an old Node on %s is told how to get a newer one', (platform, arch, remedy) => {
  // Away from the packages, where it would find the newer Node.
  const entry = join(scratch.path, 'numer.mjs');
  copyFileSync('cli/numer.mjs', entry);
  const old = `for (const [name, value] of Object.entries(${JSON.stringify({ platform, arch, version: 'v20.1.0', versions: { node: '20.1.0' } })}))
    Object.defineProperty(process, name, { value });`;
  const run = spawnSync(process.execPath, ['--import', `data:text/javascript,${encodeURIComponent(old)}`, entry], {
    encoding: 'utf8',
  });
  expect(run.stderr).toBe(`Numer needs Node 24 or newer, and this is v20.1.0. ${remedy}\n`);
  expect(run.status).toBe(1);
});

test.runIf(process.platform === 'linux')('a command whose output is not kept says so in a sentence, and fails', () => {
  const run = spawnSync('sh', ['-c', `"${process.execPath}" cli/numer.mjs keys >/dev/full`], { encoding: 'utf8' });
  expect(run).toMatchObject({ status: 1, stderr: 'The output cannot be written (ENOSPC).\n' });
});

test.runIf(process.platform === 'linux')('a password that is typed is not shown', async () => {
  const env = { PATH: process.env.PATH ?? '', DATA_DIR: join(scratch.path, 'none') };
  const command = `"${process.execPath}" cli/numer.mjs reset-password ada@example.com`;
  const terminal = spawn('script', ['--quiet', '--command', command, '/dev/null'], { env, timeout: 20_000 });
  let shown = '';
  for await (const chunk of terminal.stdout) {
    shown += chunk;
    if (shown === 'New password: ') terminal.stdin.write('correct horse\r');
  }
  expect(shown).toMatch(/^New password: \r\nThere is no data in /);
});

test('a password that is not UTF-8 is refused, because nobody could sign in with what it is read as', () => {
  const env = { PATH: process.env.PATH ?? '', DATA_DIR: join(scratch.path, 'none') };
  const words = ['cli/numer.mjs', 'create-user', 'ada@example.com', 'Ada'];
  const run = spawnSync(process.execPath, words, { env, input: Buffer.from('gr\u00fcnes pferd\n', 'latin1') });
  expect([run.status, run.stderr.toString()]).toEqual([1, 'The password is not text in UTF-8.\n']);
});

test.runIf(process.platform === 'linux')('a password that never ends is refused', () => {
  const env = { PATH: process.env.PATH ?? '', DATA_DIR: join(scratch.path, 'none') };
  const command = `"${process.execPath}" cli/numer.mjs reset-password ada@example.com </dev/zero`;
  const run = spawnSync('sh', ['-c', command], { env, encoding: 'utf8' });
  expect(run).toMatchObject({ status: 1, stderr: 'The first line of standard input is too long for a password.\n' });
});

test.each(['\n', '\r\n', ''])('a password ends with the line, as by %j', (end) => {
  const env = { PATH: process.env.PATH ?? '', DATA_DIR: join(scratch.path, 'none') };
  const words = ['cli/numer.mjs', 'reset-password', 'ada@example.com'];
  const run = spawnSync(process.execPath, words, { env, input: `correct horse${end}`, encoding: 'utf8' });
  expect(run.stderr).toMatch(/^There is no data in /);
});

test('a file .env may begin with a byte order mark', () => {
  const folder = join(scratch.path, 'marked');
  mkdirSync(folder);
  writeFileSync(join(folder, '.env'), '\uFEFFPORT=first\r\nLOG_LEVEL=second\r\n');
  const { PORT: _, LOG_LEVEL: __, ...env } = process.env;
  const run = spawnSync(process.execPath, [resolve('cli/numer.mjs'), 'doctor'], { cwd: folder, env, encoding: 'utf8' });
  expect(run.stderr).toMatch(/^ {2}PORT must be .*\n {2}LOG_LEVEL must be /m);
});

test('a file .env in UTF-16 is refused, because its variables would be overlooked', () => {
  const folder = join(scratch.path, 'wide');
  mkdirSync(folder);
  writeFileSync(join(folder, '.env'), Buffer.from('\uFEFFPORT=8081\r\n', 'utf16le'));
  const words = [resolve('cli/numer.mjs'), 'version'];
  const run = spawnSync(process.execPath, words, { cwd: folder, encoding: 'utf8' });
  expect(run).toMatchObject({ status: 1, stderr: 'The file .env is not text in UTF-8. Save it as such.\n' });
});

test('a file .env that cannot be read is told in a sentence', () => {
  mkdirSync(join(scratch.path, '.env'));
  const words = [resolve('cli/numer.mjs'), 'version'];
  const run = spawnSync(process.execPath, words, { cwd: scratch.path, encoding: 'utf8' });
  expect(run).toMatchObject({ status: 1, stderr: 'EISDIR: illegal operation on a directory, read\n' });
});

test('a command goes on to its end when nobody reads on, as behind `| head`', () => {
  const run = spawnSync('sh', ['-c', `{ "${process.execPath}" cli/numer.mjs help; echo $? >&2; } | true`], {
    encoding: 'utf8',
  });
  expect(run.stderr).toBe('0\n');
});
