import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
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
